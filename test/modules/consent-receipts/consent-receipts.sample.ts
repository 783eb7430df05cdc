import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [],
  async story({ run }) {
    await run('receiptKeyRotate', {});
  },
  randomWrites: {},
};
