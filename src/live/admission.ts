import { forbidden, RequestError, unauthenticated } from '../core/errors.ts';
import { allows, type Rule } from '../core/rules.ts';
import type { Viewer } from '../core/viewer.ts';
import type { FollowArgs } from '../graph/follow.ts';

/** The viewer, if it may subscribe to a field; throws UNAUTHENTICATED or FORBIDDEN. */
export function requireSubscriber(viewer: Viewer | null, name: string, rule: Rule): Viewer {
  if (!viewer) throw unauthenticated();
  if (!allows(rule, viewer)) throw forbidden(`Subscription.${name}`);
  return viewer;
}

/** What decides whether a subscription may be had. */
interface Spec {
  readonly rule: Rule;
  readonly feed: (viewer: Viewer, args: FollowArgs) => string;
}

/** Whether a field is still open to the viewer, and still means the feed that is being read. */
export function mayContinue(viewer: Viewer, spec: Spec, args: FollowArgs, feed: string): boolean {
  if (!allows(spec.rule, viewer)) return false;
  try {
    return spec.feed(viewer, args) === feed;
  } catch (error) {
    if (error instanceof RequestError) return false;
    throw error;
  }
}
