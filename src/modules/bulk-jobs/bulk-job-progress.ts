import type { Signal } from '../../core/feeds/signal.ts';
import type { BulkJob } from '../../generated/prisma/client.ts';
import type { Tally } from './bulk-job-end.ts';

/** The progress of a job. */
export interface Progress {
  readonly bulkJobId: string;
  readonly tenantId: string;
  readonly total: number;
  readonly succeededCount: number;
  readonly failedCount: number;
}

export const PROGRESS = 'bulkJobProgressed';

/** Creates the signal for the progress of a job; a newer one replaces it. */
export function progressSignal({ id, tenantId, total }: BulkJob, tally: Tally | undefined): Signal {
  const { succeededCount = 0, failedCount = 0 } = tally ?? {};
  const value: Progress = { bulkJobId: id, tenantId, total, succeededCount, failedCount };
  return { feed: tenantId, name: PROGRESS, key: id, value };
}
