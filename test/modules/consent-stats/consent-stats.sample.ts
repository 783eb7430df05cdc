import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [],
  derived: ['ConsentStats'],
  bounded: { 'Query.consentAnalytics': 'at most 366 intervals' },
};
