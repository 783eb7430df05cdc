import { expect, test } from '@jest/globals';
import { columnNamesOf } from '../../../src/core/rows/models.ts';
import { rooms } from '../../../src/core/rows/room.ts';
import {
  activityText,
  activityTexts,
  ordinaryKey,
  UNSAID,
} from '../../../src/modules/audit/activity-catalogue.ts';
import { entities } from '../../../src/rooms.ts';
import '../../../src/schema.ts';

/** Notifications repeat changes that the feed tells already. */
const REPEATED = ['Notification'];

const columnsIn = (where: object): string[] =>
  Object.entries(where).flatMap(([name, test]) => {
    if (name === 'AND' || name === 'OR') return (test as object[]).flatMap(columnsIn);
    return name === 'NOT' ? columnsIn(test as object) : [name];
  });

test('75: every entity has words in the activity feed for each step, or a reason for having none', () => {
  const known = new Map(activityTexts().map(({ key, text }) => [key, text]));
  const wordless = [...entities.keys()]
    .filter((name) => !REPEATED.includes(name) && !UNSAID[name])
    .flatMap((name) =>
      (['CREATED', 'UPDATED', 'DELETED'] as const).map((action) => ordinaryKey(name, action)),
    )
    .filter((key) => !known.get(key)?.trim())
    .map(
      (key) =>
        `The activity feed has no words for ${key}: follow the rows of the entity, or say in UNSAID why not.`,
    );
  expect(wordless).toEqual([]);
  expect(Object.keys(UNSAID).filter((name) => !entities.has(name))).toEqual([]);
});

test('75: each text has one key, and the words of a room are chosen by columns of its entity', () => {
  const keys = activityTexts().map(({ key }) => key);
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  const unknown = rooms.activities.flatMap(({ key, entity, becomes }) =>
    columnsIn(becomes)
      .filter((column) => !columnNamesOf(entity.name).includes(column))
      .map((column) => `${key} is chosen by ${column}, which ${entity.name} does not have.`),
  );
  expect(unknown).toEqual([]);
});

test('75: a text holds a name as it is, and none where there is none', () => {
  expect(activityText('planUpdated', 'Gold $& {name}', 1)).toBe('The plan Gold $& {name} was changed.');
  expect(activityText('planUpdated', null, 3)).toBe('The plan was changed. (3×)');
});
