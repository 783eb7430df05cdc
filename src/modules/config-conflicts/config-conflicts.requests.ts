import { isEqual } from '../../configuration/algebra/json.ts';
import { type Base, baseAbove } from '../../configuration/algebra/own-setting-merge.ts';
import type { Scope, Setting, Step } from '../../configuration/algebra/settings.ts';
import type { Side } from '../../configuration/algebra/three-way-merge.ts';
import { type KnownPath, knownPath } from '../../configuration/catalogue/catalogue.ts';
import { type LayerAt, type LayersAt, stepsAtEach } from '../../configuration/layers/document.ts';
import { releasingAbove } from '../../configuration/layers/held-paths.ts';
import { adoptedOf, type Holds, heldAt } from '../../configuration/layers/inherited.ts';
import { mergeByRule } from '../../configuration/rules/after-rules.ts';
import type { DecidingRule } from '../../configuration/rules/strategy-of.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type {
  ConfigConflict,
  ConfigConflictResolution,
  Prisma,
  SyncStrategy,
} from '../../generated/prisma/client.ts';
import { configConflictEntity } from './config-conflicts.changes.ts';
import { fromColumn, type Sides, toColumn } from './conflict-sides.terms.ts';

// Invariants of this room: a tenant has one conflict of a path at most, and while it is OPEN the path is held, in the last
// version of the tenant's layer, at what was inherited before; whatever writes that layer holds its lock and decides in
// the same transaction which conflicts open and end; a resolution is a version of that layer, checked like any write.

// Other rooms hand over here what happened to the layers; which conflicts follow from it is decided in this room. The
// layer of the tenant is locked, so of two that decide about one tenant the second one waits.

/** A client or a transaction that reads conflicts. */
type ConflictReader = Pick<Prisma.TransactionClient, 'configConflict'>;

/** Counts the conflicts of a tenant that are open. */
export function countOpenConflicts(db: ConflictReader, tenantId: string): Promise<number> {
  return db.configConflict.count({ where: { tenantId, status: 'OPEN' } });
}

/** The paths of a tenant that have an open conflict. */
export async function pathsInConflict(db: ConflictReader, tenantId: string): Promise<ReadonlySet<string>> {
  const open = await db.configConflict.findMany({
    where: { tenantId, status: 'OPEN' },
    select: { path: true },
  });
  return new Set(open.map(({ path }) => path));
}

/** The layers of a tenant before and after it adopts, and the paths to look at. */
export interface Adopted {
  readonly tenantId: string;
  readonly own: LayerAt;
  readonly before: LayersAt;
  readonly after: LayersAt;
  /** The paths that were written above. */
  readonly entries: readonly KnownPath[];
  /** The rule that decides about a path; undefined if none does. */
  readonly ruleOf: (path: string) => DecidingRule | undefined;
}

/** The effect of an adoption on the own settings of a tenant, and its holds then. */
export interface Merged {
  readonly settings: ReadonlyMap<string, Setting | null>;
  readonly holds: Holds;
}

/**
 * Merges the own settings of a tenant with what it adopts, where a rule says so. A conflict is opened, or opened again, and
 * holds its path at what was inherited before; one that has nothing left to decide is closed. A path that is held for
 * another reason is an opt-out: it is merged once that has ended.
 */
