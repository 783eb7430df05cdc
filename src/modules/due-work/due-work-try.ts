import { holdModuleOff, letWait } from '../../configuration/layers/modules-off.ts';
import type { Entity, EntityRow } from '../../core/rows/change.ts';
import type { DueAction } from '../../core/rows/due-action.ts';
import { modelOf } from '../../core/rows/models.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { tableOf } from '../../db/table.ts';
import type { Claim } from './due-work-claims.ts';

/** The longest wait for a lock of another transaction, so that one row cannot make the others late. */
const LOCK_TIMEOUT = '1s';
/** The pause before work on a row that another transaction holds. */
const BUSY_PAUSE = '250 milliseconds';

type Named = Pick<Entity<never>, 'name'>;

/**
 * Does claimed work of one action: locks what is scheduled and then the rows, reads the rows, removes the schedules and
 * acts. It skips what was scheduled again or is already done. A row that another transaction is changing waits for the
 * next round, and this is no try: a command holds its row while it schedules it, so waiting here could wait for ever.
 * The claims are of one feed.
 * Returns the claims that are done.
 */
export async function tryTogether(
  tx: Transaction,
  action: DueAction,
  claims: readonly Claim[],
): Promise<Claim[]> {
  await tx.db.$executeRaw`SELECT set_config('lock_timeout', ${LOCK_TIMEOUT}, true)`;
  const scheduled = await holdSchedules(tx, action, claims);
  if (await isWithoutModule(tx, action, scheduled)) return [];
  if (await isResting(tx, action, scheduled)) return [];
  const subjects = scheduled.map(({ subjectId }) => subjectId);
  const busy = await busyRows(tx, action.entity, subjects);
  const free = subjects.filter((id) => !busy.has(id));
  const rows = await tableOf(tx.db, action.entity).findMany({ where: { id: { in: free } } });
  for (const { id } of await withBusyPartner(tx, action, rows)) busy.add(id);
  await postpone(tx, action, busy);
  const mine = scheduled.filter(({ subjectId }) => !busy.has(subjectId));
  const ids = mine.map(({ subjectId }) => subjectId);
  await tx.db.dueWork.deleteMany({ where: { kind: action.kind, subjectId: { in: ids } } });
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  for (const { subjectId } of mine) {
    const row = rowOf.get(subjectId);
    if (row) await action.act(tx, row);
  }
  return mine;
}

/**
 * Lets work wait whose module is off in its tenant: it is ready again when the module is on, which waits until this
 * transaction has ended.
 */
async function isWithoutModule(
  tx: Transaction,
  { kind }: DueAction,
  scheduled: readonly Claim[],
): Promise<boolean> {
  const module = rooms.moduleOf(kind);
  const [first] = scheduled;
  if (!module || !first || !(await holdModuleOff(tx.db, module, first.feed))) return false;
  await letWait(
    tx.db,
    kind,
    scheduled.map(({ subjectId }) => subjectId),
  );
  return true;
}

/**
 * Lets work wait whose tenant is archived: it is ready again when the tenant is restored. Where a command holds the tenant,
 * this is not known: it waits for the next round.
 */
async function isResting(
  tx: Transaction,
  { kind, whileArchived }: DueAction,
  scheduled: readonly Claim[],
): Promise<boolean> {
  const [first] = scheduled;
  if (!first || whileArchived) return false;
  const [tenant] = await tx.db.$queryRaw<{ isArchived: boolean }[]>`
    SELECT status = 'ARCHIVED' AS "isArchived" FROM tenant WHERE id = ${first.feed}::uuid`;
  if (!tenant?.isArchived) return false;
  const held = await tx.db.$queryRaw<unknown[]>`
    SELECT 1 FROM tenant WHERE id = ${first.feed}::uuid AND status = 'ARCHIVED' FOR SHARE SKIP LOCKED`;
  const ids = scheduled.map(({ subjectId }) => subjectId);
  if (held.length === 0) await postpone(tx, { kind }, new Set(ids));
  else await letWait(tx.db, kind, ids);
  return true;
}

/** Locks those of the schedules that are still due and still this node's, and returns them in the order of the claims. */
async function holdSchedules({ db }: Transaction, { kind }: DueAction, claims: readonly Claim[]) {
  const held = await db.$queryRaw<Pick<Claim, 'subjectId' | 'tries'>[]>`
    SELECT subject_id AS "subjectId", tries FROM due_work
    WHERE kind = ${kind} AND subject_id = ANY(${claims.map(({ subjectId }) => subjectId)}::uuid[]) AND due_at <= now()
    ORDER BY subject_id FOR UPDATE SKIP LOCKED`;
  const triesOf = new Map(held.map(({ subjectId, tries }) => [subjectId, tries]));
  return claims.filter(({ subjectId, tries }) => triesOf.get(subjectId) === tries);
}

/** Locks the rows, and returns the ids of those that exist and that another transaction holds. */
async function busyRows({ db }: Transaction, entity: Named, ids: readonly string[]): Promise<Set<string>> {
  const locked = await db.$queryRawUnsafe<{ id: string }[]>(
    `SELECT id FROM "${modelOf(entity.name).table}" WHERE id = ANY($1::uuid[])
     ORDER BY id FOR NO KEY UPDATE SKIP LOCKED`,
    ids,
  );
  const mine = new Set(locked.map(({ id }) => id));
  const left = ids.filter((id) => !mine.has(id));
  if (left.length === 0) return new Set();
  const existing = await tableOf(db, entity).findMany({ where: { id: { in: left } }, select: { id: true } });
  return new Set(existing.map(({ id }) => id));
}

/** Locks the rows that the work changes beside those scheduled, and returns the scheduled ones for which it could not. */
async function withBusyPartner(
  tx: Transaction,
  { alsoChanges }: DueAction,
  rows: readonly EntityRow[],
): Promise<EntityRow[]> {
  if (!alsoChanges) return [];
  const pairs = rows.map((row) => ({ row, partner: alsoChanges(row) }));
  const busy = new Set<string>();
  for (const name of new Set(pairs.map(({ partner }) => partner.entity.name))) {
    const ids = pairs.flatMap(({ partner: { entity, id } }) => (entity.name === name ? [id] : []));
    for (const id of await busyRows(tx, { name }, ids)) busy.add(id);
  }
  return pairs.filter(({ partner }) => busy.has(partner.id)).map(({ row }) => row);
}

async function postpone(
  { db }: Transaction,
  { kind }: Pick<DueAction, 'kind'>,
  ids: ReadonlySet<string>,
): Promise<void> {
  if (ids.size === 0) return;
  await db.$executeRaw`
    UPDATE due_work SET tries = tries - 1, try_at = now() + ${BUSY_PAUSE}::interval
    WHERE kind = ${kind} AND subject_id = ANY(${[...ids]}::uuid[])`;
}
