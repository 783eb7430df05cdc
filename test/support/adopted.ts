import type { Person } from './person.ts';

/** Waits until every tenant has adopted what the layers above it have set. `root` is of the platform. */
export async function adoptedByAll(root: Person): Promise<void> {
  while ((await root.ask('query { syncHealth { pending } }')).syncHealth.pending > 0);
}
