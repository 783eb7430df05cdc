import { v7 as uuidv7 } from 'uuid';
import type { ViewerContext } from '../../core/context.ts';
import {
  invalidInput,
  limitReached,
  notFound,
  type UserError,
  UserErrors,
  userError,
} from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { NO_ROW } from '../../core/requests/row-id.ts';
import { tenantToWriteIn } from '../../core/rights/scope.ts';
import { isPlatformRole } from '../../core/rights/viewer.ts';
import type { Where } from '../../core/rights/where.ts';
import type { FileLine } from '../../core/rows/bulk-action.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import type { Rows } from '../../core/rows/rows.ts';
import type { Idempotency, Transaction, Written } from '../../core/rows/transact.ts';
import type { TenantRow } from '../../core/rows/visibility.ts';
import { testsNothing, toPrismaWhere } from '../../db/prisma-where.ts';
import { requireTenant } from '../../db/require-tenant.ts';
import { tableOf } from '../../db/table.ts';
import type { BulkJob, BulkJobKind } from '../../generated/prisma/client.ts';
import { bulkJobEntity } from './bulk-jobs.changes.ts';

/** The largest number of rows in one job. */
const MAX_ITEMS = 10_000;
/** The size of the parts in which the lines of a file are stored. */
const PART_LINES = 500;
const PART_SIZE = 262_144;
/** The largest number of jobs of a tenant that have not ended. */
const MAX_OPEN_JOBS = 20;

const JOB = sentences('INVALID_INPUT', {
  IDS_OR_FILTER: 'Say which rows are meant: either by ids or by a filter.',
  FILTER_OF_EVERYTHING: 'The filter chooses everything.',
  NO_ID: 'This is not an id.',
  TOO_MANY_ROWS: 'A job may have at most {max} rows: there are {count}.',
});
const JOBS = sentences('LIMIT_REACHED', {
  TOO_MANY_OPEN_JOBS: 'The tenant has {count} bulk jobs that have not ended: wait for one of them.',
});

/** The rows of a tenant that a job processes: those of the ids, or those that match when the job is requested. */
export interface BulkTargets<Row> {
  readonly tenantId?: string | null;
  readonly ids?: readonly string[] | null;
  readonly where: Where<Row> | null;
}

/** The action on each row. */
export interface BulkWork {
  readonly kind: BulkJobKind;
  readonly addedAttributes?: string[];
  readonly removedAttributes?: string[];
}

/** A row that may belong to a tenant. */
type RowOfTenant = EntityRow & { readonly tenantId: string | null };

/**
 * Queues a job; the rooms whose rows it processes call this. The job begins soon after the commit and processes each row
 * once, even if the client names it twice. Throws UserErrors if neither ids nor a filter are given, for a filter that
 * matches everything, an invalid id, too many rows, or too many open jobs.
 */
export async function requestBulkJob<Row extends RowOfTenant>(
  ctx: ViewerContext,
  rows: Rows<Row>,
  { tenantId: named, ids, where }: BulkTargets<Row>,
  work: BulkWork,
): Promise<Written<BulkJob>> {
  const tenantId = tenantToWriteIn(ctx.viewer, named, ['tenantId']);
  if (!ids === !where) throw invalidInput(JOB.IDS_OR_FILTER(), 'ids');
  requireIds(ids ?? []);
  // A filter that is empty by mistake must not affect every row of a tenant.
  if (where && testsNothing(where)) throw invalidInput(JOB.FILTER_OF_EVERYTHING(), 'filter');
  return ctx.transact(async (tx) => {
    const chosen = where
      ? await idsOfMatching(tx, ctx, rows, { AND: [{ tenantId }, where] } as Where<Row>)
      : ids;
    return start(tx, ctx, { ...work, tenantId }, chosen ?? []);
  });
}

/** Finds the visible rows that match, at most one more than a job may process. */
async function idsOfMatching<Row extends RowOfTenant>(
  tx: Transaction,
  { viewer }: ViewerContext,
  { entity, visibleTo }: Rows<Row>,
  where: Where<Row>,
): Promise<string[]> {
  const found = await tableOf<Row>(tx.db, entity).findMany({
    where: { AND: [toPrismaWhere(where), toPrismaWhere(visibleTo(viewer))] },
    select: { id: true },
    orderBy: { id: 'asc' },
    take: MAX_ITEMS + 1,
  });
  return found.map(({ id }) => id);
}

/**
 * Refuses a row of another tenant; throws NOT_FOUND. A job belongs to one tenant, even if its requester may change rows of
 * several.
 */
export async function requireInTenantOf<Row extends RowOfTenant>(
  { tenantId }: BulkJob,
  tx: Transaction,
  rows: Rows<Row>,
  id: string,
): Promise<void> {
  const found = await tableOf<Row>(tx.db, rows.entity).findFirst({
    where: { id, tenantId },
    select: { id: true },
  });
  if (!found) throw notFound(rows.type, 'ids');
}

