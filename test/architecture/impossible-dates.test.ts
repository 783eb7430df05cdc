import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { coerceInputValue, isListType, isNonNullType, parseValue, valueFromAST } from 'graphql';
import { schema } from '../../src/schema.ts';
import { type DeclaredInput, declaredInputs } from '../support/declared-inputs.ts';

const SOURCE = new URL('../../src/', import.meta.url);

/**
 * The only files that make a date of a text: the reader, what revives what the server itself has written, and the reader of
 * `Retry-After`, which takes no bad date.
 */
const READERS = [
  'changes/stored-change.ts',
  'configuration/layers/acting-layers.ts',
  'core/requests/instant.ts',
  'core/rights/sealed-sign-in.ts',
  'modules/connections/connections.graph.ts',
  'modules/sessions/read-acting-users.ts',
  'modules/sessions/stream-ticket.ts',
  'modules/system-health/health-types.graph.ts',
  'transport/webhooks/backoff.ts',
];

const inputs = declaredInputs(schema);
const times = inputs.filter(({ leaf }) => leaf === 'DateTime');

function refuses({ type }: DeclaredInput, text: string): boolean {
  const nullable = isNonNullType(type) ? type.ofType : type;
  const value = isListType(nullable) ? [text] : text;
  let isRefused = false;
  coerceInputValue(value, type, () => {
    isRefused = true;
  });
  return isRefused && valueFromAST(parseValue(JSON.stringify(value)), type) === undefined;
}

test('every input that takes a time refuses one that does not exist, as a variable and in the document', () => {
  expect(times.length).toBeGreaterThan(10);
  expect(times.filter((input) => refuses(input, '2026-02-28T00:00:00Z'))).toEqual([]);
  for (const text of ['2026-02-31T00:00:00Z', '2026-05-02T24:00:00Z', '2016-12-31T23:59:60Z']) {
    expect(times.filter((input) => !refuses(input, text)).map(({ place }) => place)).toEqual([]);
  }
});

test('every input that is named like a time is a DateTime', () => {
  const named = inputs.filter(({ place }) => /(At|Until|Since|Date|Time)\)?$/.test(place));
  expect(named.length).toBeGreaterThan(5);
  const others = named.filter(({ leaf }) => !leaf.includes('DateTime'));
  expect(others.map(({ place }) => place)).toEqual([]);
});

test('no file but the reader makes a date of a text', async () => {
  const paths = (await readdir(SOURCE, { recursive: true })).filter(
    (path) => path.endsWith('.ts') && !path.startsWith('generated'),
  );
  const found: string[] = [];
  for (const path of paths) {
    const text = await readFile(new URL(path, SOURCE), 'utf8');
    if (/Date\.parse\(|new Date\([a-z]\w*(\.\w+)*\)/.test(text)) found.push(path);
  }
  expect(found.sort()).toEqual(READERS);
});
