import { isDeepStrictEqual } from 'node:util';
import { grantedPermissions, type Permission, type Templates } from '../../core/rights/permissions.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import { Role } from '../../generated/prisma/enums.ts';
import { layersOf, NO_LAYERS } from './document.ts';
import type { Inherited } from './inherited.ts';
import { type LockedLayer, PLATFORM_LAYER } from './layers.ts';
import { obeyedSettingsAt } from './obeyed-settings.ts';
import { roleOfTemplate } from './templates.ts';

/** The permissions that a role granted before a version of a tenant's layer, and those that it grants after it; both sorted. */
export interface GrantStep {
  readonly before: readonly Permission[];
  readonly after: readonly Permission[];
}

/** The steps of a version, by role. */
export type Grants = Readonly<Partial<Record<Role, GrantStep>>>;

/** The roles whose permissions the last version of a layer changed. The image has them: so an event needs no ledger. */
export function grantsOf({ grants }: Pick<Configuration, 'grants'>): Grants {
  // Images from before the column do not have it.
  return (grants ?? {}) as Grants;
}

/**
 * Finds the roles whose permissions a version of a tenant's layer changes: between what the feed of the tenant knew and
 * what it knows with this version. A layer above tenants has none, because tenants differ.
 */
export async function changedGrants(
  { db }: Transaction,
  { row, last }: LockedLayer,
  after: Inherited & { readonly version: number },
  changed: readonly string[],
): Promise<Grants> {
  if (row.scope !== 'TENANT' || !changed.some((path) => roleOfTemplate(path))) return {};
  const platform = (await db.configuration.findFirst({ where: PLATFORM_LAYER })) ?? undefined;
  const known = last ? layersOf(row, last, platform) : NO_LAYERS;
  const { templates: old } = await obeyedSettingsAt(db, known);
  const { templates } = await obeyedSettingsAt(db, layersOf(row, after, platform));
  const steps = Object.values(Role).map((role) => [role, stepOf(role, old, templates)] as const);
  return Object.fromEntries(steps.filter(([, step]) => !isDeepStrictEqual(step.before, step.after)));
}

function stepOf(role: Role, old: Templates, now: Templates): GrantStep {
  const granted = (templates: Templates) => grantedPermissions.under(templates, role).toSorted();
  return { before: granted(old), after: granted(now) };
}