/** Refuses invalid ids: each would become an item without a row. */
function requireIds(ids: readonly string[]): void {
  const faults = ids.flatMap((id, index): UserError[] =>
    id === NO_ROW ? [userError(JOB.NO_ID(), ['ids', String(index)])] : [],
  );
  if (faults.length > 0) throw new UserErrors(faults);
}

type NewJob = BulkWork & TenantRow;

async function start(
  tx: Transaction,
  ctx: ViewerContext,
  job: NewJob,
  targetIds: readonly string[],
): Promise<BulkJob> {
  // All jobs use the same order, so that two jobs that lock the same rows do not deadlock.
  const items = [...new Set(targetIds)].toSorted().map((targetId) => ({ id: uuidv7(), targetId }));
  if (items.length > MAX_ITEMS) {
    throw invalidInput(JOB.TOO_MANY_ROWS({ max: MAX_ITEMS, count: items.length }), 'ids');
  }
  const created = await insertJob(tx, ctx, { ...job, total: items.length });
  await tx.db.$executeRaw`
    INSERT INTO bulk_job_item (id, job_id, target_id)
    SELECT id, ${created.id}::uuid, target_id
    FROM unnest(${items.map(({ id }) => id)}::uuid[], ${items.map(({ targetId }) => targetId)}::uuid[])
      AS item (id, target_id)`;
  return tx.created(bulkJobEntity, created);
}

async function insertJob(
  tx: Transaction,
  { viewer, requestId, ip }: ViewerContext,
  job: NewJob & { readonly id?: string; readonly total: number },
): Promise<BulkJob> {
  await requireFewOpenJobs(tx, job.tenantId);
  const data = {
    ...job,
    requestedById: viewer.userId,
    apiTokenId: viewer.apiToken?.id ?? null,
    requesterOfPlatform: isPlatformRole(viewer.role),
    requestId,
    ip,
  };
  return tx.db.bulkJob.create({ data });
}

/** A file that has arrived whole: the id of the job that will process it, and the number of its rows. */
export interface ReceivedFile {
  readonly jobId: string;
  readonly total: number;
}

/**
 * Stores the lines of a file as they arrive, some hundreds at a time, for a job that does not exist yet. If the file is
 * refused half-way, what was stored is deleted again.
 */
export async function receiveLines(
  { db }: Pick<ViewerContext, 'db'>,
  lines: AsyncIterable<FileLine>,
): Promise<ReceivedFile> {
  const jobId = uuidv7();
  let part: string[] = [];
  let size = 0;
  let total = 0;
  const store = async () => {
    await db.$executeRaw`
      INSERT INTO bulk_job_part (id, job_id, lines) VALUES (${uuidv7()}::uuid, ${jobId}::uuid, ${`[${part.join(',')}]`}::jsonb)`;
    part = [];
    size = 0;
  };
  try {
    for await (const { line, ...input } of lines) {
      // The id is the position of the item in the job: ids that are made later are greater.
      const text = JSON.stringify({ id: uuidv7(), line, input });
      part.push(text);
      size += text.length;
      total += 1;
      if (part.length === PART_LINES || size >= PART_SIZE) await store();
    }
    if (part.length > 0) await store();
  } catch (error) {
    await dropReceived({ db }, jobId);
    throw error;
  }
  return { jobId, total };
}

/**
 * Queues a job for the lines of a received file, in the tenant that the viewer names. Throws UserErrors for no such tenant
 * and too many open jobs. A repeated request is answered with the first job, and its file is dropped.
 */
export async function requestFileJob(
  ctx: ViewerContext,
  { jobId, total }: ReceivedFile,
  job: NewJob,
  idempotency?: Idempotency,
): Promise<Written<BulkJob>> {
  try {
    const written = await ctx.transact(async (tx) => {
      await requireTenant(tx, job.tenantId);
      return tx.created(bulkJobEntity, await insertJob(tx, ctx, { ...job, id: jobId, total }));
    }, idempotency);
    if (written.value.id !== jobId) await dropReceived(ctx, jobId);
    return written;
  } catch (error) {
    await dropReceived(ctx, jobId);
    throw error;
  }
}

async function dropReceived({ db }: Pick<ViewerContext, 'db'>, jobId: string): Promise<void> {
  await db.bulkJobPart.deleteMany({ where: { jobId } });
}

async function requireFewOpenJobs(tx: Transaction, tenantId: string): Promise<void> {
  const open = await tx.db.bulkJob.count({ where: { tenantId, status: { in: ['QUEUED', 'RUNNING'] } } });
  if (open >= MAX_OPEN_JOBS) {
    throw limitReached(JOBS.TOO_MANY_OPEN_JOBS({ count: open }));
  }
}
