import { inherited } from '../../core/rights/rules.ts';
import { tenantInScope } from '../../core/rights/scope.ts';
import { matches } from '../../core/rights/where.ts';
import type { BulkJob as BulkJobRow } from '../../generated/prisma/client.ts';
import { listenField } from '../../graph/events/listen-field.ts';
import { loaderOf } from '../../graph/rows/loader.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { PROGRESS, type Progress } from './bulk-job-progress.ts';
import { bulkJobs } from './bulk-jobs.access.ts';
import { BulkJob } from './bulk-jobs.graph.ts';

const bulkJobOfId = loaderOf(bulkJobs);

const BulkJobProgressed = builder.objectRef<Progress>('BulkJobProgressed').implement({
  description: 'The progress of a bulk job.',
  rule: inherited,
  fields: (t) => ({
    bulkJobId: t.exposeID('bulkJobId', { description: 'The id of the job.' }),
    bulkJob: t.field({
      type: BulkJob,
      nullable: true,
      description:
        'The job at the time of delivery; its counts may be ahead of these. Null if it no longer exists.',
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
    'Emits the progress of bulk jobs, at the pace at which the client reads. Some of it may be lost; `bulkJobCompleted` is never lost.',
  args: (arg) => ({
    tenantId: tenantArg(arg),
    id: arg.id({ description: 'Only the job with this id.', ...idOf(bulkJobs.type) }),
  }),
  spec: {
    rule: bulkJobs.rule,
    feed: (viewer, { tenantId }) => tenantInScope(viewer, tenantId),
    hears:
      (viewer, { id }) =>
      ({ name, value }) => {
        if (name !== PROGRESS) return null;
        const progress = value as Progress;
        const isWanted = !id || progress.bulkJobId === id;
        return isWanted && matches(bulkJobs.visibleTo(viewer), jobOf(progress)) ? progress : null;
      },
  },
});

/** Builds a partial job row from the signal. A visibility that tests any other column holds for no viewer. */
function jobOf({ bulkJobId: id, tenantId, total }: Progress): BulkJobRow {
  const known: Pick<BulkJobRow, 'id' | 'tenantId' | 'total'> = { id, tenantId, total };
  return known as BulkJobRow;
}
