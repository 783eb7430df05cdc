import type { Deadline } from '../core/requests/deadline.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { FairQueue } from '../lib/fair-queue.ts';
import { type ChainCheck, checkChain } from './audit-chain.ts';

/** Each check occupies a connection of the pool, and PostgreSQL, for some seconds. */
const MAX_RUNNING = 2;

type Check = (prisma: PrismaClient, feed: string, after: number) => Promise<ChainCheck | null>;

interface WaitingCheck {
  readonly result: Promise<ChainCheck | null>;
  readonly askers: Pick<Deadline, 'refusal'>[];
}

/**
 * Checks chains, a few at a time, and takes the feeds in turn. Equal requests share a check that waits. They do not
 * share one that runs, because it may have read the end of the feed before the later request.
 */
export class ChainChecks {
  readonly #queue = new FairQueue(MAX_RUNNING);
  readonly #waiting = new Map<string, WaitingCheck>();
  readonly #check: Check;

  constructor(check: Check = checkChain) {
    this.#check = check;
  }

  /**
   * Checks like `checkChain`; throws QUERY_TOO_COMPLEX if the deadlines of all callers have passed before the check
   * begins.
   */
  run(
    prisma: PrismaClient,
    feed: string,
    after: number,
    asker: Pick<Deadline, 'refusal'>,
  ): Promise<ChainCheck | null> {
    const key = `${feed} ${after}`;
    const waiting = this.#waiting.get(key);
    if (waiting) {
      waiting.askers.push(asker);
      return waiting.result;
    }
    const askers = [asker];
    let isWaiting = true;
    const result = this.#queue.run(feed, async () => {
      isWaiting = false;
      this.#waiting.delete(key);
      const refusals = askers.map(({ refusal }) => refusal);
      if (refusals.every((refusal) => refusal !== null)) throw refusals[0];
      return this.#check(prisma, feed, after);
    });
    if (isWaiting) this.#waiting.set(key, { result, askers });
    return result;
  }
}
