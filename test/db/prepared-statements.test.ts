import { expect, test } from '@jest/globals';
import { PreparedStatements } from '../../src/db/prepared-statements.ts';

/** The name that a statement gets when it is sent for the 20th time. */
function sentOften(statements: PreparedStatements, text: string): string {
  for (let time = 1; time < 20; time += 1) expect(statements.nameOf(text)).toBe('');
  return statements.nameOf(text);
}

test('a statement that is sent often has a name of its own from then on', () => {
  const statements = new PreparedStatements();
  const names = [sentOften(statements, 'SELECT 1'), sentOften(statements, 'SELECT 2')];
  expect(new Set([...names, '']).size).toBe(3);
  expect([statements.nameOf('SELECT 1'), statements.nameOf('SELECT 2')]).toEqual(names);
});

test('no more than 200 statements have names, however many are sent often, and they keep theirs', () => {
  const statements = new PreparedStatements();
  const names = Array.from({ length: 300 }, (_, at) => {
    for (let time = 1; time < 20; time += 1) statements.nameOf(`SELECT ${at}`);
    return statements.nameOf(`SELECT ${at}`);
  });
  expect(names.filter((name) => name !== '')).toHaveLength(200);
  expect(statements.nameOf('SELECT 0')).toBe(names[0]);
});

test('a very long statement has none', () => {
  const statements = new PreparedStatements();
  const long = `SELECT ${'1,'.repeat(5_000)} 1`;
  expect(new Set(Array.from({ length: 50 }, () => statements.nameOf(long)))).toEqual(new Set(['']));
});
