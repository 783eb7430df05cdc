import { expect, test } from '@jest/globals';
import { revive, type StoredChange } from '../../src/changes/stored-change.ts';
import { entities } from '../../src/rooms.ts';

const STORED: StoredChange = {
  feed: 'a feed',
  seq: '1',
  eventId: 'an event',
  kind: 'UPDATED',
  entity: 'User',
  entityId: 'a user',
  entityVersion: 1,
  image: { id: 'a user' },
  before: {},
  rights: null,
  actorKind: 'SYSTEM',
  actorId: null,
  actorName: 'a test',
  actorOfPlatform: false,
  requestId: null,
  ip: null,
  occurredAt: '2026-01-01T00:00:00.000Z',
};

const reviveImage = (entity: string, image: Record<string, unknown>) =>
  revive({ ...STORED, entity, image }, entities).image;

test('an image from before a column has the value that the migration gave to rows, and one with the column keeps its own', () => {
  expect(reviveImage('User', { id: 'a' })).toMatchObject({ isServiceAccount: false });
  expect(reviveImage('User', { id: 'a', isServiceAccount: true })).toMatchObject({ isServiceAccount: true });
  expect(reviveImage('SyncRun', { id: 'a', retryOfId: null })).toMatchObject({ cause: 'VERSION' });
  expect(reviveImage('SyncRun', { id: 'a', retryOfId: 'b' })).toMatchObject({ cause: 'RETRY' });
  expect(reviveImage('Plan', { id: 'a' })).toEqual({ id: 'a' });
});
