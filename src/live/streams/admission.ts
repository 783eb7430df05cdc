import { forbidden, RequestError, unauthenticated } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { allows, type Rule } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { FollowArgs } from '../../graph/events/follow.ts';
import type { EndReason } from '../connections/client-connection.ts';

const RETRY_S = 5;

const REVOKED = sentences('SUBSCRIPTION_REVOKED', { MAY_NOT_FOLLOW: 'You may no longer follow this.' });
const EXPIRED = sentences('TOKEN_EXPIRED', {
  TOKEN_OVER: 'The access token has expired: reconnect with a new one.',
});
const ENDED = sentences('DISCONNECTED', {
  DISCONNECTED_BY_ADMIN: 'An administrator has ended this connection: {reason}',
});
const LIMIT = sentences('RATE_LIMITED', {
  STREAM_GAVE_WAY: 'The user has too many sockets and event streams.',
});

/** Returns the viewer if it may subscribe to a field; throws UNAUTHENTICATED or FORBIDDEN otherwise. */
export function requireSubscriber(viewer: Viewer | null, name: string, rule: Rule): Viewer {
  if (!viewer) throw unauthenticated();
  if (!allows(rule, viewer)) throw forbidden(`Subscription.${name}`);
  return viewer;
}

/** The parts of a field's spec that decide whether a viewer may subscribe. */
interface AdmissionSpec {
  readonly rule: Rule;
  readonly feed: (viewer: Viewer, args: FollowArgs) => string;
}

/**
 * Throws the error that ends a stream unless its changed viewer may still subscribe to the field, and the arguments still
 * name the same feed: MODULE_DISABLED where a module was switched off, and else SUBSCRIPTION_REVOKED.
 */
export function requireContinuing(
  viewer: Viewer | null,
  spec: AdmissionSpec,
  args: FollowArgs,
  feed: string,
): Viewer {
  if (!viewer || !allows(spec.rule, viewer)) throw revoked();
  if (feedNow(viewer, spec, args) !== feed) throw revoked();
  return viewer;
}

/** The feed that the arguments name for a viewer now; null for none that it may read. */
function feedNow(viewer: Viewer, spec: AdmissionSpec, args: FollowArgs): string | null {
  try {
    return spec.feed(viewer, args);
  } catch (error) {
    if (error instanceof RequestError && error.code !== 'MODULE_DISABLED') return null;
    throw error;
  }
}

/** The error that ends a stream whose viewer has lost the right to it. */
export function revoked(): RequestError {
  return new RequestError(REVOKED.MAY_NOT_FOLLOW());
}

/** The error that ends a stream whose connection the server has ended; `words` are those of an administrator. */
export function ended(reason: EndReason, words: string | null): RequestError {
  if (reason === 'DISCONNECTED') {
    return new RequestError(ENDED.DISCONNECTED_BY_ADMIN({ reason: words ?? '' }));
  }
  if (reason === 'TOKEN_EXPIRED') {
    return new RequestError(EXPIRED.TOKEN_OVER());
  }
  if (reason === 'TOO_MANY_CONNECTIONS') {
    return new RequestError(LIMIT.STREAM_GAVE_WAY(), RETRY_S);
  }
  return revoked();
}
