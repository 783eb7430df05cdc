import type { Person } from './person.ts';

/** Waits until every tenant has adopted what the layers above it have set: no run is left. `root` is of the platform. */
export async function adoptedByAll(root: Person): Promise<void> {
  const running = '{ syncRuns(filter: { status: { equals: RUNNING } }) { totalCount } }';
  while ((await root.ask(running)).syncRuns.totalCount > 0);
}
