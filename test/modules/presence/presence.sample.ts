import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [],
  bounded: {
    'Presence.users': 'at most 1,000',
    'PresenceChanged.changes': 'at most 1,000',
  },
  async story(stage) {
    await stage.run('presenceSet', { input: { isAway: false, isInvisible: false } });
  },
};
