import { RequestError } from '../core/errors.ts';

/** Ends a stream whose viewer may not follow it any more. */
export function revoked(): RequestError {
  return new RequestError('SUBSCRIPTION_REVOKED', 'You may no longer follow this.');
}

/** Ends the place of a follower in a feed that was restored under it. */
export function feedRestored(): RequestError {
  return new RequestError(
    'CURSOR_EXPIRED',
    'The feed was restored: query again and follow from the new feedCursor.',
  );
}
