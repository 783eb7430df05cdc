import type { Json } from '../../configuration/algebra/json.ts';
import type { Role } from '../../generated/prisma/client.ts';

/** The setting of the role in which the first outside token of an address makes a user. */
export const PROVISIONING_PATH = 'auth.provisioning.role';

/** The roles in which users are made so: no administrator is. */
const ROLES = ['SUPPORT', 'CSR'] as const satisfies readonly Role[];

/** Reads the setting; null where no user is made. */
export function provisionedRole(value: Json | undefined): (typeof ROLES)[number] | null {
  return ROLES.find((role) => role === value) ?? null;
}
