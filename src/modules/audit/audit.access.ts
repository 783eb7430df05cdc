import { isMemberRole, reaches, type Viewer } from '../../core/viewer.ts';

/** Whether a viewer may look into a feed at all; what is seen there is said by each entity's own rule. */
export function mayReadFeed(viewer: Viewer, feed: string): boolean {
  return feed === viewer.homeFeed || reaches(viewer, feed);
}

/** Members of a customer learn that somebody of the staff did something, not who and from where. */
export function mayKnowActors({ role }: Viewer): boolean {
  return !isMemberRole(role);
}
