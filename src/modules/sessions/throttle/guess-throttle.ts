import { createHmac } from 'node:crypto';
import type { Clock } from '../../../core/process/clock.ts';
import { RequestError } from '../../../core/requests/errors.ts';
import { sentences } from '../../../core/requests/fault.ts';
import { type Guess, type GuessThrottle, WrongGuess } from '../../../core/rights/authentication.ts';
import { networkOf } from '../../../lib/network-of.ts';
import { OneAtATime } from '../../../lib/one-at-a-time.ts';
import {
  type Allowance,
  ONE_ACCOUNT,
  ONE_ASKER,
  ONE_CODE,
  ONE_LEVEL,
  ONE_NETWORK,
  ONE_PAIR,
  waitMs,
} from './allowance.ts';
import type { GuessStore } from './guess-store.ts';

const THROTTLE = sentences('RATE_LIMITED', {
  TOO_MANY_ATTEMPTS: 'Too many failed attempts: wait {retryAfter} s.',
});

/** The dependencies of `CountingThrottle`. */
export interface CountingThrottleParts {
  readonly store: GuessStore;
  /** Used for nothing else: without it no client can find two accounts that share a counter. */
  readonly key: Uint8Array;
  readonly clock: Clock;
}

interface Counter {
  readonly key: string;
  readonly allowance: Allowance;
}

/**
 * Counts failures, and only those. A password has a counter for each pair of an account and a network, so the guesses of
 * a stranger do not slow the owner down. The counters of a whole account and of a whole network are generous, and do not
 * concern a pair that has signed in lately. Codes are counted for their account alone, because only a client that has
 * the password can guess them, and addresses for the level of those who try them.
 *
 * A success takes nothing back: a counter that a right password resets gives guesses to everyone who shares it.
 */
export class CountingThrottle implements GuessThrottle {
  readonly #parts: CountingThrottleParts;
  readonly #turns = new OneAtATime();
  /** The numbers of checks under way on this node, by shared counter. */
  readonly #underWay = new Map<string, number>();

  constructor(parts: CountingThrottleParts) {
    this.#parts = parts;
  }

  guess<Value>(guess: Guess, check: () => Promise<Value>): Promise<Value> {
    const own = this.#counterOf(guess);
    // Without turns, guesses that arrive together would all be checked before the first of them is counted.
    return this.#turns.run(own.key, () => this.#inTurn(own, this.#sharedCounters(guess), check));
  }

  ask(ip: string | null): Promise<void> {
    const asker = { key: this.#keyOf('asker', networkOf(ip)), allowance: ONE_ASKER };
    return this.#turns.run(asker.key, async () => {
      await this.#requireNoWait([asker], [true]);
      await this.#parts.store.fail([asker.key]);
    });
  }

  async #inTurn<Value>(
    own: Counter,
    shared: readonly Counter[],
    check: () => Promise<Value>,
  ): Promise<Value> {
    const { store } = this.#parts;
    const isKnown = await store.isKnown(own.key);
    const counters = isKnown ? [own] : [own, ...shared];
    const isAlone = counters.map(({ key }) => !this.#underWay.has(key));
    for (const { key } of counters) this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1);
    try {
      await this.#requireNoWait(counters, isAlone);
      const value = await check();
      await store.know(own.key);
      return value;
    } catch (error) {
      if (error instanceof WrongGuess) await store.fail([own, ...shared].map(({ key }) => key));
      throw error;
    } finally {
      for (const { key } of counters) this.#leave(key);
    }
  }

  #leave(key: string): void {
    const others = (this.#underWay.get(key) ?? 0) - 1;
    if (others > 0) this.#underWay.set(key, others);
    else this.#underWay.delete(key);
  }

  /**
   * Refuses a guess that has to wait. Of the guesses that share a counter beyond its allowance, one is checked at a time:
   * those that arrive together would all read the count from before the first of them.
   */
  async #requireNoWait(counters: readonly Counter[], isAlone: readonly boolean[]): Promise<void> {
    const { store, clock } = this.#parts;
    const failures = await store.failures(counters.map(({ key }) => key));
    const now = clock.now().getTime();
    const waits = counters.map(({ allowance }, at) => {
      const wait = waitMs(failures[at], allowance, now);
      const isSlowed = (failures[at]?.count ?? 0) >= allowance.free;
      return isSlowed && !isAlone[at] ? Math.max(wait, 1_000) : wait;
    });
    const seconds = Math.ceil(Math.max(...waits) / 1_000);
    if (seconds <= 0) return;
    throw new RequestError(THROTTLE.TOO_MANY_ATTEMPTS({ retryAfter: seconds }), seconds);
  }

  #counterOf({ kind, account, ip }: Guess): Counter {
    if (kind === 'CODE') return { key: this.#keyOf('code', account), allowance: ONE_CODE };
    if (kind === 'ADDRESS') return { key: this.#keyOf('address', account), allowance: ONE_LEVEL };
    return { key: this.#keyOf('pair', account, networkOf(ip)), allowance: ONE_PAIR };
  }

  #sharedCounters({ kind, account, ip }: Guess): Counter[] {
    if (kind !== 'PASSWORD') return [];
    return [
      { key: this.#keyOf('account', account), allowance: ONE_ACCOUNT },
      { key: this.#keyOf('network', networkOf(ip)), allowance: ONE_NETWORK },
    ];
  }

  /** Addresses are stored nowhere but in the database, and two keys never meet: all 256 bits are kept. */
  #keyOf(...parts: string[]): string {
    return createHmac('sha256', this.#parts.key).update(JSON.stringify(parts)).digest('base64url');
  }
}
