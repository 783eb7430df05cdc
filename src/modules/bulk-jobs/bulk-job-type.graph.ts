import { inherited, may } from '../../core/rules.ts';
import type { BulkJobItem as BulkJobItemRow, BulkJob as BulkJobRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { connectionType } from '../../graph/connection-type.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { rowLoader } from '../../graph/loader.ts';
import { Node } from '../../graph/node.ts';
import { UserErrorCode } from '../../graph/user-error.ts';
import { type Tally, talliesOf } from './bulk-job-end.ts';

export const BulkJobKind = builder.enumType('BulkJobKind', {
  description: 'What a bulk job does to each of its items.',
  values: {
    USERS_DELETE: { description: 'Deletes users.' },
    USERS_ATTRIBUTES_UPDATE: { description: 'Adds and removes attributes of users.' },
    FILE_ACCESS_POLICIES_DELETE: { description: 'Deletes file-access policies.' },
  } as const,
});

export const BulkJobStatus = builder.enumType('BulkJobStatus', {
  description: 'Status of a bulk job.',
  values: {
    QUEUED: { description: 'Waiting to begin.' },
    RUNNING: { description: 'Running.' },
    COMPLETED: { description: 'Every item was done or has failed.' },
    CANCELLED: { description: 'Cancelled; the remaining items are skipped.' },
  } as const,
});

const BulkJobItemStatus = builder.enumType('BulkJobItemStatus', {
  description: 'Status of an item of a bulk job.',
  values: {
    PENDING: { description: 'Still to be done.' },
    SUCCEEDED: { description: 'Done.' },
    FAILED: { description: 'Refused or failed; `message` says why.' },
    SKIPPED: { description: 'Not done, because the job was cancelled.' },
  } as const,
});

const BulkJobItem = builder.prismaObject('BulkJobItem', {
  description: 'One row of a bulk job, with its outcome.',
  rule: inherited,
  fields: (t) => ({
    targetId: t.exposeID('targetId', { description: 'The id of the row, as requested.' }),
    status: t.expose('status', { type: BulkJobItemStatus, description: 'Status of the item.' }),
    errorCode: t.field({
      type: UserErrorCode,
      nullable: true,
      description: 'Why it was refused. Null if it was not refused, or if an internal error occurred.',
      resolve: ({ errorCode }) => errorCode as typeof UserErrorCode.$inferType | null,
    }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'Why it was refused or failed, for a person. Null if it was not.',
    }),
  }),
});

const BulkJobItemConnection = connectionType('BulkJobItem', BulkJobItem);

/** What running jobs have come to. Whoever sees a job sees that. */
const tallyOfId = rowLoader<Tally>({ find: (db, ids) => talliesOf(db, ids), visibleTo: () => ({}) });

type Context = Parameters<typeof tallyOfId>[0];

/** The counts of a job: those it ended with, or those of its items by now. */
async function tallyOf(job: BulkJobRow, ctx: Context): Promise<Tally> {
  if (job.completedAt) return job;
  return (await tallyOfId(ctx, job.id)) ?? { id: job.id, succeededCount: 0, failedCount: 0 };
}

export const BulkJob = builder.prismaObject('BulkJob', {
  description:
    'An action on many rows of a tenant, a few at a time, under the permissions that its requester has at that time. It continues after a restart of the server.',
  interfaces: [Node],
  rule: may('bulk-jobs:read'),
  fields: (t) => ({
    tenantId: t.exposeID('tenantId', { description: 'The tenant of the rows.' }),
    kind: t.expose('kind', { type: BulkJobKind, description: 'What is done to each.' }),
    status: t.expose('status', { type: BulkJobStatus, description: 'How far it is.' }),
    requestedById: t.exposeID('requestedById', { description: 'The id of the user who requested it.' }),
    total: t.exposeInt('total', { description: 'The number of items.' }),
    doneCount: t.int({
      columns: ['succeededCount', 'failedCount'],
      description: 'Items finished so far, done or failed.',
      resolve: async (job, _args, ctx) => {
        const { succeededCount, failedCount } = await tallyOf(job, ctx);
        return succeededCount + failedCount;
      },
    }),
    succeededCount: t.int({
      description: 'Items done so far.',
      resolve: async (job, _args, ctx) => (await tallyOf(job, ctx)).succeededCount,
    }),
    failedCount: t.int({
      description: 'Items refused or failed so far.',
      resolve: async (job, _args, ctx) => (await tallyOf(job, ctx)).failedCount,
    }),
    addedAttributes: t.exposeStringList('addedAttributes', {
      nullable: true,
      rule: may('permissions:read'),
      description: 'The attributes that users are given. Null if the viewer may not read permissions.',
    }),
    removedAttributes: t.exposeStringList('removedAttributes', {
      nullable: true,
      rule: may('permissions:read'),
      description: 'The attributes that are taken from users. Null if the viewer may not read permissions.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it began. Null while it waits.',
    }),
    completedAt: t.expose('completedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended. Null until then.',
    }),
    items: t.field({
      type: BulkJobItemConnection,
      columns: [],
      description: 'The rows of the job with their outcomes, in processing order.',
      args: {
        status: t.arg({ type: BulkJobItemStatus, description: 'Only items of this status.' }),
        ...pageArgs(t.arg),
      },
      resolve: ({ id, tenantId }, { status, ...args }, ctx) =>
        listPage<BulkJobItemRow>(ctx, {
          args,
          orderBy: null,
          defaultOrder: { column: 'id', direction: 'asc' },
          where: { AND: [{ jobId: id }, status ? { status } : {}] },
          feed: tenantId,
          find: (query) => ctx.db.bulkJobItem.findMany(query),
          count: (where) => ctx.db.bulkJobItem.count({ where }),
        }),
    }),
  }),
});

export const BulkJobConnection = connectionType('BulkJob', BulkJob);