export async function mergeAdopted(tx: Transaction, adopted: Adopted): Promise<Merged> {
  const { tenantId, own, before, after } = adopted;
  const known = await conflictsOf(tx, tenantId);
  const entries = adopted.entries.filter(({ path }) => {
    const isOpen = known.get(path)?.status === 'OPEN';
    return isOpen || (mergesOrProposes(adopted.ruleOf(path)) && !isHeldAbove(after, path));
  });
  const retired = [...known.values()].filter(({ path, status }) => status === 'OPEN' && !knownPath(path));
  for (const conflict of retired) await closeConflict(tx, conflict, 'RETIRED');
  const paths = entries.map(({ path }) => path);
  const freed = releasingAbove(after.holds, own.id, [...paths, ...retired.map(({ path }) => path)]);
  const now = { ...after, tenant: own, holds: freed };
  const [old, newest] = await stepsAtEach(tx.db, [before, now], entries);
  const settings = new Map<string, Setting | null>();
  let holds = freed;
  for (const entry of entries) {
    const { path } = entry;
    const conflict = known.get(path);
    const steps = newest?.get(path) ?? [];
    const base = baseOf(entry, conflict, old?.get(path) ?? []);
    const end = async (resolution: ConfigConflictResolution) => {
      if (conflict?.status === 'OPEN') await closeConflict(tx, conflict, resolution);
    };
    const rule = adopted.ruleOf(path);
    const merge = mergeByRule(rule, entry, base, steps);
    if (!merge) await end('OTHER_RULE');
    else if (merge.kind === 'KEEP') await end(merge.reason);
    else if (merge.kind === 'WRITE') {
      settings.set(path, merge.setting);
      await end('AGREED');
    } else {
      holds = heldAsBefore(holds, before, now, entry);
      const { theirs, ours } = merge;
      const dispute = {
        tenantId,
        path,
        base: base.value,
        theirs,
        ours,
        strategy: rule?.strategy ?? 'MERGE',
        isProposal: rule?.autoApply === false,
        ...placeOf(entry, steps, holds, now, own),
      };
      await openConflict(tx, conflict, dispute);
    }
  }
  return { settings, holds };
}

/** Tells whether a conflict can come of a rule. */
function mergesOrProposes(rule: DecidingRule | undefined): boolean {
  return rule !== undefined && (rule.strategy === 'MERGE' || !rule.autoApply);
}

/**
 * Looks at the open conflicts of paths that the tenant writes itself: one whose sides are equal then, or of which nothing is
 * set in the tenant any more, is closed. Returns the holds that remain.
 */
export async function reconsiderConflicts(
  tx: Transaction,
  own: LayerAt & { readonly tenantId: string },
  written: ReadonlyMap<string, Setting | null>,
  holds: Holds,
): Promise<Holds> {
  const known = await conflictsOf(tx, own.tenantId);
  const ended: string[] = [];
  for (const [path, setting] of written) {
    const conflict = known.get(path);
    if (conflict?.status !== 'OPEN') continue;
    const isEnded = await updateOurs(tx, conflict, setting?.value, own.version);
    if (isEnded) ended.push(path);
  }
  return releasingAbove(holds, own.id, ended);
}

/** The conflicts of a tenant by path, of which there is one at most. */
async function conflictsOf(
  { db }: Transaction,
  tenantId: string,
): Promise<ReadonlyMap<string, ConfigConflict>> {
  const rows = await db.configConflict.findMany({ where: { tenantId } });
  return new Map(rows.map((row) => [row.path, row]));
}

/** A conflict that is open keeps its base. Of a new one it is what the tenant inherited until now. */
function baseOf(entry: KnownPath, conflict: ConfigConflict | undefined, old: readonly Step[]): Base {
  if (conflict?.status === 'OPEN') return { value: fromColumn(conflict.base), isFree: true };
  return baseAbove(entry, old);
}

function layersAbove({ platform, businessType }: LayersAt): readonly LayerAt[] {
  return [platform, businessType].flatMap((layer) => (layer ? [layer] : []));
}

function isHeldAbove(layers: LayersAt, path: string): boolean {
  return layersAbove(layers).some(({ id }) => heldAt(layers.holds, id, path) !== undefined);
}

/** The version of a layer at which a path acted before. */
function actedAt({ holds, adopted }: LayersAt, layerId: string, { path, type }: KnownPath): number {
  return heldAt(holds, layerId, path) ?? adoptedOf(adopted, layerId, type);
}

/** The holds with those of a path on all layers above: at the versions at which it acted before. */
function heldAsBefore(holds: Holds, before: LayersAt, now: LayersAt, entry: KnownPath): Holds {
  const added = layersAbove(now).map(({ id }) => [
    id,
    { ...holds[id], [entry.path]: actedAt(before, id, entry) },
  ]);
  return { ...holds, ...Object.fromEntries(added) };
}

