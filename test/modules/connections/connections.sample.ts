import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [],
  bounded: {
    'ConnectedClient.topics': 'one for each subscription of the schema',
    'ConnectionStats.byRole': 'one for each role',
    'ConnectionStats.byTopic': 'one for each subscription of the schema',
    'Query.connections': 'at most 1,000',
  },
};
