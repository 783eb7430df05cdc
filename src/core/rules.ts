import type { Permission } from './permissions.ts';
import type { Viewer } from './viewer.ts';

/**
 * Says whether a viewer may read a field of `row`. Pure. Without a row the question is "of every row the viewer
 * may see?": that is what filters, sort orders and lists of names ask, where a single row cannot answer.
 */
export type Rule<Row = unknown> = ((viewer: Viewer, row?: Row) => boolean) | typeof anyone | typeof inherited;

/** For what needs no signing in. */
export const anyone = 'anyone';

/** For whoever is signed in. */
export const signedIn: Rule = () => true;

/** For the parts of an answer whose access was decided by the field that returned them, e.g. a page of a list. */
export const inherited = 'inherited';

/** For those who hold a permission. */
export function may(permission: Permission): (viewer: Viewer) => boolean {
  return (viewer) => viewer.permissions.has(permission);
}

/** Applies a rule to a viewer, who may be nobody. */
export function allows<Row>(rule: Rule<Row>, viewer: Viewer | null, row?: Row): boolean {
  if (rule === anyone || rule === inherited) return true;
  return viewer !== null && rule(viewer, row);
}