/** The layer that decides what would be inherited: the lowest one that has set the path, or else the platform's. */
function placeOf(
  { path }: KnownPath,
  steps: readonly Step[],
  holds: Holds,
  now: LayersAt,
  own: LayerAt,
): Pick<Dispute, 'scope' | 'layer' | 'baseVersion' | 'writtenAt' | 'own' | 'ownVersion'> {
  const of = (scope: Step['scope']) => steps.find((step) => step.scope === scope);
  const isOfType = now.businessType !== undefined && of('BUSINESS_TYPE')?.adopted !== undefined;
  const layer = (isOfType ? now.businessType : now.platform) ?? now.businessType ?? own;
  const scope = layer === now.platform ? 'PLATFORM' : 'BUSINESS_TYPE';
  return {
    scope,
    layer,
    baseVersion: heldAt(holds, layer.id, path) ?? 0,
    writtenAt: of(scope)?.adopted?.version ?? layer.version,
    own,
    ownVersion: of('TENANT')?.newest?.version ?? own.version,
  };
}

/** A conflict that was found. */
interface Dispute extends Sides {
  readonly tenantId: string;
  readonly path: string;
  /** The layer above that decides what would be inherited, at its newest version. */
  readonly layer: LayerAt;
  readonly scope: Extract<Scope, 'PLATFORM' | 'BUSINESS_TYPE'>;
  readonly baseVersion: number;
  /** The version of that layer that wrote it. */
  readonly writtenAt: number;
  readonly strategy: SyncStrategy;
  readonly isProposal: boolean;
  readonly own: LayerAt;
  /** The version of the tenant's layer that wrote its own setting. */
  readonly ownVersion: number;
}

/** Opens a conflict of a path, or opens it again. One that is open is given what is above now, and keeps its base. */
async function openConflict(
  tx: Transaction,
  present: ConfigConflict | undefined,
  dispute: Dispute,
): Promise<void> {
  const { tenantId, path, scope, layer, baseVersion, ownVersion } = dispute;
  const isOpen = present?.status === 'OPEN';
  const data = {
    base: toColumn(dispute.base),
    theirs: toColumn(dispute.theirs),
    ours: toColumn(dispute.ours),
    scope,
    layerId: layer.id,
    baseVersion,
    layerVersion: layer.version,
    theirsAt: await recordedAt(tx, layer.id, dispute.writtenAt),
    ownVersion,
    oursAt: await recordedAt(tx, dispute.own.id, ownVersion),
    strategy: dispute.strategy,
    isProposal: dispute.isProposal,
    status: 'OPEN' as const,
    openedAt: isOpen ? present.openedAt : await tx.now(),
    resolution: null,
    endedAt: null,
    resolvedById: null,
  };
  if (present) await tx.update(configConflictEntity, present, data);
  else {
    const created = await tx.db.configConflict.create({ data: { tenantId, path, ...data } });
    tx.created(configConflictEntity, created);
  }
}

/** Closes an open conflict that has nothing left to decide. */
async function closeConflict(
  tx: Transaction,
  conflict: ConfigConflict,
  resolution: ConfigConflictResolution,
): Promise<void> {
  const end = { status: 'CLOSED', resolution, endedAt: await tx.now() } as const;
  await tx.update(configConflictEntity, conflict, end);
}

/** Notes what the tenant sets itself while a conflict is open; closes it if nothing is left to decide. Returns whether. */
async function updateOurs(
  tx: Transaction,
  conflict: ConfigConflict,
  ours: Side,
  ownVersion: number,
): Promise<boolean> {
  // Without a setting of its own, the tenant has what it inherited before: a proposal still waits.
  const acting = ours === undefined && conflict.isProposal ? fromColumn(conflict.base) : ours;
  const reason = endBy(conflict, acting);
  const now = await tx.now();
  const end = reason && ({ status: 'CLOSED', resolution: reason, endedAt: now } as const);
  await tx.update(configConflictEntity, conflict, {
    ours: toColumn(acting),
    ownVersion,
    oursAt: now,
    ...end,
  });
  return reason !== null;
}

/** Why what a tenant sets itself leaves nothing to decide; null if it does not. */
function endBy({ theirs, isProposal }: ConfigConflict, ours: Side): 'NOTHING_OWN' | 'AGREED' | null {
  if (ours === undefined && !isProposal) return 'NOTHING_OWN';
  return isEqual(fromColumn(theirs), ours) ? 'AGREED' : null;
}

/** The time at which a version of a layer was written; the layer is locked, or cannot change any more. */
async function recordedAt(tx: Transaction, configurationId: string, version: number): Promise<Date> {
  const found = await tx.db.configVersion.findFirst({ where: { configurationId, version } });
  return found?.recordedAt ?? tx.now();
}
