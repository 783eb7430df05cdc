import type { Transactions } from '../../changes/transactions.ts';
import type { Log } from '../../core/process/log.ts';
import type { Metrics } from '../../core/process/metrics.ts';
import { systemActor } from '../../core/rows/actor.ts';
import type { DueAction } from '../../core/rows/due-action.ts';
import { sqlStateOf } from '../../db/refused-commit.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { BackgroundLoop } from '../../lib/background-loop.ts';
import { errorCode } from '../../lib/error-facts.ts';
import {
  type Claim,
  claimAgain,
  claimFirstTries,
  claimRetry,
  giveBack,
  lookAhead,
  noteFailure,
  parkSpent,
} from './due-work-claims.ts';
import { tryTogether } from './due-work-try.ts';

/** The longest pause: after it, a node finds what another one has scheduled for this moment and has not done. */
const POLL_MS = 2_000;
/** The pause when all that is ready is held by other nodes or by commands. */
const CONTENDED_MS = 100;
const UNAVAILABLE_MS = 1_000;
/** The retries of a round, after which first tries have their turn. */
const RETRIES = 25;

export interface DueWorkRunnerParts {
  readonly prisma: PrismaClient;
  readonly transactions: Pick<Transactions, 'of' | 'onDueSoon'>;
  readonly actions: readonly DueAction[];
  readonly metrics: Metrics;
  readonly log: Log;
  /** The longest pause. Two seconds if absent. */
  readonly pollMs?: number;
}

/**
 * Does what is due. Every node has a runner, and none knows what the others do:
 *
 *     claim: count a try, COMMIT ── lock ── read again ── act, remove the schedule, COMMIT
 *
 * The first transaction is there for work that ends its process: its try is counted all the same. The second one does
 * the work once, because what is scheduled is removed by it. A claim holds for some seconds, so what a lost node has
 * claimed is ready again after them. First tries of one feed and kind share a transaction; if it fails, and after the
 * end of a process, each is tried alone, so that one row cannot stop the others.
 *
 * A commit on this node that schedules work for now or soon ends the pause, or lets another round follow the present one;
 * rounds that nothing asks for come by the poll alone. Other nodes are not told: the node that has committed is awake, and
 * if it is lost, they find its work by their polls.
 *
 * The pause is a length of time that the database has computed. The clock of the node is not read: a clock that is wrong
 * or jumps moves nothing.
 */
export class DueWorkRunner {
  readonly #parts: DueWorkRunnerParts;
  readonly #kinds: readonly string[];
  readonly #loop: BackgroundLoop;
  #parkedCount = 0;
  #stopListening = () => {};

  constructor(parts: DueWorkRunnerParts) {
    this.#parts = parts;
    parts.metrics.parkedWork.read = () => this.#parkedCount;
    // This node skips the kinds that only a newer release knows: nodes of that release do them.
    this.#kinds = parts.actions.map(({ kind }) => kind);
    this.#loop = new BackgroundLoop(
      () => this.#goRound(),
      (error) => {
        parts.log.warn({ err: error }, 'due work waits: database unavailable');
        return UNAVAILABLE_MS;
      },
    );
  }

  start(): void {
    this.#stopListening = this.#parts.transactions.onDueSoon(() => this.#loop.nudge());
    this.#loop.start();
  }

  /** Waits for the transaction that runs; other nodes do the rest. */
  async stop(): Promise<void> {
    this.#stopListening();
    await this.#loop.stop();
  }

  /** Does some of what is ready; returns the pause before the next round. */
  async #goRound(): Promise<number> {
    const { prisma, pollMs = POLL_MS } = this.#parts;
    const { untilReadyMs, parkedCount } = await lookAhead(prisma, this.#kinds);
    this.#parkedCount = parkedCount;
    if (untilReadyMs > 0) return Math.min(Math.ceil(untilReadyMs), pollMs);
    const counts = [await this.#doFirstTries(), await this.#doRetries(), await this.#park()];
    return counts.some((count) => count > 0) ? 0 : CONTENDED_MS;
  }

  async #doFirstTries(): Promise<number> {
    const claims = await claimFirstTries(this.#parts.prisma, this.#kinds);
    for (const group of groupsOf(claims)) {
      if (this.#loop.isStopping) await giveBack(this.#parts.prisma, group);
      else await this.#tryTogether(group).catch((error: Error) => this.#tryEachAgain(group, error));
    }
    return claims.length;
  }

  async #doRetries(): Promise<number> {
    let count = 0;
    for (; count < RETRIES && !this.#loop.isStopping; count += 1) {
      const claim = await claimRetry(this.#parts.prisma, this.#kinds);
      if (!claim) break;
      await this.#tryAlone(claim);
    }
    return count;
  }

  /** Tries the work of a failed transaction one by one. */
  async #tryEachAgain(group: readonly Claim[], reason: Error): Promise<void> {
    const [only, ...others] = group;
    if (only && others.length === 0) return this.#noteFailure(only, reason);
    this.#parts.log.warn({ err: reason, kind: only?.kind }, 'due work failed: trying it row by row');
    for (const claim of group) {
      if (this.#loop.isStopping) return;
      const again = await claimAgain(this.#parts.prisma, claim);
      if (again) await this.#tryAlone(again);
    }
  }

  async #tryAlone(claim: Claim): Promise<void> {
    await this.#tryTogether([claim]).catch((error: Error) => this.#noteFailure(claim, error));
  }

  async #tryTogether(claims: readonly Claim[]): Promise<void> {
    const { actions, transactions, metrics } = this.#parts;
    const action = actions.find(({ kind }) => kind === claims[0]?.kind);
    if (!action) throw new Error(`No room has an action for ${claims[0]?.kind}.`);
    const { value } = await transactions.of(ORIGIN)(async (tx) => {
      const done = await tryTogether(tx, action, claims);
      return { done, now: await tx.now() };
    });
    for (const { dueAt } of value.done) {
      metrics.dueWorkDelay.observe((value.now.getTime() - dueAt.getTime()) / 1_000);
    }
  }

  async #noteFailure(claim: Claim, error: Error): Promise<void> {
    const { prisma, metrics, log } = this.#parts;
    const { kind, subjectId, tries } = claim;
    log.error({ err: error, kind, subjectId, tries }, 'due work failed');
    metrics.dueWorkFailures.inc();
    await noteFailure(
      prisma,
      claim,
      [error.name, sqlStateOf(error) ?? errorCode(error)].filter(Boolean).join(' '),
    );
  }

  /** Parks what has had its tries. */
  async #park(): Promise<number> {
    const { prisma, log } = this.#parts;
    const parked = await parkSpent(prisma);
    for (const { id, kind, subjectId, lastError } of parked) {
      log.error(
        { id, kind, subjectId, lastError },
        'due work parked after three tries: parkedWorkRetry tries it again',
      );
    }
    return parked.length;
  }
}

/** The claims of each feed and kind, in the order in which they were due. */
function groupsOf(claims: readonly Claim[]): Iterable<Claim[]> {
  const groups = new Map<string, Claim[]>();
  for (const claim of claims.toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime())) {
    const name = `${claim.feed}/${claim.kind}`;
    groups.set(name, [...(groups.get(name) ?? []), claim]);
  }
  return groups.values();
}

const ORIGIN = { actor: systemActor('due work'), requestId: null, ip: null };
