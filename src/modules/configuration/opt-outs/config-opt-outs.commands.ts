import { currentLayers, lockLayer, tenantLayer } from '../../../configuration/layers/layers.ts';
import type { ViewerContext } from '../../../core/context.ts';
import type { CreateArgs, RowArgs, UpdateArgs } from '../../../core/requests/command-args.ts';
import { notFound } from '../../../core/requests/errors.ts';
import { parseInput } from '../../../core/requests/input.ts';
import { TENANT_OF_INPUT, tenantToWriteIn } from '../../../core/rights/scope.ts';
import type { Transaction, Written } from '../../../core/rows/transact.ts';
import { rowToChange } from '../../../db/row-to-change.ts';
import type { ConfigOptOut } from '../../../generated/prisma/client.ts';
import { pathsInConflict } from '../../config-conflicts/config-conflicts.requests.ts';
import { noteSync } from '../../sync-runs/tenant-sync-notes.requests.ts';
import { tenantEntity } from '../../tenants/tenants.changes.ts';
import { type AdoptionOutcome, adoptNewest, holdPaths } from '../adoption.ts';
import { configOptOutEntity, configOptOutExpiry } from '../configuration.changes.ts';
import { requireGrantableAdoption } from '../grantable-templates.ts';
import { configOptOutInput, configOptOutUpdateInput } from './config-opt-out-input.ts';
import { configOptOuts } from './config-opt-outs.access.ts';
import { endOptOut } from './opt-out-ends.ts';
import {
  namedPaths,
  requireActive,
  requireEndInBounds,
  requireFree,
  requireNoConflict,
  requireNotOptedOut,
} from './opt-out-rules.ts';
import { activeOptOuts, pathsOf } from './opted-out.requests.ts';

// Invariants of opt-outs: a path of a tenant is in one ACTIVE opt-out at most; while it is, the last version of the
// tenant's layer holds it at the version of each layer above that was adopted when it began; an opt-out ends once, and
// its end is scheduled while it is ACTIVE. An opt-out is locked before the layer, and a tenant before both.

/**
 * Has a tenant stay, for some paths, at what it has adopted; throws UserErrors for a bad input, no such tenant, paths
 * that are unknown, opted out of already, locked above or under a floor, and an end that is not in its bounds.
 */
export async function optOut(
  ctx: ViewerContext,
  { input }: CreateArgs<typeof configOptOutInput>,
): Promise<Written<ConfigOptOut>> {
  const { tenantId: meant, type, paths: given, ...fields } = parseInput(configOptOutInput, input);
  const tenantId = tenantToWriteIn(ctx.viewer, meant);
  const named = namedPaths(type, given);
  return ctx.transact(async (tx) => {
    await requireStableTenant(tx, tenantId);
    const layer = await lockLayer(tx, tenantLayer(tenantId));
    requireEndInBounds(fields.expiresAt, await tx.now());
    requireNotOptedOut(named, await activeOptOuts(tx.db, tenantId));
    requireNoConflict(named, await pathsInConflict(tx.db, tenantId));
    await requireFree(tx, await currentLayers(tx.db, tenantId), named);
    const paths = named.map(({ entry }) => entry.path);
    const created = await tx.db.configOptOut.create({
      data: { ...fields, tenantId, type: type ?? null, paths },
    });
    await holdPaths(tx, layer, { paths, actorId: ctx.viewer.userId });
    await tx.schedule(configOptOutExpiry, created, created.expiresAt);
    return tx.created(configOptOutEntity, created);
  });
}

/** Keeps a tenant from being deleted and from getting another business type until the transaction ends. */
async function requireStableTenant(tx: Transaction, id: string): Promise<void> {
  await tx.lockAgainstChange(tenantEntity, id);
  const found = await tx.db.tenant.findUnique({ where: { id }, select: { id: true } });
  if (!found) throw notFound('Tenant', ...TENANT_OF_INPUT);
}

/**
 * Changes the reason or the end of an opt-out that has not ended; throws UserErrors for a bad input, no such opt-out, one
 * that has ended, an end that is not in its bounds, or an old version.
 */
export async function updateOptOut(
  ctx: ViewerContext,
  { input, ...args }: UpdateArgs<typeof configOptOutUpdateInput>,
): Promise<Written<ConfigOptOut>> {
  const data = parseInput(configOptOutUpdateInput, input);
  return ctx.transact(async (tx) => {
    const before = await rowToChange(tx, ctx, configOptOuts, args);
    requireActive(before);
    if (data.expiresAt) requireEndInBounds(data.expiresAt, await tx.now());
    const after = await tx.update(configOptOutEntity, before, data);
    await tx.schedule(configOptOutExpiry, after, after.expiresAt);
    return after;
  });
}

/**
 * Ends an opt-out before its time, and has the tenant adopt the newest versions; one that has ended stays as it is.
 * Throws UserErrors for no such opt-out, an old version, and templates that give more than the viewer may give.
 */
export async function catchUp(ctx: ViewerContext, args: RowArgs): Promise<Written<ConfigOptOut>> {
  return ctx.transact(async (tx) => {
    const before = await rowToChange(tx, ctx, configOptOuts, args);
    if (before.status !== 'ACTIVE') return before;
    const ended = await endOptOut(tx, before, 'CAUGHT_UP');
    const { changedPaths } = await release(tx, before, ctx.viewer.userId);
    const caught = pathsOf(before).filter((path) => changedPaths.includes(path));
    if (caught.length > 0) await requireGrantableAdoption(tx, ctx.viewer, before.tenantId, caught, ['id']);
    return ended;
  });
}

/** Ends an opt-out whose time has come. One that was given more time in the meantime continues. */
export async function endWhenDue(tx: Transaction, optOut: ConfigOptOut): Promise<void> {
  if (optOut.status !== 'ACTIVE') return;
  if (optOut.expiresAt > (await tx.now())) return tx.schedule(configOptOutExpiry, optOut, optOut.expiresAt);
  await endOptOut(tx, optOut, 'EXPIRED');
  await release(tx, optOut, null);
}

/**
 * The layer is locked before the tenant is read: whichever business type it has then is the one that it adopts. The end
 * of an opt-out can open conflicts, and adopts what was pending, so the status of the tenant follows.
 */
async function release(
  tx: Transaction,
  optOut: ConfigOptOut,
  actorId: string | null,
): Promise<AdoptionOutcome> {
  await lockLayer(tx, tenantLayer(optOut.tenantId));
  const tenant = await tx.db.tenant.findUniqueOrThrow({ where: { id: optOut.tenantId } });
  const outcome = await adoptNewest(tx, tenant, { step: 'CATCH_UP', released: pathsOf(optOut), actorId });
  await noteSync(tx, tenant.id);
  return outcome;
}
