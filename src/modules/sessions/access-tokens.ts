import { createHash } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Clock } from '../../core/process/clock.ts';
import type { AccessToken, AccessTokenIssuer } from '../../core/rights/authentication.ts';
import type { Credentials } from '../../core/rights/identity.ts';

/** The issuer and the audience of the tokens that this server makes for itself. */
export const ISSUER = 'lockstep';

const ALGORITHM = 'HS256';

/** The tokens whose signature is remembered: some 500 bytes each, so 5 MiB at most. */
const MAX_VERIFIED = 10_000;

const claims = z.object({ sub: z.uuid(), sid: z.uuid(), exp: z.number() });

/**
 * Makes and checks access tokens. They say who and until when and nothing about rights, so nothing that has been
 * withdrawn since lives on in one.
 */
export class AccessTokens implements AccessTokenIssuer {
  readonly #key: Uint8Array;
  readonly #clock: Clock;
  readonly #lifetimeMs: number;
  /** By the hash of the token, so that no token that opens anything stays in memory. */
  readonly #verified = new LRUCache<string, Credentials>({ max: MAX_VERIFIED });

  /** `key` is used for nothing else: a token must not pass for a cursor, nor a cursor for a token. */
  constructor(key: Uint8Array, clock: Clock, lifetimeMs: number) {
    this.#key = key;
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
  }

  async issue({
    userId,
    sessionId,
    endsAt,
  }: Parameters<AccessTokenIssuer['issue']>[0]): Promise<AccessToken> {
    const issuedAt = this.#clock.now();
    const expiresAt = new Date(
      Math.min(issuedAt.getTime() + this.#lifetimeMs, endsAt?.getTime() ?? Number.POSITIVE_INFINITY),
    );
    const token = await new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setSubject(userId)
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.#key);
    return { token, expiresAt };
  }

  /**
   * Reads a token; throws for any that this server did not make or that has expired. A signature is checked once: what
   * it proves does not change. Whether the session and the user may still act is another question, and never remembered.
   */
  async verify(token: string): Promise<Credentials> {
    const hash = createHash('sha256').update(token).digest('base64');
    const verified = this.#verified.get(hash);
    if (verified && verified.expiresAt > this.#clock.now()) return verified;
    const credentials = await this.#check(token);
    this.#verified.set(hash, credentials);
    return credentials;
  }

  async #check(token: string): Promise<Credentials> {
    const { payload } = await jwtVerify(token, this.#key, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: ISSUER,
      currentDate: this.#clock.now(),
    });
    const { sub, sid, exp } = claims.parse(payload);
    return { userId: sub, sessionId: sid, expiresAt: new Date(exp * 1_000) };
  }
}
