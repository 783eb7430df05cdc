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

/** Whether a changed viewer may still subscribe to a field, and its arguments still name the same feed. */
export function mayContinue(viewer: Viewer, spec: AdmissionSpec, args: FollowArgs, feed: string): boolean {
  if (!allows(spec.rule, viewer)) return false;
  try {
    return spec.feed(viewer, args) === feed;
  } catch (error) {
    if (error instanceof RequestError) return false;
    throw error;
  }
}

/** The error that ends a stream whose viewer has lost the right to it. */
export function revoked(): RequestError {
  return new RequestError(REVOKED.MAY_NOT_FOLLOW());
}

/** The error that ends a stream whose connection the server has ended. */
export function ended(reason: EndReason): RequestError {
  if (reason === 'TOKEN_EXPIRED') {
    return new RequestError(EXPIRED.TOKEN_OVER());
  }
  if (reason === 'TOO_MANY_CONNECTIONS') {
    return new RequestError(LIMIT.STREAM_GAVE_WAY(), RETRY_S);
  }
  return revoked();
}
