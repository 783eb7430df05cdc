import type { Document } from '../../../configuration/layers/document.ts';
import { permissionsUnder, templatePath } from '../../../configuration/layers/templates.ts';
import type { UsersOfGroup } from '../../../configuration/layers/tenant-groups.ts';
import type { Permission } from '../../../core/rights/permissions.ts';
import type { Role } from '../../../generated/prisma/enums.ts';

/** A permission with the number of users who gain or lose it. */
export interface PermissionCount {
  readonly permission: Permission;
  readonly userCount: number;
}

/** The permissions that users of a role gain and lose. Those that a user holds beside its role are neither. */
export interface RoleImpact {
  readonly role: Role;
  readonly userCount: number;
  readonly granted: readonly PermissionCount[];
  readonly revoked: readonly PermissionCount[];
}

interface Counts {
  userCount: number;
  readonly granted: Map<Permission, number>;
  readonly revoked: Map<Permission, number>;
}

/** Counts whose permissions change, by role. */
export class RoleCounts {
  readonly #counts = new Map<Role, Counts>();

  /** Adds the users of tenants in which some paths change. */
  add(users: readonly UsersOfGroup[], changed: readonly string[], before: Document, after: Document): void {
    for (const { role, permissions: own, count } of users) {
      const path = templatePath(role);
      if (!changed.includes(path)) continue;
      const [old, now] = [grantsIn(before, role), grantsIn(after, role)];
      const granted = now.filter((one) => !old.includes(one) && !own.includes(one));
      const revoked = old.filter((one) => !now.includes(one) && !own.includes(one));
      if (granted.length + revoked.length === 0) continue;
      const counts = this.#of(role);
      counts.userCount += count;
      for (const one of granted) counts.granted.set(one, (counts.granted.get(one) ?? 0) + count);
      for (const one of revoked) counts.revoked.set(one, (counts.revoked.get(one) ?? 0) + count);
    }
  }

  /** The roles whose users gain or lose something. */
  impacts(): readonly RoleImpact[] {
    return [...this.#counts]
      .map(([role, { userCount, granted, revoked }]) => ({
        role,
        userCount,
        granted: sorted(granted),
        revoked: sorted(revoked),
      }))
      .toSorted((one, other) => (one.role < other.role ? -1 : 1));
  }

  #of(role: Role): Counts {
    const counts = this.#counts.get(role) ?? { userCount: 0, granted: new Map(), revoked: new Map() };
    this.#counts.set(role, counts);
    return counts;
  }
}

function grantsIn(document: Document, role: Role): readonly Permission[] {
  return permissionsUnder(document.get(templatePath(role))?.value, role);
}

function sorted(counts: ReadonlyMap<Permission, number>): readonly PermissionCount[] {
  return [...counts]
    .map(([permission, userCount]) => ({ permission, userCount }))
    .toSorted((one, other) => (one.permission < other.permission ? -1 : 1));
}
