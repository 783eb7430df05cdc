import { availableParallelism } from 'node:os';
import { RequestError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { PasswordHasher } from '../../core/rights/authentication.ts';
import { FairQueue } from '../../lib/fair-queue.ts';
import { networkOf } from '../../lib/network-of.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

const QUEUE = sentences('RATE_LIMITED', {
  TOO_MANY_PASSWORDS: 'Too many passwords wait to be checked: wait {retryAfter} s.',
});

/** Hashes run on the four threads of libuv, which files and name look-ups need too. One processor is left free. */
const AT_A_TIME = Math.max(1, Math.min(availableParallelism(), 4) - 1);
/** As many take a few seconds. A client that waits longer has given up. */
const MAX_WAITING = 300;
const MAX_WAITING_OF_NETWORK = 100;
/** Those of a network that are admitted even if others fill the queue: networks take turns, so they wait shortly. */
const MAX_WAITING_BEYOND = 2;
/** However many networks there are. */
const MAX_WAITING_OF_ALL = 3_000;
const RETRY_S = 2;

/** Hashes passwords a few at a time; the networks that ask for it take turns. */
export class PasswordQueue implements PasswordHasher {
  readonly #queue = new FairQueue(AT_A_TIME);
  readonly #waiting = new Map<string, number>();
  #allWaiting = 0;

  hash(password: string, ip: string | null): Promise<string> {
    return this.#inTurn(ip, () => hashPassword(password));
  }

  verify(passwordHash: string | null, password: string, ip: string | null): Promise<boolean> {
    return this.#inTurn(ip, () => verifyPassword(passwordHash, password));
  }

  async #inTurn<Value>(ip: string | null, work: () => Promise<Value>): Promise<Value> {
    const network = networkOf(ip);
    const waiting = this.#waiting.get(network) ?? 0;
    const limit = this.#allWaiting < MAX_WAITING ? MAX_WAITING_OF_NETWORK : MAX_WAITING_BEYOND;
    if (waiting >= limit || this.#allWaiting >= MAX_WAITING_OF_ALL) throw tooManyWait();
    this.#count(network, 1);
    try {
      return await this.#queue.run(network, work);
    } finally {
      this.#count(network, -1);
    }
  }

  #count(network: string, more: 1 | -1): void {
    this.#allWaiting += more;
    const waiting = (this.#waiting.get(network) ?? 0) + more;
    if (waiting > 0) this.#waiting.set(network, waiting);
    else this.#waiting.delete(network);
  }
}

function tooManyWait(): RequestError {
  return new RequestError(QUEUE.TOO_MANY_PASSWORDS({ retryAfter: RETRY_S }), RETRY_S);
}
