import type { RoomSample } from '../../support/room-sample.ts';

const PERMISSIONS = 'a subset of the permissions there are';

export const sample: RoomSample = {
  rows: [],
  randomWrites: {},
  bounded: {
    'Viewer.permissions': PERMISSIONS,
    'ViewerPermissionsChanged.permissions': PERMISSIONS,
    'ViewerPermissionsChanged.granted': PERMISSIONS,
    'ViewerPermissionsChanged.revoked': PERMISSIONS,
  },
};
