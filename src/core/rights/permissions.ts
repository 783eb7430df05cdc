import type { Role } from '../../generated/prisma/enums.ts';

/**
 * All permissions that a role or a user can be granted, as `<resource>:<action>`. Each room declares its own
 * permissions in its access file, with the roles that grant them:
 *
 *     export const permissions = { 'plans:read': [...READERS, 'SUPPORT'] } as const satisfies Grants;
 *     declare module '../../../core/permissions.ts' {
 *       interface Permissions extends GrantedBy<typeof permissions> {}
 *     }
 */
// biome-ignore lint/suspicious/noEmptyInterface: rooms add to it by `declare module`
export interface Permissions {}

export type Permission = keyof Permissions;

/** Permissions with the roles that grant each. */
export type Grants = Readonly<Record<`${string}:${string}`, readonly Role[]>>;

/** The permissions of a room as members of `Permissions`. */
export type GrantedBy<Of extends Grants> = { readonly [Name in keyof Of]: true };

/** The roles that may change all data of a tenant. */
export const ADMINS = ['PLATFORM_ADMIN', 'TENANT_ADMIN'] as const satisfies readonly Role[];

/** The staff roles that may read all data within their reach. */
export const READERS = [
  ...ADMINS,
  'PLATFORM_SUPPORT',
  'ORGANIZATION_ADMIN',
] as const satisfies readonly Role[];

/** The permission templates that act in a tenant, by role. A role without one grants what the rooms say. */
export type Templates = Readonly<Partial<Record<Role, readonly Permission[]>>>;

/** The permissions of all rooms; complete when every room has been imported. */
class GrantedPermissions {
  readonly #rolesOf = new Map<Permission, readonly Role[]>();
  readonly #ofRole = new Map<Role, readonly Permission[]>();

  add(grants: Grants): void {
    for (const [permission, roles] of Object.entries(grants))
      this.#rolesOf.set(permission as Permission, roles);
    this.#ofRole.clear();
  }

  /** All permissions. */
  get all(): readonly Permission[] {
    return [...this.#rolesOf.keys()];
  }

  /**
   * The permissions that a role grants. They do not say which rows a user sees: that is the visibility of each entity.
   */
  of(role: Role): readonly Permission[] {
    const granted =
      this.#ofRole.get(role) ??
      this.all.filter((permission) => this.#rolesOf.get(permission)?.includes(role));
    this.#ofRole.set(role, granted);
    return granted;
  }

  /** The permissions that a role grants where templates act. */
  under(templates: Templates, role: Role): readonly Permission[] {
    return templates[role] ?? this.of(role);
  }

  /** Tells whether a stored text is a permission; those of a newer or older release are not. */
  has(text: string): text is Permission {
    return this.#rolesOf.has(text as Permission);
  }
}

export const grantedPermissions = new GrantedPermissions();
