import { v7 as uuidv7 } from 'uuid';
import type { ViewerContext } from '../../core/context.ts';
import { invalidInput, limitReached, type UserError, UserErrors } from '../../core/errors.ts';
import { NO_ROW } from '../../core/row-id.ts';
import { tenantInScope } from '../../core/scope.ts';
import { idempotent, type Transaction, type Written } from '../../core/transact.ts';
import type { TenantRow } from '../../core/visibility.ts';
import type { Where } from '../../core/where.ts';
import { testsNothing } from '../../db/prisma-where.ts';
import type { BulkJob, BulkJobKind } from '../../generated/prisma/client.ts';
import { bulkJobEntity } from './bulk-jobs.changes.ts';

/** How many rows one job may be about. */
export const MAX_ITEMS = 10_000;
/** How many jobs of a tenant may be under way or waiting. */
const MAX_OPEN_JOBS = 20;

/** Which rows of a tenant are meant: those of the ids, or those that a condition holds for when the job is asked for. */
export interface BulkTargets<Row> {
  readonly tenantId?: string | null;
  readonly ids?: readonly string[] | null;
  readonly where: Where<Row> | null;
  /** What the client asked for, to recognise the same request by. */
  readonly asked: unknown;
}

/** What is done to each row. */
export interface BulkWork<Row> {
  readonly kind: BulkJobKind;
  readonly addedAttributes?: string[];
  readonly removedAttributes?: string[];
  /** Finds the rows in view that a condition holds for, by id, one more than a job may be about at most. */
  readonly find: (tx: Transaction, where: Where<Row>) => Promise<readonly { readonly id: string }[]>;
}

/**
 * Queues a job, for the rooms whose rows it is about. It begins soon after the transaction was committed. Each row is
 * taken once, however often it is named. Throws UserErrors for no choice of rows, one that chooses everything, an id that
 * is none, too many rows, too many open jobs, or a key used for something else.
 */
export async function requestBulkJob<Row extends TenantRow>(
  ctx: ViewerContext,
  { tenantId: named, ids, where, asked }: BulkTargets<Row>,
  { find, ...job }: BulkWork<Row>,
  idempotencyKey?: string | null,
): Promise<Written<BulkJob>> {
  const tenantId = tenantInScope(ctx.viewer, named);
  if (!ids === !where) throw invalidInput('Say which rows are meant: either by ids or by a filter.', 'ids');
  requireIds(ids ?? []);
  // Everything of a tenant by a slip is what nobody should be able to ask for.
  if (where && testsNothing(where)) throw invalidInput('The filter chooses everything.', 'filter');
  return ctx.transact(
    async (tx) => {
      const chosen = where && (await find(tx, { AND: [{ tenantId }, where] } as Where<Row>));
      return start(tx, ctx, { ...job, tenantId }, chosen?.map(({ id }) => id) ?? ids ?? []);
    },
    idempotent(idempotencyKey, job, tenantId, asked),
  );
}

/** A text that is no id would be an item of its own that nobody can make sense of. */
function requireIds(ids: readonly string[]): void {
  const faults = ids.flatMap((id, index): UserError[] =>
    id === NO_ROW
      ? [{ code: 'INVALID_INPUT', message: 'This is not an id.', path: ['ids', String(index)] }]
      : [],
  );
  if (faults.length > 0) throw new UserErrors(faults);
}

type NewJob = Omit<BulkWork<never>, 'find'> & TenantRow;

async function start(
  tx: Transaction,
  { viewer, requestId, ip }: ViewerContext,
  job: NewJob,
  targetIds: readonly string[],
): Promise<BulkJob> {
  // In one order in all jobs, so that two of them lock the same rows one after the other and neither waits in a circle.
  const items = [...new Set(targetIds)].toSorted().map((targetId) => ({ id: uuidv7(), targetId }));
  if (items.length > MAX_ITEMS) {
    throw invalidInput(`At most ${MAX_ITEMS} rows at once: there are ${items.length}.`, 'ids');
  }
  await requireFewOpenJobs(tx, job.tenantId);
  const data = { ...job, total: items.length, requestedById: viewer.userId, requestId, ip };
  const created = await tx.db.bulkJob.create({ data });
  await tx.db.$executeRaw`
    INSERT INTO bulk_job_item (id, job_id, target_id)
    SELECT id, ${created.id}::uuid, target_id
    FROM unnest(${items.map(({ id }) => id)}::uuid[], ${items.map(({ targetId }) => targetId)}::uuid[])
      AS item (id, target_id)`;
  tx.created(bulkJobEntity, created);
  return created;
}

async function requireFewOpenJobs(tx: Transaction, tenantId: string): Promise<void> {
  const open = await tx.db.bulkJob.count({ where: { tenantId, status: { in: ['QUEUED', 'RUNNING'] } } });
  if (open >= MAX_OPEN_JOBS) {
    throw limitReached(`The tenant has ${open} bulk jobs that have not ended: wait for one of them.`);
  }
}
