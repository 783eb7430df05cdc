import { inherited } from '../../core/rights/rules.ts';
import type { BulkJobItem as BulkJobItemRow } from '../../generated/prisma/client.ts';
import { connectionOf } from '../../graph/pages/connection-type.ts';
import { pageArgs } from '../../graph/pages/page-args.ts';
import { tablePage } from '../../graph/pages/row-page.ts';
import { builder } from '../../graph/schema/builder.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { UserErrorCode } from '../../graph/schema/user-error.ts';

const BulkJobItemStatus = enumType('BulkJobItemStatus', 'Status of an item of a bulk job.', {
  PENDING: 'Still to be done.',
  SUCCEEDED: 'Done.',
  FAILED: 'Refused or failed; `message` says why.',
  SKIPPED: 'Not done, because the job was cancelled.',
});

builder.prismaObject('BulkJobItem', {
  description: 'One row of a bulk job, with its outcome.',
  rule: inherited,
  fields: (t) => ({
    targetId: t.exposeID('targetId', { description: 'The id of the row, as requested.' }),
    status: t.expose('status', { type: BulkJobItemStatus, description: 'Status of the item.' }),
    errorCode: t.field({
      type: UserErrorCode,
      nullable: true,
      description: 'The code of the refusal. Null if it was not refused, or if an internal error occurred.',
      resolve: ({ errorCode }) => errorCode as typeof UserErrorCode.$inferType | null,
    }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'The reason why it was refused or failed, for people. Null if it did not fail.',
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
