import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { isEnumType } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { SOCKET_CLOSES } from '../../src/core/process/close-codes.ts';
import { createMetrics } from '../../src/core/process/metrics.ts';
import { declaredSentences } from '../../src/core/requests/fault.ts';
import { schema } from '../../src/schema.ts';
import '../../src/changes/transactions.ts'; // its sentences are of no room

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

test('docs/errors.md has every sentence of a userError by its code and rule, and no other', async () => {
  const sentences = declaredSentences().map(({ code, rule, sentence }) => `${code} ${rule} ${sentence}`);
  expect((await table('Messages of `userErrors`', 3)).toSorted()).toEqual(sentences.toSorted());
});

test('a code and a rule name one sentence', () => {
  const names = declaredSentences().map(({ code, rule }) => `${code} ${rule}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

/** Calls of functions that refuse, with a template that has variable parts instead of a declared sentence. */
const UNDECLARED =
  /\b(invalidInput|alreadyExists|inUse|limitReached|invalidState|forbiddenChange|userError|WrongGuess)\(\s*(?:'\w+',\s*)?`[^`]*\$\{/;

test('a refusal with variable parts is a declared sentence, never a template', async () => {
  const files = await readdir(SOURCES, { recursive: true });
  const undeclared: string[] = [];
  for (const file of files.filter((name) => name.endsWith('.ts') && !name.startsWith('generated'))) {
    const text = await readFile(new URL(file, SOURCES), 'utf8');
    if (UNDECLARED.test(text)) undeclared.push(file);
  }
  expect(undeclared).toEqual([]);
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
