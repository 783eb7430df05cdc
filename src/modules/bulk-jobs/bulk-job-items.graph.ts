import { type Context, requireViewer } from '../../core/context.ts';
import type { UserError as UserErrorShape } from '../../core/requests/errors.ts';
import type { Params } from '../../core/requests/fault.ts';
import { inherited } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { rooms } from '../../core/rows/room.ts';
import type { BulkJobItem as BulkJobItemRow, BulkJobKind } from '../../generated/prisma/client.ts';
import { listing } from '../../graph/limits/field-cost.ts';
import { connectionOf } from '../../graph/pages/connection-type.ts';
import { pageArgs } from '../../graph/pages/page-args.ts';
import { tablePage } from '../../graph/pages/row-page.ts';
import { loaderOf } from '../../graph/rows/loader.ts';
import { builder } from '../../graph/schema/builder.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { ErrorParam, errorParams, UserError, UserErrorCode } from '../../graph/schema/user-error.ts';
import { bulkJobs } from './bulk-jobs.access.ts';

/** One or two for each column of a file. */
const MAX_ERRORS = 10;

const bulkJobOfId = loaderOf(bulkJobs);

const BulkJobItemStatus = enumType('BulkJobItemStatus', 'Status of an item of a bulk job.', {
  PENDING: 'Still to be done.',
  SUCCEEDED: 'Done.',
  FAILED: 'Refused or failed; `message` says why to those who may know.',
  SKIPPED: 'Not done, because the job was cancelled.',
});

const BulkJobItemOutcome = enumType(
  'BulkJobItemOutcome',
  'What a line of a file did, or in a dry run would do.',
  {
    CREATED: 'A new row.',
    UPDATED: 'Changed a row.',
    UNCHANGED: 'The row has these values already.',
  },
);

builder.prismaObject('BulkJobItem', {
  description: 'One row of a bulk job, with its outcome.',
  rule: inherited,
  fields: (t) => ({
    targetId: t.id({
      description:
        'The id of the row, as requested. Of a line of a file, that of the row that it created or updated; before that, and of a refused line, the id of nothing.',
      resolve: ({ targetId }) => targetId,
    }),
    status: t.field({
      type: BulkJobItemStatus,
      description: 'Status of the item.',
      resolve: ({ status }) => status,
    }),
    errorCode: t.field({
      type: UserErrorCode,
      nullable: true,
      description: 'The code of the refusal. Null if it was not refused, or if an internal error occurred.',
      resolve: ({ errorCode }) => errorCode as typeof UserErrorCode.$inferType | null,
    }),
    message: t.string({
      nullable: true,
      description:
        'The reason why it was refused or failed, for people. Null if it did not fail, or if the viewer may not read what it can name of the row, e.g. attributes of a user.',
      resolve: (item, _args, ctx) => readable(ctx, item, item.message),
    }),
    rule: t.string({
      nullable: true,
      description:
        'The name of the sentence of the refusal, e.g. `NUMBER_ENTRY`: with the params, for clients that translate. Of several refusals, that of the first. Null where `errorCode` or `message` is.',
      resolve: (item, _args, ctx) => readable(ctx, item, item.rule),
    }),
    params: t.field({
      type: [ErrorParam],
      description: 'The variable parts of the sentence that `rule` names. None where it is null.',
      resolve: async (item, _args, ctx) =>
        errorParams(((await readable(ctx, item, item.params)) ?? {}) as Params),
    }),
    userErrors: t.field({
      type: [UserError],
      ...listing(MAX_ERRORS),
      description:
        'All reasons of the refusal, as a mutation has them; of a line of a file, `path` has the column. None where `message` is null.',
      resolve: async (item, _args, ctx) =>
        (((await readable(ctx, item, item.errors)) ?? []) as unknown as UserErrorShape[]).slice(
          0,
          MAX_ERRORS,
        ),
    }),
    line: t.int({
      nullable: true,
      description: 'The number of the line in the file, from 1. Null if the job is of no file.',
      resolve: ({ line }) => line,
    }),
    outcome: t.field({
      type: BulkJobItemOutcome,
      nullable: true,
      description:
        'What the line of a file did, or in a dry run would do. Null until then, if it was refused, and if the job is of no file.',
      resolve: ({ outcome }) => outcome,
    }),
  }),
});

builder.prismaObjectField('BulkJob', 'items', (t) =>
  t.field({
    type: connectionOf('BulkJobItem'),
    columns: [],
    description: 'The rows of the job with their outcomes, in processing order.',
    args: {
      status: t.arg({ type: BulkJobItemStatus, description: 'Only items of this status.' }),
      ...pageArgs(t.arg, { type: 'BulkJobItem' }),
    },
    resolve: ({ id, tenantId }, { status, ...args }, ctx) =>
      tablePage<BulkJobItemRow>(ctx, ctx.db.bulkJobItem, {
        args,
        order: [{ rows: 'BulkJobItem', column: 'id', kind: 'id', direction: 'asc' }],
        where: { AND: [{ jobId: id }, status ? { status } : {}] },
        feed: tenantId,
      }),
  }),
);

/** Returns a part of the refusal of an item; null if the viewer may not read what it can name. */
async function readable<Part>(
  ctx: Context,
  { jobId }: BulkJobItemRow,
  part: Part | null,
): Promise<Part | null> {
  const job = part === null ? null : await bulkJobOfId(ctx, jobId);
  return job && mayReadMessages(requireViewer(ctx).viewer, job.kind) ? part : null;
}

/** Whether a viewer may read what the refusals of such a job can name. */
function mayReadMessages({ permissions }: Viewer, kind: BulkJobKind): boolean {
  return rooms.bulkActions.some((action) => action.kind === kind && permissions.has(action.readPermission));
}
