import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { OutsideIssuer as OutsideIssuerSettings } from '../../config/config.ts';
import type { Clock } from '../../core/process/clock.ts';
import { emailAddress } from '../../core/requests/input-text.ts';
import { OutsideKeys } from './outside-keys.ts';

/** The claims of an outside issuer's token: its subject, and the e-mail address if the issuer has verified it. */
export interface OutsideClaims {
  readonly subject: string;
  readonly verifiedEmail: string | null;
  readonly expiresAt: Date;
}

// Asymmetric ones only: with a symmetric algorithm the public key would pass for the secret.
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const LEEWAY_S = 30;

/** A connection is checked again after this time, however far away the end of its token is. */
const MAX_LIFETIME_MS = 24 * 60 * 60_000;

const claims = z.object({
  // PostgreSQL cannot store NUL.
  sub: z
    .string()
    .min(1)
    .max(255)
    .refine((subject) => !subject.includes('\0')),
  exp: z.number(),
  email: emailAddress().nullish().catch(null),
  email_verified: z.unknown().optional(),
});

/** Checks the tokens of an outside issuer against the keys that it publishes. */
export class OutsideIssuer {
  readonly name: string;
  readonly #audience: string;
  readonly #keys: OutsideKeys;
  readonly #clock: Clock;

  constructor({ jwksUrl, issuer, audience }: OutsideIssuerSettings, clock: Clock) {
    this.name = issuer;
    this.#audience = audience;
    this.#keys = new OutsideKeys(jwksUrl, clock);
    this.#clock = clock;
  }

  /**
   * Reads a token; throws for any that the issuer did not make for us or that has expired, and TRY_AGAIN while its key
   * cannot be had.
   */
  async verify(token: string): Promise<OutsideClaims> {
    const now = this.#clock.now();
    const { payload } = await jwtVerify(token, this.#keys.keyOf, {
      algorithms: ALGORITHMS,
      issuer: this.name,
      audience: this.#audience,
      clockTolerance: LEEWAY_S,
      currentDate: now,
    });
    const { sub, exp, email: address, email_verified: isVerified } = claims.parse(payload);
    return {
      subject: sub,
      verifiedEmail: isVerified === true ? (address ?? null) : null,
      expiresAt: new Date(Math.min((exp + LEEWAY_S) * 1_000, now.getTime() + MAX_LIFETIME_MS)),
    };
  }
}
