import type { Person } from './person.ts';

const OPEN_JOBS = `query ($id: ID) {
  bulkJobs(tenantId: $id, filter: { status: { in: [QUEUED, RUNNING] } }) { feedCursor totalCount } }`;
const ENDED_JOBS = `subscription ($id: ID, $after: Cursor) {
  bulkJobCompleted(tenantId: $id, after: $after) { cursor } }`;

/** Waits until no bulk job of a tenant is open. */
export async function untilJobsHaveEnded(root: Person, tenantId: string | undefined): Promise<void> {
  for (;;) {
    const { bulkJobs } = await root.ask(OPEN_JOBS, { id: tenantId });
    if (bulkJobs.totalCount === 0) return;
    const ended = root.follow(ENDED_JOBS, { id: tenantId, after: bulkJobs.feedCursor });
    await ended.take(1);
    await ended.close();
  }
}
