import { isOffIn } from '../../configuration/layers/modules-off.ts';
import { forbiddenChange, type UserError, UserErrors } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { moduleOff } from '../../core/rights/modules.ts';
import type { Acting, BulkAction, FileLine, LineEffect } from '../../core/rows/bulk-action.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Transact, Transaction, TryOut } from '../../core/rows/transact.ts';
import type { BulkJob } from '../../generated/prisma/client.ts';

/** The result of an item. */
export interface Outcome {
  readonly id: string;
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly errors: readonly UserError[];
  /** Of a line of a file that was applied. */
  readonly effect: LineEffect | null;
}

/** The action on each item, and the viewer with whose rights it runs. */
export interface ItemContext {
  readonly action: BulkAction;
  /** The requester of the job; null if the user may no longer act. */
  readonly acting: Acting | null;
}

/** The items of a batch: at most `size` in order, or the one that `only` names. */
export interface Batch {
  readonly size: number;
  readonly only: string | null;
}

/**
 * Processes pending items of a running job and records the outcome of each in the same transaction. Returns the number
 * of items. It skips items that another transaction has claimed, so any number of nodes may work on one job; while a
 * batch runs the job cannot be cancelled. Where the module of the job is off, every item is refused; while the tenant
 * is archived, none is taken.
 */
export async function doItems(
  tx: Transaction,
  job: BulkJob,
  batch: Batch,
  item: ItemContext,
): Promise<number> {
  const outcomes = await outcomesOf(tx, job, batch, item);
  await note(tx, outcomes);
  return outcomes.length;
}

/** The two transactions of a dry run: one is tried, the other records what came of it. */
export interface DryRun {
  readonly tryOut: TryOut;
  readonly transact: Transact;
}

/**
 * Processes pending items as `doItems` does, in a transaction that is rolled back where it would be committed, and records
 * the outcomes in another one. So a dry run tells what the same code does, and writes nothing. An item that two nodes have
 * tried is noted once.
 */
export async function tryItems(
  { tryOut, transact }: DryRun,
  job: BulkJob,
  batch: Batch,
  item: ItemContext,
): Promise<number> {
  const outcomes = await tryOut((tx) => outcomesOf(tx, job, batch, item));
  await transact(async (tx) => {
    if (await isRunning(tx, job)) await note(tx, outcomes);
  });
  return outcomes.length;
}

/** Records that an item, processed alone, was refused as its transaction was about to be committed. */
export async function noteRefusal(
  transact: Transact,
  job: BulkJob,
  id: string,
  { errors }: UserErrors,
): Promise<void> {
  await transact(async (tx) => {
    if (await isRunning(tx, job)) await note(tx, [{ id, status: 'FAILED', errors, effect: null }]);
  });
}

/** Whether a job runs, of a tenant that is not archived; it then runs until the transaction has ended. */
async function isRunning({ db }: Transaction, { id }: BulkJob): Promise<boolean> {
  const [running] = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM bulk_job WHERE id = ${id}::uuid AND status = 'RUNNING'
      AND NOT EXISTS (SELECT FROM tenant WHERE tenant.id = tenant_id AND tenant.status = 'ARCHIVED')
    FOR SHARE`;
  return running !== undefined;
}

interface ClaimedItem {
  readonly id: string;
  readonly targetId: string;
  readonly line: number | null;
  readonly input: Pick<FileLine, 'cells' | 'firstLine'> | null;
}

async function outcomesOf(
  tx: Transaction,
  job: BulkJob,
  { size, only }: Batch,
  item: ItemContext,
): Promise<Outcome[]> {
  if (!(await isRunning(tx, job))) return [];
  const items = await tx.db.$queryRaw<ClaimedItem[]>`
    SELECT id, target_id AS "targetId", line, input FROM bulk_job_item
    WHERE job_id = ${job.id}::uuid AND status = 'PENDING' AND (${only}::uuid IS NULL OR id = ${only}::uuid)
    ORDER BY id LIMIT ${size} FOR UPDATE SKIP LOCKED`;
  const module = rooms.moduleOf(job.kind);
  const refusedAll = module && (await isOffIn(tx.db, module, job.tenantId)) ? moduleOff(module) : null;
  const outcomes: Outcome[] = [];
  for (const one of items) {
    outcomes.push(
      refusedAll
        ? { id: one.id, status: 'FAILED', errors: refusedAll.errors, effect: null }
        : await outcomeOf(one.id, () => perform(tx, job, one, item)),
    );
  }
  return outcomes;
}

const RIGHTS = sentences('FORBIDDEN_CHANGE', {
  REQUESTER_MAY_NOT: 'The user who requested the job may no longer do this.',
});

async function perform(
  tx: Transaction,
  job: BulkJob,
  { targetId, line, input }: ClaimedItem,
  { action, acting }: ItemContext,
): Promise<LineEffect | null> {
  if (!acting?.viewer.permissions.has(action.permission)) throw forbiddenChange(RIGHTS.REQUESTER_MAY_NOT());
  if ('applyLine' in action) {
    if (line === null || !input) throw new Error('An item of a file has no line.');
    return action.applyLine(tx, acting, { line, ...input }, job);
  }
  await action.apply(tx, acting, targetId, job);
  return null;
}

/** The outcome of the work; a refusal is one, too. Rethrows a fault of the server. */
async function outcomeOf(id: string, work: () => Promise<LineEffect | null>): Promise<Outcome> {
  try {
    return { id, status: 'SUCCEEDED', errors: [], effect: await work() };
  } catch (error) {
    if (!(error instanceof UserErrors)) throw error;
    return { id, status: 'FAILED', errors: error.errors, effect: null };
  }
}

/** Records outcomes: a refusal in the words of all its errors, with the code and the rule of the first. */
async function note({ db }: Transaction, outcomes: readonly Outcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  const noted = outcomes.map(({ id, status, errors, effect }) => ({
    id,
    status,
    errorCode: errors[0]?.code ?? null,
    message: errors.length === 0 ? null : errors.map(({ message }) => message).join(' '),
    rule: errors[0]?.rule ?? null,
    params: errors[0]?.params ?? null,
    errors: errors.length === 0 ? null : errors,
    outcome: effect?.outcome ?? null,
    rowId: effect?.rowId ?? null,
  }));
  await db.$executeRaw`
    UPDATE bulk_job_item SET status = noted.status, error_code = noted."errorCode", message = noted.message,
      rule = noted.rule, params = noted.params, errors = noted.errors, outcome = noted.outcome,
      target_id = coalesce(noted."rowId", target_id), input = NULL
    FROM jsonb_to_recordset(${JSON.stringify(noted)}::jsonb)
      AS noted (id uuid, status bulk_job_item_status, "errorCode" text, message text, rule text, params jsonb,
        errors jsonb, outcome bulk_job_item_outcome, "rowId" uuid)
    WHERE bulk_job_item.id = noted.id AND bulk_job_item.status = 'PENDING'`;
}
