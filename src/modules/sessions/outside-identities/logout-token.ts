import { z } from 'zod';
import { RequestError } from '../../../core/requests/errors.ts';
import { sentences } from '../../../core/requests/fault.ts';
import { LEEWAY_MS, MAX_SECONDS, type OutsideIssuer, outsideId } from '../outside-issuer.ts';

export const LOGOUT_TOKEN = sentences('BAD_USER_INPUT', {
  LOGOUT_TOKEN_CLAIMS:
    'The claim "{claim}" of the logout token is missing or is wrong (OpenID Connect Back-Channel Logout 1.0, section 2.4).',
  LOGOUT_TOKEN_OLD: 'The logout token was not issued within the last {minutes} minutes.',
  LOGOUT_TOKEN_REPEATED: 'The logout token was used before.',
});

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const MINUTES = 5;
const MINUTE_MS = 60_000;

/** A logout at an issuer. */
export interface OutsideEnd {
  readonly issuer: string;
  readonly jti: string;
  readonly issuedAt: Date;
  /** The session that has ended. Null: every session of the subject. */
  readonly sid: string | null;
  /** Null: the token names the session alone. */
  readonly subject: string | null;
}

const claims = z
  .object({
    iat: z.number().min(0).max(MAX_SECONDS),
    jti: outsideId,
    events: z.object({ [EVENT]: z.looseObject({}) }),
    // So that no token by which a user signs in passes for a logout token.
    nonce: z.undefined().optional(),
    sub: outsideId.nullish().transform((sub) => sub ?? null),
    sid: outsideId.nullish().transform((sid) => sid ?? null),
  })
  .refine(({ sub, sid }) => sub !== null || sid !== null, { path: ['sub'] });

/**
 * Reads a logout token. Throws UNAUTHENTICATED for one that the issuer did not sign for us, and BAD_USER_INPUT for one with
 * other claims or of another time.
 */
export async function readLogoutToken(issuer: OutsideIssuer, token: string, now: Date): Promise<OutsideEnd> {
  const { success, data, error } = claims.safeParse(await issuer.payloadOf(token));
  if (!success) {
    const claim = String(error.issues[0]?.path[0] ?? 'sub');
    throw new RequestError(LOGOUT_TOKEN.LOGOUT_TOKEN_CLAIMS({ claim }));
  }
  const { iat, jti, sub: subject, sid } = data;
  const age = now.getTime() - iat * 1_000;
  if (age < -LEEWAY_MS || age > MINUTES * MINUTE_MS)
    throw new RequestError(LOGOUT_TOKEN.LOGOUT_TOKEN_OLD({ minutes: MINUTES }));
  return { issuer: issuer.name, jti, issuedAt: new Date(iat * 1_000), sid, subject };
}
