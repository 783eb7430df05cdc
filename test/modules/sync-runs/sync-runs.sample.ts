import { mutate } from '../../support/mutate.ts';
import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [
    {
      type: 'SyncRun',
      async find(_place, root) {
        const input = { scope: 'PLATFORM', set: [{ path: 'branding.name', value: crypto.randomUUID() }] };
        await mutate(root, 'configUpdate', { input });
        return (await root.ask('{ syncRuns(first: 1) { nodes { id } } }')).syncRuns.nodes[0].id;
      },
    },
  ],
  bounded: { 'SyncRun.paths': 'the paths of the catalogue' },
  randomWrites: {},
};
