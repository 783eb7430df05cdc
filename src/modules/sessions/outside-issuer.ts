import { type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { ALGORITHMS, type OutsideIssuer as OutsideIssuerSettings } from '../../config/outside-issuers.ts';
import type { Clock } from '../../core/process/clock.ts';
import { RequestError } from '../../core/requests/errors.ts';
import { emailAddress, requiredText } from '../../core/requests/input-text.ts';
import type { AcceptedIssuer } from '../../core/rights/authentication.ts';
import type { OutsideSignIn } from '../../core/rights/identity.ts';
import { OutsideKeys } from './outside-keys.ts';
import { MAX_TOKEN_BYTES, refusalOf, TOKEN } from './outside-token-faults.ts';

/** The claims of an outside issuer's token: its subject, and the e-mail address if the issuer has verified it. */
export interface OutsideClaims {
  readonly subject: string;
  readonly verifiedEmail: string | null;
  /** The name of the person. Null: the token does not tell. */
  readonly name: string | null;
  readonly expiresAt: Date;
  readonly signIn: OutsideSignIn;
}

const LEEWAY_S = 30;
/** The clocks of an issuer and of this server may differ by so much. */
export const LEEWAY_MS = LEEWAY_S * 1_000;

/** A connection is checked again after this time, however far away the end of its token is. */
const MAX_LIFETIME_MS = 24 * 60 * 60_000;

/**
 * A token of a session counts no longer after it was issued: for as long, and some more, the server knows which sessions
 * have ended.
 */
export const SESSION_TOKEN_DAYS = 30;
const SESSION_TOKEN_MS = SESSION_TOKEN_DAYS * 24 * 60 * 60_000;

/** The methods of RFC 8176 and the context classes that take more than a password. */
const SECOND_FACTORS: readonly string[] = ['mfa', 'otp', 'hwk'];
const STRONG_CONTEXTS: readonly string[] = [
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'phrh',
  'phr',
];

/** An id that an issuer gives. PostgreSQL cannot store NUL. */
export const outsideId = z
  .string()
  .min(1)
  .max(255)
  .refine((id) => !id.includes('\0'));

/** The last second that a date can hold. */
export const MAX_SECONDS = 8.64e12;

const claims = z.object({
  sub: outsideId,
  sid: outsideId.optional(),
  exp: z.number(),
  email: emailAddress().nullish().catch(null),
  email_verified: z.unknown().optional(),
  name: requiredText().nullish().catch(null),
  iat: z.number().min(0).max(MAX_SECONDS).optional(),
  auth_time: z.number().optional().catch(undefined),
  amr: z.array(z.string()).optional().catch(undefined),
  acr: z.string().optional().catch(undefined),
  // A logout token has them. It signs no user in, although it is signed by the same key for the same audience.
  events: z.undefined().optional(),
});

/** Checks the tokens of an outside issuer against the keys that it publishes. */
export class OutsideIssuer {
  readonly name: string;
  readonly #audience: string;
  readonly #algorithms: string[];
  readonly #domains: ReadonlyMap<string, string> | null;
  readonly #keys: OutsideKeys;
  readonly #clock: Clock;

  constructor({ jwksUrl, issuer, audience, algorithms, domains }: OutsideIssuerSettings, clock: Clock) {
    this.name = issuer;
    this.#audience = audience;
    this.#algorithms = [...(algorithms ?? ALGORITHMS)];
    this.#domains = domains ? new Map(Object.entries(domains)) : null;
    this.#keys = new OutsideKeys(jwksUrl, clock);
    this.#clock = clock;
  }

  /** The issuer, with the client for which it issues the tokens that count. */
  get accepted(): AcceptedIssuer {
    return { issuer: this.name, clientId: this.#audience };
  }

  /** Whether it may name users by their ids, as it may vouch for every address. */
  get namesUsers(): boolean {
    return this.#domains === null;
  }

  /** Whether the issuer is trusted to vouch for an address. */
  vouchesFor(email: string): boolean {
    return this.namesUsers || this.tenantOf(email) !== undefined;
  }

  /** The slug of the tenant to which the domain of an address leads; undefined if it leads to none. */
  tenantOf(email: string): string | undefined {
    return this.#domains?.get(email.slice(email.lastIndexOf('@') + 1));
  }

  /**
   * Reads a token by which a user signs in; throws UNAUTHENTICATED for any that the issuer did not make for us or that has
   * expired, and TRY_AGAIN while its key cannot be had.
   */
  async verify(token: string): Promise<OutsideClaims> {
    const now = this.#clock.now();
    const payload = await this.payloadOf(token);
    const { success, data: read } = claims.safeParse(payload);
    if (!success) throw new RequestError(TOKEN.OUTSIDE_TOKEN_FORM());
    const { sub, sid = null, exp, iat, email: address, email_verified: isVerified, name = null } = read;
    const issuedAt = iat === undefined ? null : new Date(iat * 1_000);
    // A sign-out ends the tokens that were issued before it: one of later than now would outlast it.
    if (issuedAt && issuedAt.getTime() > now.getTime() + LEEWAY_MS)
      throw new RequestError(TOKEN.OUTSIDE_TOKEN_EARLY());
    if (sid !== null && !isRecent(issuedAt, now)) throw new RequestError(TOKEN.OUTSIDE_TOKEN_EXPIRED());
    return {
      subject: sub,
      verifiedEmail: isVerified === true ? (address ?? null) : null,
      name,
      expiresAt: new Date(Math.min((exp + LEEWAY_S) * 1_000, now.getTime() + MAX_LIFETIME_MS)),
      signIn: {
        issuer: this.name,
        subject: sub,
        sid,
        issuedAt,
        clientId: this.#audience,
        authenticatedAt: signedInAt(read, now),
        hasSecondFactor: hasSecondFactor(read),
      },
    };
  }

  /** The claims of a token, of any kind, that the issuer has signed for us; throws like `verify`. */
  async payloadOf(token: string): Promise<JWTPayload> {
    if (Buffer.byteLength(token) > MAX_TOKEN_BYTES)
      throw new RequestError(TOKEN.OUTSIDE_TOKEN_TOO_LONG({ max: MAX_TOKEN_BYTES }));
    try {
      const { payload } = await jwtVerify(token, this.#keys.keyOf, {
        algorithms: this.#algorithms,
        issuer: this.name,
        audience: this.#audience,
        clockTolerance: LEEWAY_S,
        currentDate: this.#clock.now(),
      });
      return payload;
    } catch (error) {
      throw refusalOf(error);
    }
  }
}

type Claims = z.infer<typeof claims>;

function isRecent(issuedAt: Date | null, now: Date): boolean {
  return issuedAt !== null && issuedAt.getTime() + SESSION_TOKEN_MS > now.getTime();
}

/** No token was issued later than now: a clock that runs ahead does not make a sign-in last longer. */
function signedInAt({ iat, auth_time: signedIn }: Claims, now: Date): Date | null {
  const seconds = signedIn ?? iat;
  return seconds === undefined ? null : new Date(Math.min(seconds * 1_000, now.getTime()));
}

function hasSecondFactor({ amr = [], acr = '' }: Claims): boolean {
  return amr.some((method) => SECOND_FACTORS.includes(method)) || STRONG_CONTEXTS.includes(acr);
}
