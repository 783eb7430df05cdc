import { createRemoteJWKSet, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import type { OutsideIssuer as OutsideIssuerSettings } from '../../config/config.ts';
import type { Clock } from '../../core/process/clock.ts';
import { emailAddress } from '../../core/requests/input-text.ts';

/** The claims of an outside issuer's token: a user's id, or an e-mail address for which the issuer is responsible. */
export interface OutsideClaims {
  readonly subject: string;
  readonly email: string | null;
  readonly expiresAt: Date;
}

// Asymmetric ones only: with a symmetric algorithm the public key would pass for the secret.
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const LEEWAY_S = 30;

// Many issuers leave the claim out, some send it as a text; every other value is a no.
const ANSWERED_FOR: readonly unknown[] = [undefined, true, 'true'];

const claims = z.object({
  sub: z.string(),
  exp: z.number(),
  email: emailAddress('email').nullish().catch(null),
  email_verified: z.unknown().optional(),
});

/** Checks the tokens of an outside issuer against the keys that it publishes. */
export class OutsideIssuer {
  readonly name: string;
  readonly #audience: string;
  readonly #keys: JWTVerifyGetKey;
  readonly #clock: Clock;

  constructor({ jwksUrl, issuer, audience }: OutsideIssuerSettings, clock: Clock) {
    this.name = issuer;
    this.#audience = audience;
    this.#keys = createRemoteJWKSet(new URL(jwksUrl));
    this.#clock = clock;
  }

  /** Reads a token; throws for any that the issuer did not make for us or that has expired. */
  async verify(token: string): Promise<OutsideClaims> {
    const { payload } = await jwtVerify(token, this.#keys, {
      algorithms: ALGORITHMS,
      issuer: this.name,
      audience: this.#audience,
      clockTolerance: LEEWAY_S,
      currentDate: this.#clock.now(),
    });
    const { sub, exp, email: address, email_verified: isVerified } = claims.parse(payload);
    return {
      subject: sub,
      email: ANSWERED_FOR.includes(isVerified) ? (address ?? null) : null,
      expiresAt: new Date((exp + LEEWAY_S) * 1_000),
    };
  }
}
