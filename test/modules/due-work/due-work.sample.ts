import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [],
  bounded: { 'Query.parkedWork': 'at most 100' },
  async story({ run }) {
    await run('parkedWorkRetry', {});
  },
  randomWrites: {},
};
