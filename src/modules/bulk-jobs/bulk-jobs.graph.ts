import type { Context } from '../../core/context.ts';
import { may } from '../../core/rights/rules.ts';
import { isPlatformRole } from '../../core/rights/viewer.ts';
import type { BulkJobKind, BulkJob as BulkJobRow } from '../../generated/prisma/client.ts';
import { rowArgs } from '../../graph/commands/command-args.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { changeFields, domainEventField } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowLoader } from '../../graph/rows/loader.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { users } from '../users/users.access.ts';
import { type Tally, talliesOf } from './bulk-job-end.ts';
import { bulkJobs } from './bulk-jobs.access.ts';
import { cancelBulkJob, mayCancelSome } from './bulk-jobs.commands.ts';

enumType('BulkJobKind', 'The action of a bulk job on each of its items.', {
  USERS_DELETE: 'Deletes users.',
  USERS_ATTRIBUTES_UPDATE: 'Adds and removes attributes of users.',
  FILE_ACCESS_POLICIES_DELETE: 'Deletes file-access policies.',
  CUSTOMERS_IMPORT: 'Creates and updates customers, one for each line of a file.',
  CUSTOMERS_IMPORT_DRY_RUN: 'Tells what an import of customers would do, and writes nothing.',
});

enumType('BulkJobStatus', 'Status of a bulk job.', {
  QUEUED: 'Waiting to begin.',
  RUNNING: 'Running.',
  COMPLETED: 'Every item was done or has failed.',
  CANCELLED: 'Cancelled; the remaining items are skipped.',
});

/** Loads the counts of running jobs. Every viewer who sees a job sees its counts. */
const tallyOfId = rowLoader<Tally>({ find: (db, ids) => talliesOf(db, ids), visibleTo: () => ({}) });

/** Returns the counts of a job: the stored ones once it has ended, before that those of its items. */
async function tallyOf(job: BulkJobRow, ctx: Context): Promise<Tally> {
  if (job.completedAt) return job;
  return (await tallyOfId(ctx, job.id)) ?? { id: job.id, succeededCount: 0, failedCount: 0 };
}

export const BulkJob = rowType('BulkJob', bulkJobs, {
  description:
    'An action on many rows of a tenant, a few at a time, under the permissions that its requester has at that time. It continues after a restart of the server.',
  columns: {
    tenantId: 'The tenant of the rows.',
    kind: 'The action on each row.',
    status: 'Status of the job.',
    requestedById: {
      // Images from before the column are shown to no outsider: their requester may be of the platform.
      shownWhere: ({ role }) => (isPlatformRole(role) ? {} : { requesterOfPlatform: false }),
      description:
        'The id of the user who requested it. Null if it is staff of the platform, whom only that staff gets to know.',
    },
    total: 'The number of items.',
    addedAttributes: {
      rule: may('permissions:read'),
      description: 'The attributes that users are given. Null if the viewer may not read permissions.',
    },
    removedAttributes: {
      rule: may('permissions:read'),
      description: 'The attributes that are taken from users. Null if the viewer may not read permissions.',
    },
    startedAt: 'The time at which it began. Null while it waits.',
    completedAt: 'The time at which it ended. Null until then.',
  },
  fields: (t) => ({
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
  }),
});

relationField('BulkJob', 'requestedBy', users, {
  description: 'The user who requested it. Null if the viewer may not, or no longer, see that user.',
  column: 'requestedById',
  columns: [],
});

const BulkJobFilter = filterInput(bulkJobs, {
  kind: 'By kind.',
  status: 'By status.',
  requestedById: { idOf: 'User', description: 'By the id of the user who requested it.' },
  total: 'By the number of its rows.',
  succeededCount: 'By the number of its rows that succeeded, zero until it has ended.',
  failedCount: 'By the number of its rows that failed, zero until it has ended.',
  startedAt: 'By the time of its start.',
  completedAt: 'By the time of its end.',
});

const BulkJobOrder = orderInput(bulkJobs, ['createdAt', 'desc'], {
  kind: 'By kind.',
  status: 'By status, from QUEUED to CANCELLED.',
  total: 'By the number of its rows.',
  succeededCount: 'By the number of its rows that succeeded, zero until it has ended.',
  failedCount: 'By the number of its rows that failed, zero until it has ended.',
  startedAt: 'By the time of its start. Jobs that have not started come last, with DESC first.',
  completedAt: 'By the time of its end. Jobs that have not ended come last, with DESC first.',
});

rowField('bulkJob', bulkJobs);

rowsField('bulkJobs', bulkJobs, { filter: BulkJobFilter, order: BulkJobOrder });

commandField('bulkJobCancel', bulkJobs, rowArgs, {
  description:
    'Cancels a bulk job. Finished items stay done, the remaining ones are skipped. For those who may request such a job.',
  rule: mayCancelSome,
  run: (ctx, args) => cancelBulkJob(ctx, args),
});

changeFields(bulkJobs, BulkJobFilter, {
  created: 'bulkJobCreated',
  updated: 'bulkJobUpdated',
  deleted: 'bulkJobDeleted',
  all: 'bulkJobChanged',
});

domainEventField('bulkJobCompleted', bulkJobs, {
  description:
    'A bulk job ended, completed or cancelled. It is never lost; query the items for their outcomes.',
  filter: BulkJobFilter,
  happens: hasEnded,
});

domainEventField('usersDeleted', bulkJobs, {
  description: 'Users were deleted in bulk. Each also has its own event, `userDeleted`.',
  filter: BulkJobFilter,
  happens: hasChangedRows('USERS_DELETE'),
});

domainEventField('usersAttributesUpdated', bulkJobs, {
  description: 'Attributes of users were changed in bulk. Each user also has its own event, `userUpdated`.',
  filter: BulkJobFilter,
  happens: hasChangedRows('USERS_ATTRIBUTES_UPDATE'),
});

domainEventField('fileAccessPoliciesDeleted', bulkJobs, {
  description:
    'File-access policies were deleted in bulk. Each also has its own event, `fileAccessPolicyDeleted`.',
  filter: BulkJobFilter,
  happens: hasChangedRows('FILE_ACCESS_POLICIES_DELETE'),
});

function hasEnded(before: BulkJobRow | null, after: BulkJobRow): boolean {
  return before !== null && before.completedAt === null && after.completedAt !== null;
}

function hasChangedRows(kind: BulkJobKind) {
  return (before: BulkJobRow | null, after: BulkJobRow) =>
    hasEnded(before, after) && after.kind === kind && after.succeededCount > 0;
}
