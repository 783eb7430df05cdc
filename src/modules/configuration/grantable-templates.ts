import { resolve } from '../../configuration/algebra/resolve.ts';
import type { Setting, Step } from '../../configuration/algebra/settings.ts';
import { grantsOf } from '../../configuration/layers/changed-grants.ts';
import { tenantLayer } from '../../configuration/layers/layers.ts';
import { permissionsUnder, roleOfTemplate, templatePath } from '../../configuration/layers/templates.ts';
import { type UserError, UserErrors, userError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { grantedPermissions, type Permission } from '../../core/rights/permissions.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { ConfigScope, Role } from '../../generated/prisma/client.ts';
import { permissionsBeyond } from '../users/users.access.ts';
import type { SettingChange } from './setting-changes.ts';

const TEMPLATE = sentences('FORBIDDEN_CHANGE', {
  TEMPLATE_BEYOND_YOURS: 'You may not let {role} do what you may not do: {names}.',
  TEMPLATE_CANNOT_MEND: 'The template of {role} keeps {names}: without them no user could mend the tenant.',
});
const NAMES = sentences('INVALID_INPUT', {
  UNKNOWN_PERMISSIONS: 'There are no such permissions: {names}.',
});

/** The permissions that the administrators of a tenant keep, so that any other change can be taken back. */
const MENDING: readonly Permission[] = ['config:write', 'users:write'];

/** A change of a template with the steps above its layer, and what the layer has now. */
interface TemplateStep {
  readonly change: SettingChange;
  readonly above: readonly Step[];
  readonly present: Setting | undefined;
}

/**
 * Refuses templates that add what the viewer may not give, that name permissions which no room has, and that take from
 * the administrators of a tenant what they need to mend it; throws UserErrors, all together. To take a permission away
 * needs no right to it. Each change of a layer is asked: a write, and a rollback.
 */
export function requireGrantableTemplates(
  viewer: Viewer,
  scope: ConfigScope,
  steps: readonly TemplateStep[],
): void {
  const errors = steps.flatMap((step) => {
    const role = roleOfTemplate(step.change.entry.path);
    return role ? faultsOf(viewer, scope, role, step) : [];
  });
  if (errors.length > 0) throw new UserErrors(errors);
}

function faultsOf(viewer: Viewer, scope: ConfigScope, role: Role, step: TemplateStep): UserError[] {
  const { change, above, present } = step;
  const granted = (setting: Setting | null | undefined) => {
    const own = setting ? [{ scope, newest: setting, adopted: setting }] : [];
    return permissionsUnder(resolve(change.entry, [...above, ...own]).value, role);
  };
  const [before, after] = [granted(present), granted(change.setting)];
  const unknown = namesIn(change.setting).filter(
    (name) => !grantedPermissions.has(name) && !namesIn(present).includes(name),
  );
  const path = change.setting && change.at.includes('set') ? [...change.at, 'value'] : change.at;
  return [
    ...(unknown.length > 0
      ? [userError(NAMES.UNKNOWN_PERMISSIONS({ names: unknown.join(', ') }), path)]
      : []),
    ...refusalsOf(
      viewer,
      role,
      after.filter((one) => !before.includes(one)),
      after,
      path,
    ),
  ];
}

/** Refuses what a template adds beyond what the viewer may give, and one of administrators that could not mend. */
function refusalsOf(
  viewer: Viewer,
  role: Role,
  added: readonly Permission[],
  after: readonly Permission[],
  path: readonly string[],
): UserError[] {
  const beyond = permissionsBeyond(viewer, role, added);
  const missing = role === 'TENANT_ADMIN' ? MENDING.filter((one) => !after.includes(one)) : [];
  return [
    ...(beyond.length > 0
      ? [userError(TEMPLATE.TEMPLATE_BEYOND_YOURS({ role, names: beyond.join(', ') }), path)]
      : []),
    ...(missing.length > 0
      ? [userError(TEMPLATE.TEMPLATE_CANNOT_MEND({ role, names: missing.join(', ') }), path)]
      : []),
  ];
}

/**
 * Refuses what a tenant has just adopted because of the viewer, by a catch-up or with another business type, if a template
 * of these paths adds what the viewer may not give, as a write of the viewer would be refused; throws UserErrors.
 */
export async function requireGrantableAdoption(
  { db }: Transaction,
  viewer: Viewer,
  tenantId: string,
  paths: readonly string[],
  at: readonly string[],
): Promise<void> {
  const layer = await db.configuration.findFirstOrThrow({ where: tenantLayer(tenantId) });
  const errors = Object.entries(grantsOf(layer)).flatMap(([name, { before, after }]) => {
    const role = name as Role;
    if (!paths.includes(templatePath(role))) return [];
    const added = after.filter((one) => !before.includes(one));
    return refusalsOf(viewer, role, added, after, at);
  });
  if (errors.length > 0) throw new UserErrors(errors);
}

function namesIn(setting: Setting | null | undefined): readonly string[] {
  return Array.isArray(setting?.value) ? setting.value.filter((name) => typeof name === 'string') : [];
}
