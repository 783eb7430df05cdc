import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [],
  bounded: { 'Query.mailMessages': 'at most 100' },
};
