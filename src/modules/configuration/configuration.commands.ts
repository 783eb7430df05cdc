import { isEqual } from '../../configuration/algebra/json.ts';
import type { Scope } from '../../configuration/algebra/settings.ts';
import { CATALOGUE } from '../../configuration/catalogue/catalogue.ts';
import { changedPaths } from '../../configuration/layers/changed-paths.ts';
import { layersOf } from '../../configuration/layers/document.ts';
import { releasingAbove } from '../../configuration/layers/held-paths.ts';
import { type Holds, type Inherited, inheritedIn } from '../../configuration/layers/inherited.ts';
import { writeVersion } from '../../configuration/layers/layer-versions.ts';
import {
  businessTypeLayer,
  currentLayers,
  type LayerPlace,
  type LockedLayer,
  lockLayer,
  PLATFORM_LAYER,
  tenantLayer,
  userLayer,
} from '../../configuration/layers/layers.ts';
import { pathsWritten, readSettings } from '../../configuration/layers/setting-ledger.ts';
import type { ViewerContext } from '../../core/context.ts';
import {
  forbiddenChange,
  invalidInput,
  invalidState,
  notFound,
  requireVersion,
  UserErrors,
  userError,
} from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { type InputOf, parseInput } from '../../core/requests/input.ts';
import { asRowId } from '../../core/requests/row-id.ts';
import { tenantToWriteIn } from '../../core/rights/scope.ts';
import { isCustomerRole, isPlatformRole, type Viewer } from '../../core/rights/viewer.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { requireTenant } from '../../db/require-tenant.ts';
import type { ConfigStep, Configuration } from '../../generated/prisma/client.ts';
import { businessTypeEntity } from '../business-types/business-types.changes.ts';
import { reconsiderConflicts } from '../config-conflicts/config-conflicts.requests.ts';
import { noteSync } from '../sync-runs/tenant-sync-notes.requests.ts';
import { scheduleAdoptions } from './adoption.ts';
import { checkedChanges, EMPTY } from './checked-changes.ts';
import { configUpdateInput } from './configuration-input.ts';
import { inheritedAfter } from './effective-changes.ts';
import { platformNow, type Reading } from './layers-above.ts';
import { requirePreviewOf } from './preview-token.ts';
import { keepSecretsOf, leaveSecrets, withKeptSecrets } from './secret-changes.ts';
import { type GivenChanges, readChanges, type SettingChange } from './setting-changes.ts';

// Invariants of this room: every version of a layer has its row in the ledger, and no row of a ledger is ever changed; a
// setting that a layer above does not allow is not written; each write names all that it changes, or nothing is written.

const SCOPE = sentences('FORBIDDEN_CHANGE', {
  SCOPE_OF_OTHERS: 'You may not change the configuration of the scope {scope}.',
});
const SCOPES = sentences('INVALID_INPUT', {
  BUSINESS_TYPE_NEEDED: 'The business type is required for the scope BUSINESS_TYPE.',
  BUSINESS_TYPE_NOT_MEANT: 'A layer of the scope {scope} is that of no business type.',
});
const CHANGED = sentences('VERSION_CONFLICT', {
  PATHS_CHANGED: 'The version is now {version}, and these paths have changed since: {paths}.',
});
const VERSIONS = sentences('NOT_FOUND', { NO_SUCH_VERSION: 'The layer has no version {version}.' });

const REAUTHENTICATION = sentences('INVALID_INPUT', {
  NO_USERS_BELOW: 'A layer of the scope USER asks no users to sign in again: use `signOutEverywhere`.',
});

/** The layer that a command names. */
export interface LayerArgs {
  readonly scope: Scope;
  readonly tenantId?: string | null | undefined;
  readonly businessTypeId?: string | null | undefined;
}

/** The arguments of `updateConfiguration`. */
interface UpdateArgs {
  readonly input: InputOf<typeof configUpdateInput> & LayerArgs & GivenChanges;
  readonly unchangedSinceVersion?: number | null | undefined;
  readonly requireReauthentication?: boolean | null | undefined;
  readonly previewToken?: string | null | undefined;
}

/**
 * Sets and unsets paths of a layer, as one version. Throws UserErrors, all together, for paths, values and modes that the
 * catalogue or the layers above do not allow, for paths that were written since the version that the client knows, and for
 * a preview that is out of date.
 */
