import { grantedPermissions, type Permission } from '../../core/rights/permissions.ts';
import { Role } from '../../generated/prisma/enums.ts';
import type { Json } from '../algebra/json.ts';

/** The path of the template of a role. Roles above tenants have none, so that the platform can always mend. */
export function templatePath(role: Role): string {
  return `permissions.templates.${role}`;
}

/** The role whose template a path is; null for any other path. */
export function roleOfTemplate(path: string): Role | null {
  return Object.values(Role).find((role) => templatePath(role) === path) ?? null;
}

/** The permissions that a template grants; null where the rooms decide. Names that no room knows grant nothing. */
export function permissionsIn(template: Json | undefined): readonly Permission[] | null {
  if (!Array.isArray(template)) return null;
  return template.filter(
    (name): name is Permission => typeof name === 'string' && grantedPermissions.has(name),
  );
}

/** The permissions that a role grants under its template. */
export function permissionsUnder(template: Json | undefined, role: Role): readonly Permission[] {
  return permissionsIn(template) ?? grantedPermissions.of(role);
}
