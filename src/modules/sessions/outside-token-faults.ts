import { errors } from 'jose';
import { RequestError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';

/** The longest token of an outside issuer. One with more claims is no proof of who a user is, but a document. */
export const MAX_TOKEN_BYTES = 16 * 1_024;

// Each comes before a user is looked for, so none shows whether there is one.
export const TOKEN = sentences('UNAUTHENTICATED', {
  OUTSIDE_TOKEN_TOO_LONG: 'The token is longer than {max} bytes.',
  OUTSIDE_TOKEN_EXPIRED: 'The token has expired: get another one from its issuer.',
  OUTSIDE_TOKEN_EARLY: 'The token says that it was issued later than now: the clock of its issuer is wrong.',
  OUTSIDE_TOKEN_AUDIENCE: 'The token is for another audience than this server.',
  OUTSIDE_TOKEN_ALGORITHM: 'The token is signed by an algorithm that is not accepted from its issuer.',
  OUTSIDE_TOKEN_SIGNATURE: 'The token is not signed by a key of its issuer.',
  OUTSIDE_TOKEN_FORM: 'The token is none by which its issuer signs users in.',
});

/** Makes the refusal of what was thrown while a token of an outside issuer was checked. */
export function refusalOf(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof errors.JWTExpired) return new RequestError(TOKEN.OUTSIDE_TOKEN_EXPIRED());
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
    return new RequestError(TOKEN.OUTSIDE_TOKEN_AUDIENCE());
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return new RequestError(TOKEN.OUTSIDE_TOKEN_ALGORITHM());
  if (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  )
    return new RequestError(TOKEN.OUTSIDE_TOKEN_SIGNATURE());
  return new RequestError(TOKEN.OUTSIDE_TOKEN_FORM());
}
