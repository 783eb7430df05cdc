import { expect, test } from '@jest/globals';
import type { ModelName } from '../../src/core/rows/models.ts';
import { MODELS } from '../../src/generated/models.ts';
import { entities, personal } from '../../src/rooms.ts';

const LISTS = 'export, erase, keep, remove or none';

/** Every list of the register in which a column is. */
function listsOf(model: string, column: string): string[] {
  const { keep, export: shown, erase, remove, none } = personal.get(model as ModelName) ?? {};
  const lists = { export: shown, erase, keep: keep?.columns, remove, none } as const;
  return Object.entries(lists)
    .filter(([, columns = []]) => (columns as readonly string[]).includes(column))
    .map(([list]) => list);
}

test('every column of every table is once in the register of personal columns', () => {
  const faults = Object.entries(MODELS).flatMap(([model, { columns }]) =>
    Object.keys(columns).flatMap((column) => {
      const lists = listsOf(model, column);
      if (lists.length === 1) return [];
      return lists.length === 0
        ? [`${model}.${column} is in no list of \`personal\` in the manifest of its room: ${LISTS}.`]
        : [`${model}.${column} is in more than one list of \`personal\`: ${lists.join(', ')}.`];
    }),
  );
  expect(faults).toEqual([]);
});

test('what an erasure blanks in the rows of a room is found by a column that names the person', () => {
  // Entries of the log and records of consents are erased by functions of the database, the log of webhooks by its room.
  const byFunctions = ['Change', 'ConsentRecord', 'WebhookAttempt', 'WebhookProgress'];
  const unfound = [...personal]
    .filter(
      ([model, { about, erase, remove }]) => (erase ?? remove) && !about && !byFunctions.includes(model),
    )
    .map(([model]) => model);
  expect(unfound).toEqual([]);
});

test('rows that an erasure deletes are no entities: the log would keep them', () => {
  expect([...personal].filter(([model, { remove }]) => remove && entities.has(model))).toEqual([]);
});