export async function updateConfiguration(
  ctx: ViewerContext,
  { input, unchangedSinceVersion, requireReauthentication, previewToken }: UpdateArgs,
): Promise<Written<Configuration>> {
  // Only for its bounds: what was parsed has no null, which is a value here.
  parseInput(configUpdateInput, input);
  const place = placeToWriteIn(ctx.viewer, input);
  if (requireReauthentication && place.userId)
    throw invalidInput(REAUTHENTICATION.NO_USERS_BELOW(), 'requireReauthentication');
  const changes = readChanges(input);
  return ctx.transact(async (tx) => {
    const layer = await layerToWrite(tx, place);
    await requireUnchanged(tx, layer, changes, unchangedSinceVersion);
    await requirePreviewOf(tx, layer, changes, previewToken);
    const complete = await withKeptSecrets(tx, layer, changes);
    const written = await write(tx, ctx, layer, complete, {
      step: 'WRITE',
      reauthenticateSince: requireReauthentication ? ctx.clock.now() : null,
    });
    await keepSecretsOf(tx, ctx, written, changes);
    return written;
  });
}

/** A layer after a rollback, and the paths of the secrets that it left as they are. */
export type RolledBack = Configuration & { readonly secretsKept: readonly string[] };

/** The arguments of `rollBackConfiguration`. */
interface RollbackArgs extends LayerArgs {
  readonly toVersion: number;
  readonly expectedVersion?: number | null | undefined;
  readonly dryRun?: boolean | null | undefined;
  readonly previewToken?: string | null | undefined;
}

/**
 * Writes a version with the values and modes that a layer had in an earlier one; with `dryRun` it only checks. Secrets
 * stay at their newest version: one that has become known must not return. Throws UserErrors for a version that never was,
 * and for what the layers above do not allow any more.
 */
export async function rollBackConfiguration(
  ctx: ViewerContext,
  { toVersion, expectedVersion, dryRun, previewToken, ...args }: RollbackArgs,
): Promise<Written<RolledBack>> {
  const place = placeToWriteIn(ctx.viewer, args);
  return ctx.transact(async (tx) => {
    const layer = await layerToWrite(tx, place);
    requireVersion(layer.row, expectedVersion);
    const given = await changesBackTo(tx, layer, toVersion);
    await requirePreviewOf(tx, layer, given, previewToken);
    const { changes, secretsKept } = await leaveSecrets(tx, layer, given);
    const cause = { step: 'ROLLBACK', restored: toVersion, dryRun: dryRun ?? false } as const;
    return { ...(await write(tx, ctx, layer, changes, cause)), secretsKept };
  });
}

/**
 * The changes that give each path the setting that it had in an earlier version. Throws UserErrors for a version that never
 * was.
 */
export async function changesBackTo(
  { db }: Reading,
  { row: { id: configurationId, version: newest }, last }: LockedLayer,
  version: number,
): Promise<SettingChange[]> {
  if (!last) throw invalidState(EMPTY.NOTHING_SET(), 'scope');
  if (version < 1 || version > newest)
    throw new UserErrors([userError(VERSIONS.NO_SUCH_VERSION({ version }), ['toVersion'])]);
  const settings = await readSettings(
    db,
    CATALOGUE.map(({ path }) => ({ configurationId, version, path })),
  );
  return CATALOGUE.map((entry, index) => ({ entry, setting: settings[index] ?? null, at: ['toVersion'] }));
}

/** Decides which layer a viewer may write; throws UserErrors for one of others, or a scope that has no layers. */
export function placeToWriteIn(viewer: Viewer, { scope, tenantId, businessTypeId }: LayerArgs): LayerPlace {
  const mayWrite = viewer.permissions.has('config:write') && !isCustomerRole(viewer.role);
  const mayWriteAboveTenants = mayWrite && isPlatformRole(viewer.role);
  if (businessTypeId && scope !== 'BUSINESS_TYPE')
    throw invalidInput(SCOPES.BUSINESS_TYPE_NOT_MEANT({ scope }), 'input', 'businessTypeId');
  switch (scope) {
    case 'PLATFORM':
      if (mayWriteAboveTenants) return PLATFORM_LAYER;
      break;
    case 'BUSINESS_TYPE':
      if (!mayWriteAboveTenants) break;
      if (!businessTypeId) throw invalidInput(SCOPES.BUSINESS_TYPE_NEEDED(), 'input', 'businessTypeId');
      return businessTypeLayer(asRowId(businessTypeId));
    case 'TENANT':
      if (mayWrite) return tenantLayer(tenantToWriteIn(viewer, tenantId));
      break;
    case 'USER':
      if (viewer.tenantId) return userLayer(viewer.tenantId, viewer.userId);
      break;
  }
  throw forbiddenChange(SCOPE.SCOPE_OF_OTHERS({ scope }), 'input', 'scope');
}

