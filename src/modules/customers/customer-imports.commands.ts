import type { ViewerContext } from '../../core/context.ts';
import { alreadyExists, UserErrors } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, type InputOf, parseInput } from '../../core/requests/input.ts';
import { tenantToWriteIn } from '../../core/rights/scope.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Acting, ActionOnLines, FileLine, LineEffect } from '../../core/rows/bulk-action.ts';
import type { Idempotency, Transaction, Written } from '../../core/rows/transact.ts';
import { requireTenant } from '../../db/require-tenant.ts';
import type { BulkJob } from '../../generated/prisma/client.ts';
import { fold, foldName } from '../../lib/fold.ts';
import { receiveLines, requestFileJob } from '../bulk-jobs/bulk-jobs.requests.ts';
import { customerEntity, TAKEN } from './customers.changes.ts';
import {
  changeCustomer,
  customerCreateInput,
  customerUpdateInput,
  externalIdInput,
  insertCustomer,
} from './customers.commands.ts';

// Invariants: a line changes the customer of its tenant that has its external id, or creates it; of the lines with one
// external id only the first one does. Ids that look alike, e.g. `A-1` and `a-1`, count as one in a file, and a line with
// an id that looks like another customer's is refused. A dry run runs the same lines.

const SAME = sentences('ALREADY_EXISTS', {
  LINE_REPEATS_ID: 'Line {line} has the external id of line {firstLine}.',
});

/** The columns of a file of customers. */
export const CUSTOMER_COLUMNS: readonly string[] = customerUpdateInput.fields.map(({ name }) => name);

/** The columns that such a file must have. */
export const REQUIRED_COLUMNS = ['externalId', 'company'] as const;

const keyInput = createInput({ externalId: externalIdInput });

/** The key by which lines of one file are compared; null for one that the line is refused for. */
export function keyOfLine({ externalId }: FileLine['cells']): string | null {
  const read = keyInput.schema.safeParse({ externalId }).data?.externalId;
  return read === undefined ? null : foldName(read);
}

/** Whether a viewer may import customers: what came of the lines is read from the bulk job. */
export function mayImportCustomers({ permissions }: Viewer): boolean {
  return permissions.has('customers:write') && permissions.has('bulk-jobs:read');
}

/** The arguments of `importCustomers`. */
export interface ImportArgs {
  readonly tenantId: string | null;
  readonly isDryRun: boolean;
  /** Reads the lines once the tenant is known. Throws UserErrors for a file that is no such file. */
  readonly lines: () => AsyncIterable<FileLine>;
  /** Made when the whole file was read. */
  readonly idempotency: () => Idempotency | undefined;
}

/**
 * Receives a file of customers and requests the bulk job that applies its lines. Throws UserErrors for no such tenant, a
 * file that is refused, and too many open jobs; then nothing of the file is left.
 */
export async function importCustomers(
  ctx: ViewerContext,
  { tenantId: named, isDryRun, lines, idempotency }: ImportArgs,
): Promise<Written<BulkJob>> {
  const tenantId = tenantToWriteIn(ctx.viewer, named, ['tenantId']);
  const received = await receiveLines(ctx, lines());
  const { kind } = isDryRun ? tryCustomersAction : importCustomersAction;
  return requestFileJob(ctx, received, { kind, tenantId }, idempotency());
}

const action = {
  permission: 'customers:write',
  readPermission: 'customers:read',
  applyLine: importLine,
} as const;

/** Applies one line of a file. */
export const importCustomersAction: ActionOnLines = { ...action, kind: 'CUSTOMERS_IMPORT', isDryRun: false };

/** Tells what one line of a file would do. */
export const tryCustomersAction: ActionOnLines = {
  ...action,
  kind: 'CUSTOMERS_IMPORT_DRY_RUN',
  isDryRun: true,
};

async function importLine(
  tx: Transaction,
  acting: Acting,
  { line, cells, firstLine }: FileLine,
  job: BulkJob,
): Promise<LineEffect> {
  if (firstLine !== null) throw alreadyExists(SAME.LINE_REPEATS_ID({ line, firstLine }), 'externalId');
  const tenantId = tenantToWriteIn(acting.viewer, job.tenantId, ['tenantId']);
  // An empty cell of these two is an empty text, which is refused as such.
  const given: FileLine['cells'] = {
    ...cells,
    externalId: cells.externalId ?? '',
    company: cells.company ?? '',
  };
  return namingColumns(async () => {
    const { externalId } = parseInput(keyInput, given as InputOf<typeof keyInput>);
    const alike = await customersLike(tx, tenantId, externalId);
    const found = alike.find((customer) => customer.externalId === externalId);
    if (found) return update(tx, acting, found.id, given);
    // Refused here, at its line: the check before the commit of a batch refuses all its lines.
    if (alike.length > 0) throw alreadyExists(TAKEN.CUSTOMER_EXTERNAL_ID_TAKEN(), 'externalId');
    return create(tx, tenantId, given);
  });
}

/** The customers of a tenant whose external id is this one, or looks like it. */
async function customersLike(
  { db }: Transaction,
  tenantId: string,
  externalId: string,
): Promise<{ readonly id: string; readonly externalId: string | null }[]> {
  const found = await db.customer.findMany({
    where: { tenantId, OR: [{ externalId }, { externalIdFold: fold(externalId) }] },
    select: { id: true, externalId: true },
  });
  return found.filter((other) => foldName(other.externalId ?? '') === foldName(externalId));
}

async function create(tx: Transaction, tenantId: string, given: object): Promise<LineEffect> {
  const data = parseInput(customerCreateInput, given as InputOf<typeof customerCreateInput>);
  await requireTenant(tx, tenantId);
  const created = tx.created(customerEntity, await insertCustomer(tx, { ...data, tenantId }));
  return { outcome: 'CREATED', rowId: created.id };
}

async function update(tx: Transaction, acting: Acting, id: string, given: object): Promise<LineEffect> {
  const kept = Object.entries(given).filter(([name, value]) => value !== null || !KEPT_IF_EMPTY.has(name));
  const data = parseInput(
    customerUpdateInput,
    Object.fromEntries(kept) as InputOf<typeof customerUpdateInput>,
  );
  const { before, after } = await changeCustomer(tx, acting, id, data);
  return { outcome: after === before ? 'UNCHANGED' : 'UPDATED', rowId: id };
}

/** A customer has always one of these: an empty cell leaves it as it is. */
const KEPT_IF_EMPTY: ReadonlySet<string> = new Set(['status', 'kind']);

/** Names the columns of a file in the paths of errors, where a mutation names the fields of its input. */
async function namingColumns<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserErrors)) throw error;
    throw new UserErrors(
      error.errors.map((one) => ({ ...one, path: one.path[0] === 'input' ? one.path.slice(1) : one.path })),
    );
  }
}
