import type { LayerPlace, LockedLayer } from '../../configuration/layers/layers.ts';
import type { ViewerContext } from '../../core/context.ts';
import {
  forbiddenChange,
  invalidInput,
  notFound,
  type UserError,
  UserErrors,
} from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { type InputOf, parseInput } from '../../core/requests/input.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import { OneAtATime } from '../../lib/one-at-a-time.ts';
import { checkedChanges } from './checked-changes.ts';
import { readsEveryPath } from './configuration.access.ts';
import { changesBackTo, type LayerArgs, placeToWriteIn } from './configuration.commands.ts';
import { configUpdateInput } from './configuration-input.ts';
import { type Impact, impactOf } from './impact/impact.ts';
import type { Reading } from './layers-above.ts';
import { previewTokenOf } from './preview-token.ts';
import { leaveSecrets, withKeptSecrets } from './secret-changes.ts';
import type { GivenChanges } from './setting-changes.ts';
import { readChanges } from './setting-changes.ts';

const READ = sentences('FORBIDDEN_CHANGE', {
  PREVIEW_NEEDS_READING: 'A preview shows what only those may know who may read all of the configuration.',
});
const INPUT = sentences('INVALID_INPUT', {
  ROLLBACK_NAMES_NO_PATHS: 'A rollback names no paths.',
});

/** The effects of a write; or the reasons why it would be refused, and then nothing else. */
export interface Preview extends Impact {
  readonly token: string | null;
  readonly userErrors: readonly UserError[];
}

/** A write of a layer, or a rollback of it to a version. */
export interface Previewed {
  readonly input: InputOf<typeof configUpdateInput> & LayerArgs & GivenChanges;
  readonly toVersion?: number | null | undefined;
}

const NOTHING: Impact = {
  tenantCount: 0,
  userCount: 0,
  tenants: [],
  paths: [],
  roles: [],
  modules: [],
  conflictCount: 0,
  endedSessionCount: 0,
};

/** A viewer runs one preview at a time, because each holds the groups of its tenants in memory. */
const previews = new OneAtATime();

/**
 * Computes what a write would do, from one snapshot of the database, and writes nothing. Throws QUERY_TOO_COMPLEX if that
 * is too much for one operation.
 */
export async function previewChange(ctx: ViewerContext, previewed: Previewed): Promise<Preview> {
  try {
    const place = placeToPreview(ctx, previewed);
    return await previews.run(ctx.viewer.userId, () =>
      ctx.db.$transaction((db) => preview(ctx, { db }, place, previewed), {
        isolationLevel: 'RepeatableRead',
      }),
    );
  } catch (error) {
    if (!(error instanceof UserErrors)) throw error;
    return { ...NOTHING, token: null, userErrors: error.errors };
  }
}

/** The layer that is written, of a viewer who may see what the preview shows: at its own scope every user may. */
function placeToPreview({ viewer }: ViewerContext, { input, toVersion }: Previewed): LayerPlace {
  parseInput(configUpdateInput, input);
  const place = placeToWriteIn(viewer, input);
  if (place.scope !== 'USER' && !readsEveryPath(viewer))
    throw forbiddenChange(READ.PREVIEW_NEEDS_READING(), 'input', 'scope');
  const namesPaths = (input.set?.length ?? 0) + (input.unset?.length ?? 0) > 0;
  if (toVersion != null && namesPaths) throw invalidInput(INPUT.ROLLBACK_NAMES_NO_PATHS(), 'toVersion');
  return place;
}

async function preview(
  ctx: ViewerContext,
  tx: Reading,
  place: LayerPlace,
  { input, toVersion }: Previewed,
): Promise<Preview> {
  const { deadline } = ctx;
  if (deadline.refusal) throw deadline.refusal;
  const layer = await layerAsItIs(tx, place);
  const given = toVersion == null ? readChanges(input) : await changesBackTo(tx, layer, toVersion);
  const isWrite = toVersion == null;
  const complete = isWrite
    ? await withKeptSecrets(tx, layer, given)
    : (await leaveSecrets(tx, layer, given)).changes;
  const changes = await checkedChanges(tx, ctx, layer, complete, { step: isWrite ? 'WRITE' : 'ROLLBACK' });
  const impact = await impactOf(tx, layer, changes, { deadline, isUnbounded: false, countsSessions: true });
  return { ...impact, token: await previewTokenOf(tx, layer, given), userErrors: [] };
}

/** Reads a layer without a lock; one that does not exist is as it would come into being. */
async function layerAsItIs({ db }: Reading, place: LayerPlace): Promise<LockedLayer> {
  const { tenantId, businessTypeId } = place;
  const select = { id: true };
  if (tenantId && !(await db.tenant.findFirst({ where: { id: tenantId }, select })))
    throw notFound('Tenant', 'input', 'tenantId');
  if (businessTypeId && !(await db.businessType.findFirst({ where: { id: businessTypeId }, select })))
    throw notFound('BusinessType', 'input', 'businessTypeId');
  const row = await db.configuration.findFirst({ where: place });
  if (!row) return { row: { ...NO_LAYER, ...place }, last: null };
  const at = { configurationId: row.id, version: row.version };
  return { row, last: await db.configVersion.findFirst({ where: at }) };
}

/** A layer that has no version yet. No row has this id. */
const NO_LAYER: Omit<Configuration, keyof LayerPlace> = {
  id: '00000000-0000-0000-0000-000000000000',
  paths: [],
  memberPaths: [],
  grants: {},
  changes: 0,
  memberChanges: 0,
  memberVersion: 1,
  reauthenticateSince: null,
  version: 1,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};
