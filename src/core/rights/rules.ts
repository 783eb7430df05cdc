import type { Permission } from './permissions.ts';
import { isCustomerRole, type Viewer } from './viewer.ts';

/**
 * Decides whether a viewer may read a field of `row`. Pure. Without a row it answers for every row that the viewer may
 * see: filters, sort orders and lists of names need this, because a single row cannot answer for them.
 */
export type Rule<Row = unknown> = ((viewer: Viewer, row?: Row) => boolean) | typeof anyone | typeof inherited;

/** Allows every client, signed in or not. */
export const anyone = 'anyone';

/** Allows every viewer that is signed in. */
export const signedIn: Rule = () => true;

/** For the parts of an answer whose access the field that returned them has decided, e.g. a page of a list. */
export const inherited = 'inherited';

/** A rule that asks for a permission, and says for which. */
type PermissionRule = ((viewer: Viewer) => boolean) & { readonly permission: Permission };

/** Allows viewers with a permission. */
export function may(permission: Permission): PermissionRule {
  return Object.assign((viewer: Viewer) => viewer.permissions.has(permission), { permission });
}

/** Allows staff with a permission. A customer's own users are refused, whatever permissions they hold beside their role. */
export function staffMay(permission: Permission): PermissionRule {
  const rule = (viewer: Viewer) => viewer.permissions.has(permission) && !isCustomerRole(viewer.role);
  return Object.assign(rule, { permission });
}

/** The permission for which a rule asks; undefined for another kind of rule. */
export function permissionOf(rule: Rule<never>): Permission | undefined {
  return typeof rule === 'function' ? (rule as Partial<PermissionRule>).permission : undefined;
}

/** Applies a rule to a viewer; null is a client that is not signed in. */
export function allows<Row>(rule: Rule<Row>, viewer: Viewer | null, row?: Row): boolean {
  if (rule === anyone || rule === inherited) return true;
  return viewer !== null && rule(viewer, row);
}
