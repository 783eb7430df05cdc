import { isOffIn } from '../../configuration/layers/modules-off.ts';
import { type UserError, UserErrors, userError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { moduleOff } from '../../core/rights/modules.ts';
import type { Acting, BulkAction } from '../../core/rows/bulk-action.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { BulkJob, BulkJobItem } from '../../generated/prisma/client.ts';

type Outcome = Pick<BulkJobItem, 'id' | 'status' | 'errorCode' | 'message' | 'rule' | 'params'>;

/** The action on each item, and the viewer with whose rights it runs. */
export interface ItemContext {
  readonly action: BulkAction;
  /** The requester of the job; null if the user may no longer act. */
  readonly acting: Acting | null;
}

/**
 * Processes pending items of a running job, in order, at most `size` or the one that `only` names, and records the outcome
 * of each in the same transaction. Returns the number of items. It skips items that another transaction has claimed, so
 * any number of nodes may work on one job; while a batch runs the job cannot be cancelled. Where the module of the job is
 * off, every item is refused; while the tenant is archived, none is taken.
 */
export async function doItems(
  tx: Transaction,
  job: BulkJob,
  { size, only }: { size: number; only: string | null },
  item: ItemContext,
): Promise<number> {
  const [running] = await tx.db.$queryRaw<unknown[]>`
    SELECT 1 FROM bulk_job WHERE id = ${job.id}::uuid AND status = 'RUNNING'
      AND NOT EXISTS (SELECT FROM tenant WHERE tenant.id = tenant_id AND tenant.status = 'ARCHIVED')
    FOR SHARE`;
  if (!running) return 0;
  const items = await tx.db.$queryRaw<{ id: string; targetId: string }[]>`
    SELECT id, target_id AS "targetId" FROM bulk_job_item
    WHERE job_id = ${job.id}::uuid AND status = 'PENDING' AND (${only}::uuid IS NULL OR id = ${only}::uuid)
    ORDER BY id LIMIT ${size} FOR UPDATE SKIP LOCKED`;
  const module = rooms.moduleOf(job.kind);
  const refusedAll = module && (await isOffIn(tx.db, module, job.tenantId)) ? moduleOff(module) : null;
  const outcomes: Outcome[] = [];
  for (const { id, targetId } of items) {
    const refusal = refusedAll
      ? failure(refusedAll.errors)
      : await refusalOf(() => perform(tx, job, targetId, item));
    outcomes.push({ id, ...(refusal ?? SUCCESS) });
  }
  await note(tx, outcomes);
  return items.length;
}

const SUCCESS = { status: 'SUCCEEDED', errorCode: null, message: null, rule: null, params: null } as const;
const RIGHTS = sentences('FORBIDDEN_CHANGE', {
  REQUESTER_MAY_NOT: 'The user who requested the job may no longer do this.',
});

async function perform(
  tx: Transaction,
  job: BulkJob,
  targetId: string,
  { action, acting }: ItemContext,
): Promise<Omit<Outcome, 'id'> | null> {
  if (!acting?.viewer.permissions.has(action.permission))
    return failure([userError(RIGHTS.REQUESTER_MAY_NOT(), [])]);
  await action.apply(tx, acting, targetId, job);
  return null;
}

/** Returns the reason why the work was refused, null if it succeeded; rethrows a fault of the server. */
async function refusalOf(
  work: () => Promise<Omit<Outcome, 'id'> | null>,
): Promise<Omit<Outcome, 'id'> | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserErrors)) throw error;
    return failure(error.errors);
  }
}

/** The outcome of an item that was refused: in the words of all its errors, with the code and the rule of the first. */
function failure(errors: readonly UserError[]): Omit<Outcome, 'id'> {
  const { code = null, rule = null, params = null } = errors[0] ?? {};
  return {
    status: 'FAILED',
    errorCode: code,
    message: errors.map(({ message }) => message).join(' '),
    rule,
    params,
  };
}

async function note({ db }: Transaction, outcomes: readonly Outcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  await db.$executeRaw`
    UPDATE bulk_job_item SET status = outcome.status, error_code = outcome."errorCode", message = outcome.message,
      rule = outcome.rule, params = outcome.params
    FROM jsonb_to_recordset(${JSON.stringify(outcomes)}::jsonb)
      AS outcome (id uuid, status bulk_job_item_status, "errorCode" text, message text, rule text, params jsonb)
    WHERE bulk_job_item.id = outcome.id`;
}
