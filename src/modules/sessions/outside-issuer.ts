import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { OutsideIssuer as OutsideIssuerSettings } from '../../config/config.ts';
import type { Clock } from '../../core/process/clock.ts';
import { emailAddress } from '../../core/requests/input-text.ts';
import type { AcceptedIssuer } from '../../core/rights/authentication.ts';
import type { OutsideSignIn } from '../../core/rights/identity.ts';
import { OutsideKeys } from './outside-keys.ts';

/** The claims of an outside issuer's token: its subject, and the e-mail address if the issuer has verified it. */
export interface OutsideClaims {
  readonly subject: string;
  readonly verifiedEmail: string | null;
  readonly expiresAt: Date;
  readonly signIn: OutsideSignIn;
}

// Asymmetric ones only: with a symmetric algorithm the public key would pass for the secret.
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const LEEWAY_S = 30;

/** A connection is checked again after this time, however far away the end of its token is. */
const MAX_LIFETIME_MS = 24 * 60 * 60_000;

/** The methods of RFC 8176 and the context classes that take more than a password. */
const SECOND_FACTORS: readonly string[] = ['mfa', 'otp', 'hwk'];
const STRONG_CONTEXTS: readonly string[] = [
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'phrh',
  'phr',
];

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
  iat: z.number().optional(),
  auth_time: z.number().optional().catch(undefined),
  amr: z.array(z.string()).optional().catch(undefined),
  acr: z.string().optional().catch(undefined),
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

  /** The issuer, with the client for which it issues the tokens that count. */
  get accepted(): AcceptedIssuer {
    return { issuer: this.name, clientId: this.#audience };
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
    const read = claims.parse(payload);
    const { sub, exp, email: address, email_verified: isVerified } = read;
    return {
      subject: sub,
      verifiedEmail: isVerified === true ? (address ?? null) : null,
      expiresAt: new Date(Math.min((exp + LEEWAY_S) * 1_000, now.getTime() + MAX_LIFETIME_MS)),
      signIn: {
        issuer: this.name,
        clientId: this.#audience,
        authenticatedAt: signedInAt(read, now),
        hasSecondFactor: hasSecondFactor(read),
      },
    };
  }
}

type Claims = z.infer<typeof claims>;

/** No token was issued later than now: a clock that runs ahead does not make a sign-in last longer. */
function signedInAt({ iat, auth_time: signedIn }: Claims, now: Date): Date | null {
  const seconds = signedIn ?? iat;
  return seconds === undefined ? null : new Date(Math.min(seconds * 1_000, now.getTime()));
}

function hasSecondFactor({ amr = [], acr = '' }: Claims): boolean {
  return amr.some((method) => SECOND_FACTORS.includes(method)) || STRONG_CONTEXTS.includes(acr);
}
