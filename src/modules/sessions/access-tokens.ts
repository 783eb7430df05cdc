import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../core/process/clock.ts';
import type { AccessToken, AccessTokenIssuer } from '../../core/rights/authentication.ts';
import type { Credentials } from '../../core/rights/identity.ts';

/** The issuer and the audience of the tokens that this server makes for itself. */
export const ISSUER = 'lockstep';

const ALGORITHM = 'HS256';

const claims = z.object({ sub: z.uuid(), sid: z.uuid(), exp: z.number() });

/**
 * Makes and checks access tokens. They say who and until when and nothing about rights, so nothing that has been
 * withdrawn since lives on in one.
 */
export class AccessTokens implements AccessTokenIssuer {
  readonly #key: Uint8Array;
  readonly #clock: Clock;
  readonly #lifetimeMs: number;

  /** `key` is used for nothing else: a token must not pass for a cursor, nor a cursor for a token. */
  constructor(key: Uint8Array, clock: Clock, lifetimeMs: number) {
    this.#key = key;
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
  }

  /** Makes a token for a session. */
  async issue({ userId, sessionId }: { userId: string; sessionId: string }): Promise<AccessToken> {
    const issuedAt = this.#clock.now();
    const expiresAt = new Date(issuedAt.getTime() + this.#lifetimeMs);
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

  /** Reads a token; throws for any that this server did not make or that has expired. */
  async verify(token: string): Promise<Credentials> {
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