async function layerToWrite(tx: Transaction, place: LayerPlace): Promise<LockedLayer> {
  if (place.tenantId) await requireTenant(tx, place.tenantId);
  if (place.businessTypeId) await holdBusinessType(tx, place.businessTypeId);
  return lockLayer(tx, place);
}

/** Keeps tenants from getting a business type while its layer is written. Throws NOT_FOUND if there is no such type. */
async function holdBusinessType(tx: Transaction, id: string): Promise<void> {
  await tx.lock(businessTypeEntity, id);
  const found = await tx.db.businessType.findUnique({ where: { id }, select: { id: true } });
  if (!found) throw notFound('BusinessType', 'input', 'businessTypeId');
}

/** Refuses a write of paths that were written after the version that the client knows. Other paths are no reason. */
async function requireUnchanged(
  { db }: Transaction,
  { row, last }: LockedLayer,
  changes: readonly SettingChange[],
  since: number | null | undefined,
): Promise<void> {
  const version = last ? row.version : 0;
  if (since == null || since === version) return;
  const written = await pathsWritten(db, row.id, since);
  const changed = changes.map(({ entry }) => entry.path).filter((path) => written.has(path));
  if (since < version && changed.length === 0) return;
  const fault = CHANGED.PATHS_CHANGED({ version, paths: changed.join(', ') || 'none' });
  throw new UserErrors([userError(fault, ['unchangedSinceVersion'])], last ? row : undefined);
}

/** The origin of a write. */
interface Cause {
  readonly step: ConfigStep;
  readonly restored?: number;
  readonly dryRun?: boolean;
  /** The time from which on sign-ins count: all users on whom the layer acts sign in again. */
  readonly reauthenticateSince?: Date | null;
}

/**
 * Writes what differs from a locked layer as its next version; returns the layer as it is if nothing does. The resolution
 * of a conflict is a version also if it sets again what is set, and ends the holds of its path.
 */
export async function write(
  tx: Transaction,
  ctx: ViewerContext,
  layer: LockedLayer,
  given: readonly SettingChange[],
  { dryRun, ...cause }: Cause,
): Promise<Configuration> {
  const { row, last } = layer;
  const reason = { step: cause.step, isReasonEnough: Boolean(cause.reauthenticateSince) };
  const changes = await checkedChanges(tx, ctx, layer, given, reason);
  if ((changes.length === 0 && !reason.isReasonEnough) || dryRun) return row;
  const ended = cause.step === 'RESOLVE' ? given.map(({ entry }) => entry.path) : [];
  const settings = new Map(changes.map(({ entry, setting }) => [entry.path, setting]));
  const inherited = row.scope === 'BUSINESS_TYPE' ? await platformNow(tx) : inheritedAfter(layer, changes);
  const holds = releasingAbove(inherited.holds as Holds, row.id, ended);
  const version = last ? row.version + 1 : row.version;
  const own = row.scope === 'TENANT' && row.tenantId && { id: row.id, tenantId: row.tenantId, version };
  const written = new Map([...settings].filter(([path]) => !ended.includes(path)));
  const next = { ...inherited, holds: own ? await reconsiderConflicts(tx, own, written, holds) : holds };
  const after = await writeVersion(
    tx,
    layer,
    { ...cause, inherited: next, settings, actorId: ctx.viewer.userId },
    () => changedBy(tx, layer, changes, { ...next, version }),
  );
  if (!row.tenantId) await scheduleAdoptions(tx, row.businessTypeId);
  // A write of the tenant can end a conflict.
  if (own && !isEqual(next.holds as Holds, holds)) await noteSync(tx, own.tenantId);
  return after;
}

/** The paths of which a write changes the value: above tenants all that it names, because tenants differ. */
async function changedBy(
  { db }: Transaction,
  { row, last }: LockedLayer,
  changes: readonly SettingChange[],
  { version, ...inherited }: Inherited & { readonly version: number },
): Promise<readonly string[]> {
  const entries = changes.map(({ entry }) => entry);
  if (!row.tenantId) return entries.map(({ path }) => path);
  const current = await currentLayers(db, row.tenantId);
  const before = last ? { id: row.id, version: row.version } : undefined;
  const after = { id: row.id, version };
  if (row.scope === 'USER')
    return changedPaths(db, { ...current, user: before }, { ...current, user: after }, entries);
  const layers = layersOf(row, { version, ...inherited }, current.platform);
  const holds = inheritedIn(last).holds as Holds;
  return changedPaths(db, { ...layers, holds, tenant: before }, layers, entries);
}
