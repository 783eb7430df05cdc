import type { Person } from './person.ts';

const RUNNING = '{ syncRuns(filter: { status: { equals: RUNNING } }) { feedCursor totalCount } }';
const COMPLETED = 'subscription ($after: Cursor) { syncRunCompleted(after: $after) { cursor } }';

/**
 * Waits until every tenant has adopted what the layers above it have set, or has failed to: no run is left. `root` is of
 * the platform.
 */
export async function adoptedByAll(root: Person): Promise<void> {
  for (;;) {
    const { syncRuns } = await root.ask(RUNNING);
    if (syncRuns.totalCount === 0) return;
    const completed = root.follow(COMPLETED, { after: syncRuns.feedCursor });
    await completed.take(1);
    await completed.close();
  }
}
