import { configurationEntity } from '../../configuration/layers/layer-entity.ts';
import { businessTypeLayer, type LayerPlace, PLATFORM_LAYER } from '../../configuration/layers/layers.ts';
import type { ViewerContext } from '../../core/context.ts';
import { invalidInput, invalidState, notFound, UserErrors, userError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, type InputOf, type OutputOf, parseInput } from '../../core/requests/input.ts';
import { choice, idOf, listOf, optional } from '../../core/requests/input-fields.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import type { Configuration, PrismaClient, SyncRun } from '../../generated/prisma/client.ts';
import { beginRun } from './sync-runs.reactions.ts';
import { targetTenants } from './sync-targets.ts';
import { tenantsBelow, unsyncedTenants } from './unsynced-tenants.ts';

const TRIGGER = sentences('INVALID_INPUT', {
  LAYER_OF_NO_RUN: 'A run is of the scope PLATFORM or BUSINESS_TYPE.',
  RUN_NEEDS_BUSINESS_TYPE: 'The business type is required for the scope BUSINESS_TYPE.',
  RUN_OF_NO_BUSINESS_TYPE: 'The scope PLATFORM is that of no business type.',
});
const STATE = sentences('INVALID_STATE', {
  LAYER_WITHOUT_VERSION: 'Nothing was ever set in this layer: no tenant can adopt it.',
  TRIGGERED_RUN_STILL_RUNS:
    'The triggered run {runId} of this layer has not ended: wait until it is COMPLETED.',
});
const BELOW = sentences('NOT_FOUND', { NO_SUCH_TENANT_BELOW: 'No such tenant below this layer.' });

/** The most tenants that one request names. */
const MAX_NAMED = 1_000;
/** The most tenants of one triggered run. */
export const MAX_TRIGGERED = 10_000;

export const syncTriggerInput = createInput({
  scope: choice('ConfigScope', 'The scope of the layer: PLATFORM or BUSINESS_TYPE'),
  businessTypeId: optional(
    idOf('BusinessType', 'The business type of the layer, for the scope BUSINESS_TYPE'),
  ),
  tenantIds: optional(
    listOf(idOf('Tenant', 'Only these tenants; all tenants below the layer if left out'), { max: MAX_NAMED }),
  ),
});

/** The tenants that a trigger chose, and the run that tries them; null in a dry run. */
export interface Triggered {
  readonly syncRun: SyncRun | null;
  readonly tenantIds: readonly string[];
}

interface TriggerArgs {
  readonly input: InputOf<typeof syncTriggerInput>;
  readonly dryRun?: boolean | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/**
 * Has the tenants below a layer adopt that are PENDING or FAILED, as a run; with `dryRun` it only says which. Throws
 * UserErrors for a layer without a version, a tenant that is not below it, and while an earlier triggered run of the layer
 * has not ended.
 */
export async function triggerSync(ctx: ViewerContext, args: TriggerArgs): Promise<Written<Triggered>> {
  const { idempotencyKey: key, dryRun } = args;
  const wanted = parseInput(syncTriggerInput, args.input);
  const place = layerOfRun(wanted);
  if (dryRun) {
    await layerWithVersion(ctx.db, place);
    return { value: { syncRun: null, tenantIds: await tenantsToTry(ctx.db, wanted) }, cursor: null };
  }
  const once = key == null ? undefined : { key, request: ['syncTrigger', wanted] };
  const { value, cursor } = await ctx.transact((tx) => trigger(tx, wanted, place), once);
  const { tenantIds, ...syncRun } = value;
  return { value: { syncRun, tenantIds }, cursor };
}

type Wanted = OutputOf<typeof syncTriggerInput>;

async function trigger(
  tx: Transaction,
  wanted: Wanted,
  place: LayerPlace,
): Promise<SyncRun & Pick<Triggered, 'tenantIds'>> {
  const { id: layerId } = await layerWithVersion(tx.db, place);
  // Two triggers of one layer wait for each other, and the second one finds the run of the first.
  await tx.lock(configurationEntity, layerId);
  const { version: layerVersion, scope, businessTypeId } = await layerWithVersion(tx.db, place);
  const running = await tx.db.syncRun.findFirst({ where: { layerId, status: 'RUNNING', cause: 'TRIGGER' } });
  if (running) throw invalidState(STATE.TRIGGERED_RUN_STILL_RUNS({ runId: running.id }), 'input', 'scope');
  const tenantIds = await tenantsToTry(tx.db, wanted);
  const at = { configurationId: layerId, version: layerVersion };
  const { step, paths } = await tx.db.configVersion.findUniqueOrThrow({
    where: { configurationId_version: at },
  });
  const layer = { scope, businessTypeId, layerId, layerVersion, step, paths };
  const run = await beginRun(tx, { ...layer, cause: 'TRIGGER', retryOfId: null }, (begun) =>
    targetTenants(tx, begun, tenantIds),
  );
  return { ...run, tenantIds };
}

function layerOfRun({ scope, businessTypeId }: Wanted): LayerPlace {
  if (scope !== 'PLATFORM' && scope !== 'BUSINESS_TYPE') {
    throw invalidInput(TRIGGER.LAYER_OF_NO_RUN(), 'input', 'scope');
  }
  if (scope === 'PLATFORM' && businessTypeId) {
    throw invalidInput(TRIGGER.RUN_OF_NO_BUSINESS_TYPE(), 'input', 'businessTypeId');
  }
  if (scope === 'PLATFORM') return PLATFORM_LAYER;
  if (!businessTypeId) throw invalidInput(TRIGGER.RUN_NEEDS_BUSINESS_TYPE(), 'input', 'businessTypeId');
  return businessTypeLayer(businessTypeId);
}

type Db = Pick<PrismaClient, 'configuration' | 'businessType' | '$queryRaw'>;

async function layerWithVersion(db: Db, place: LayerPlace): Promise<Configuration> {
  const layer = await db.configuration.findFirst({ where: place });
  if (layer) return layer;
  const { businessTypeId } = place;
  if (businessTypeId && !(await db.businessType.findFirst({ where: { id: businessTypeId } }))) {
    throw notFound('BusinessType', 'input', 'businessTypeId');
  }
  throw invalidState(STATE.LAYER_WITHOUT_VERSION(), 'input', 'scope');
}

/** The tenants to try, by id; throws UserErrors for named ones that are not below the layer, all together. */
async function tenantsToTry(db: Db, { businessTypeId, tenantIds }: Wanted): Promise<readonly string[]> {
  if (tenantIds) {
    const below = await tenantsBelow(db, businessTypeId ?? null, tenantIds);
    const missing = tenantIds.flatMap((id, index) => (below.has(id.toLowerCase()) ? [] : [String(index)]));
    const errors = missing.map((index) =>
      userError(BELOW.NO_SUCH_TENANT_BELOW(), ['input', 'tenantIds', index]),
    );
    if (errors.length > 0) throw new UserErrors(errors);
  }
  return unsyncedTenants(db, {
    businessTypeId: businessTypeId ?? null,
    tenantIds: tenantIds ?? null,
    max: MAX_TRIGGERED,
  });
}
