import { inherited, may } from '../../core/rules.ts';
import { tenantInScope } from '../../core/scope.ts';
import { matches } from '../../core/where.ts';
import type { BulkJobKind, BulkJob as BulkJobRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { changeFields, domainEventField } from '../../graph/change-fields.ts';
import { listenField } from '../../graph/listen-field.ts';
import { rowLoader } from '../../graph/loader.ts';
import { tenantArg } from '../../graph/shared-args.ts';
import { BulkJobFilter } from './bulk-job-filter.graph.ts';
import { PROGRESS, type Progress } from './bulk-job-progress.ts';
import { BulkJob } from './bulk-job-type.graph.ts';
import { bulkJobsVisibleTo } from './bulk-jobs.access.ts';
import { bulkJobEntity } from './bulk-jobs.changes.ts';

const source = {
  noun: 'bulkJob',
  typeName: 'BulkJob',
  type: BulkJob,
  entity: bulkJobEntity,
  rule: may('bulk-jobs:read'),
  visibleTo: bulkJobsVisibleTo,
  feed: tenantInScope,
  isOfTenant: true,
  filter: BulkJobFilter,
} as const;

changeFields({
  ...source,
  fields: { created: 'bulkJobCreated', updated: 'bulkJobUpdated', all: 'bulkJobChanged' },
});

domainEventField('bulkJobCompleted', {
  ...source,
  description: 'A bulk job ended, completed or cancelled. Never missed: query its items.',
  happens: hasEnded,
});

const of = (kind: BulkJobKind) => (before: BulkJobRow | null, after: BulkJobRow) =>
  hasEnded(before, after) && after.kind === kind && after.succeededCount > 0;

domainEventField('usersDeleted', {
  ...source,
  description: 'Users were deleted in bulk. Each also has its own event, `userDeleted`.',
  happens: of('USERS_DELETE'),
});

domainEventField('usersAttributesUpdated', {
  ...source,
  description: 'Attributes of users were changed in bulk. Each user also has its own event, `userUpdated`.',
  happens: of('USERS_ATTRIBUTES_UPDATE'),
});

domainEventField('fileAccessPoliciesDeleted', {
  ...source,
  description:
    'File-access policies were deleted in bulk. Each also has its own event, `fileAccessPolicyDeleted`.',
  happens: of('FILE_ACCESS_POLICIES_DELETE'),
});

function hasEnded(before: BulkJobRow | null, after: BulkJobRow): boolean {
  return before !== null && before.completedAt === null && after.completedAt !== null;
}

const bulkJobOfId = rowLoader({
  find: ({ bulkJob }, ids) => bulkJob.findMany({ where: { id: { in: ids } } }),
  visibleTo: bulkJobsVisibleTo,
});

const BulkJobProgressed = builder.objectRef<Progress>('BulkJobProgressed').implement({
  description: 'How far a bulk job has come.',
  rule: inherited,
  fields: (t) => ({
    bulkJobId: t.exposeID('bulkJobId', { description: 'The id of the job.' }),
    bulkJob: t.field({
      type: BulkJob,
      nullable: true,
      description:
        'The job as it is when this is delivered; its counts may be ahead of these. Null if it is gone.',
      resolve: ({ bulkJobId }, _args, ctx) => bulkJobOfId(ctx, bulkJobId),
    }),
    total: t.exposeInt('total', { description: 'The number of items.' }),
    doneCount: t.int({
      description: 'Items finished so far, done or failed.',
      resolve: ({ succeededCount, failedCount }) => succeededCount + failedCount,
    }),
    succeededCount: t.exposeInt('succeededCount', { description: 'Items done so far.' }),
    failedCount: t.exposeInt('failedCount', { description: 'Items refused or failed so far.' }),
  }),
});

listenField('bulkJobProgressed', {
  type: BulkJobProgressed,
  description:
    'Emits the progress of bulk jobs, at the pace at which the client reads. Nothing is resumed and some progress may be missed; `bulkJobCompleted` never is.',
  args: (arg) => ({
    tenantId: tenantArg(arg),
    id: arg.id({ description: 'Only the job with this id.' }),
  }),
  spec: {
    rule: may('bulk-jobs:read'),
    feed: (viewer, { tenantId }) => tenantInScope(viewer, tenantId),
    hears:
      (viewer, { id }) =>
      ({ name, value }) => {
        if (name !== PROGRESS) return null;
        const progress = value as Progress;
        const isWanted = !id || progress.bulkJobId === id;
        return isWanted && matches(bulkJobsVisibleTo(viewer), jobOf(progress)) ? progress : null;
      },
  },
});

/** The job as far as the signal tells of it: by what is not there, visibility would hold for nobody. */
function jobOf({ bulkJobId: id, tenantId, total }: Progress): BulkJobRow {
  const known: Pick<BulkJobRow, 'id' | 'tenantId' | 'total'> = { id, tenantId, total };
  return known as BulkJobRow;
}
