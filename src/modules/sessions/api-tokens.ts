import { LRUCache } from 'lru-cache';
import type { Log } from '../../core/process/log.ts';
import { unauthenticated } from '../../core/requests/errors.ts';
import type { Credentials } from '../../core/rights/identity.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { hashOfApiToken, isWellFormed } from '../api-tokens/api-token-form.terms.ts';

/** The tokens that are remembered: some 300 bytes each, so 3 MiB at most. */
const MAX_KNOWN = 10_000;
/** A use is written once in this time, so that all requests of a token do not wait for one row. */
const USE_MS = 60_000;

type Known = Omit<Credentials, 'expiresAt'>;

/** Finds API tokens by the hashes of their secrets, and notes their use. */
export class ApiTokens {
  readonly #prisma: PrismaClient;
  readonly #log: Log;
  /** By hash: which token a secret belongs to never changes. Whether it may still act is asked with every request. */
  readonly #known = new LRUCache<string, Known>({ max: MAX_KNOWN });
  /** By token, when this node last wrote its use. */
  readonly #written = new LRUCache<string, number>({ max: MAX_KNOWN });

  constructor(prisma: PrismaClient, log: Log) {
    this.#prisma = prisma;
    this.#log = log;
  }

  /** Finds the token of a secret; throws UNAUTHENTICATED for a text that is none, before the database is asked. */
  async verify(text: string): Promise<Known> {
    if (!isWellFormed(text)) throw unauthenticated();
    const hash = hashOfApiToken(text);
    const known = this.#known.get(hash) ?? (await this.#find(hash));
    if (!known) throw unauthenticated();
    this.#known.set(hash, known);
    return known;
  }

  async #find(hash: string): Promise<Known | null> {
    const found = await this.#prisma.apiTokenSecret.findFirst({
      where: { hash },
      select: { number: true, apiToken: { select: { id: true, userId: true } } },
    });
    if (!found) return null;
    return { userId: found.apiToken.userId, sessionId: found.apiToken.id, secretNumber: found.number };
  }

  /** Writes that a token is used: once a minute at most, and no request waits for it. */
  used(tokenId: string, now: Date): void {
    if (now.getTime() - (this.#written.get(tokenId) ?? 0) < USE_MS) return;
    this.#written.set(tokenId, now.getTime());
    this.#prisma.$executeRaw`
      INSERT INTO api_token_use (api_token_id, last_used_at) VALUES (${tokenId}::uuid, ${now})
      ON CONFLICT (api_token_id) DO UPDATE SET last_used_at = greatest(api_token_use.last_used_at, excluded.last_used_at)`
      // The token may have been deleted meanwhile, and the next use is written again.
      .catch((error: Error) => this.#log.debug({ err: error }, 'use of an API token not written'));
  }
}
