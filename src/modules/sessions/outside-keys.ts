import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../core/process/clock.ts';
import { RequestError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';

const KEYS = sentences('TRY_AGAIN', {
  KEYS_UNAVAILABLE: 'The keys of the token issuer are not available: try again in {retryAfter} s.',
});

const MAX_BYTES = 256 * 1_024;
const TIMEOUT_MS = 5_000;
/** A key that the issuer withdraws is accepted for this long. */
const FRESH_MS = 10 * 60_000;
/** Tokens with unknown keys, which any client can make up, have the keys fetched once in this time. */
const COOL_DOWN_MS = 30_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * The public keys of an outside issuer, fetched when they are needed. While they cannot be had, and while a token has a
 * key that may have been published since the last fetch, the answer is TRY_AGAIN: such a token may be good.
 */
export class OutsideKeys {
  readonly #url: URL;
  readonly #clock: Clock;
  #keys: JWTVerifyGetKey | null = null;
  #fetchedAt = 0;
  #failures = 0;
  #pausedUntil = 0;
  #fetching: Promise<JWTVerifyGetKey> | null = null;

  constructor(url: string, clock: Clock) {
    this.#url = new URL(url);
    this.#clock = clock;
  }

  /** Finds the key of a token. */
  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    const cached = this.#now() < this.#fetchedAt + FRESH_MS ? this.#keys : null;
    try {
      return await (cached ?? (await this.#fetch()))(header, token);
    } catch (error) {
      if (!cached || !(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const waitMs = this.#fetchedAt + COOL_DOWN_MS - this.#now();
      if (waitMs > 0) throw tryAgain(waitMs);
      return (await this.#fetch())(header, token);
    }
  };

  #fetch(): Promise<JWTVerifyGetKey> {
    const waitMs = this.#pausedUntil - this.#now();
    if (waitMs > 0) throw tryAgain(waitMs);
    this.#fetching ??= this.#load().finally(() => {
      this.#fetching = null;
    });
    return this.#fetching;
  }

  async #load(): Promise<JWTVerifyGetKey> {
    try {
      const keys = createLocalJWKSet(await this.#read());
      this.#keys = keys;
      this.#fetchedAt = this.#now();
      this.#failures = 0;
      return keys;
    } catch (cause) {
      const pauseMs = Math.min(1_000 * 2 ** this.#failures, LONGEST_PAUSE_MS);
      this.#failures += 1;
      this.#pausedUntil = this.#now() + pauseMs;
      throw tryAgain(pauseMs, cause);
    }
  }

  async #read(): Promise<JSONWebKeySet> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(this.#url, {
      signal,
      redirect: 'error',
      headers: { accept: 'application/json' },
    });
    if (response.status !== 200)
      throw new Error(`The key set was answered with the status ${response.status}.`);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    // Leaving the loop cancels the body.
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > MAX_BYTES) throw new Error(`The key set is larger than ${MAX_BYTES} bytes.`);
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as JSONWebKeySet;
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}

function tryAgain(waitMs: number, cause?: unknown): RequestError {
  const seconds = Math.ceil(waitMs / 1_000);
  return Object.assign(new RequestError(KEYS.KEYS_UNAVAILABLE({ retryAfter: seconds }), seconds), { cause });
}
