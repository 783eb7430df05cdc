import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import type { RoomSample } from '../../support/room-sample.ts';

/** Writes a version of the platform's layer, and waits until its run has reached every tenant. */
async function aCompletedRun(root: Person): Promise<string> {
  const input = { scope: 'PLATFORM', set: [{ path: 'branding.name', value: crypto.randomUUID() }] };
  await mutate(root, 'configUpdate', { input });
  for (;;) {
    const { syncRuns } = await root.ask('{ syncRuns(first: 1) { nodes { id status } } }');
    const [run] = syncRuns.nodes;
    if (run.status === 'COMPLETED') return run.id;
  }
}

export const sample: RoomSample = {
  rows: [{ type: 'SyncRun', find: (_place, root) => aCompletedRun(root) }],
  bounded: { 'SyncRun.paths': 'the paths of the catalogue' },
  async story({ run, root }) {
    await run('syncRunRetry', { id: await aCompletedRun(root) });
  },
  randomWrites: {},
};
