import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { isEnumType } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { SOCKET_CLOSES } from '../../src/core/process/close-codes.ts';
import { createMetrics } from '../../src/core/process/metrics.ts';
import { declaredSentences } from '../../src/core/requests/fault.ts';
import { schema } from '../../src/schema.ts';
import '../../src/server.ts'; // the sentences of no room

const FILE = new URL('../../docs/errors.md', import.meta.url);
const SOURCES = new URL('../../src/', import.meta.url);

/** The codes with which the libraries close a socket when a client breaks the rules. */
const BREACHES = [
  1002,
  1007,
  CloseCode.BadRequest,
  CloseCode.Unauthorized,
  CloseCode.SubprotocolNotAcceptable,
  CloseCode.SubscriberAlreadyExists,
  CloseCode.TooManyInitialisationRequests,
];

/** The first `cells` cells of the rows of the table below a heading. */
async function table(heading: string, cells: number): Promise<string[]> {
  const text = await readFile(FILE, 'utf8');
  const [, section = ''] = text.split(`## ${heading}\n`);
  const rows = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '));
  const firstCells = (row: string) => row.split('|').slice(1, 1 + cells);
  return rows
    .slice(1)
    .map((row) => firstCells(row).join(' ').replaceAll('`', '').split(/\s+/).join(' ').trim());
}

test('docs/errors.md has every code of a userError, and no other', async () => {
  const codes = schema.getType('UserErrorCode');
  if (!isEnumType(codes)) throw new Error('The schema has changed.');
  expect((await table('In `userErrors`', 1)).toSorted()).toEqual(
    codes
      .getValues()
      .map(({ name }) => name)
      .toSorted(),
  );
});

test('docs/errors.md has every code of an error, and no other', async () => {
  const counted = Object.keys(createMetrics().errors).filter((code) => code !== 'OTHER');
  expect((await table('In `errors`', 1)).toSorted()).toEqual(counted.toSorted());
});

test('a rule names one sentence', () => {
  const rules = declaredSentences().map(({ rule }) => rule);
  expect(rules.filter((rule, index) => rules.indexOf(rule) !== index)).toEqual([]);
});

test('docs/errors.md says of every param what its value is, and of no other', async () => {
  const params = declaredSentences().flatMap(({ sentence }) => sentence.match(/(?<=\{)\w+(?=\})/g) ?? []);
  expect((await table('Params', 1)).toSorted()).toEqual([...new Set(params)].toSorted());
});

/** The files that make a GraphQLError: of a fault, of another error, or for the parser of a scalar, whose words it are. */
const MAKERS = [
  'graph/schema/refused-by.ts',
  'graph/schema/scalars.ts',
  'operations/as-graphql-error.ts',
  'operations/present-errors.ts',
  'operations/without-status.ts',
  'transport/pipeline/authenticate-requests.ts',
  'transport/pipeline/introspection.ts',
  'transport/pipeline/retry-status.ts',
];

test('an error for clients is made of a declared sentence: no other file makes a GraphQLError', async () => {
  const files = await readdir(SOURCES, { recursive: true });
  const makers: string[] = [];
  for (const file of files.filter((name) => name.endsWith('.ts') && !name.startsWith('generated'))) {
    if (/new GraphQLError\(/.test(await readFile(new URL(file, SOURCES), 'utf8'))) makers.push(file);
  }
  expect(makers.toSorted()).toEqual(MAKERS);
});

test('docs/errors.md has every close of a socket, and no other', async () => {
  const closes = Object.entries(SOCKET_CLOSES).map(([name, { code }]) => `${code} ${name}`);
  const breaches = BREACHES.map((code) => `${code} PROTOCOL`);
  expect((await table('When a socket is closed', 2)).toSorted()).toEqual([...closes, ...breaches].toSorted());
});

test('the reason of a close fits into its frame, also with a large number in it', () => {
  for (const { reason } of Object.values(SOCKET_CLOSES)) {
    expect(Buffer.byteLength(reason.replace('{limit}', '67108864'))).toBeLessThanOrEqual(123);
  }
});
