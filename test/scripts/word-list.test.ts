import { expect, test } from '@jest/globals';
import { wordFaults } from '../../scripts/word-list.ts';

function found(content: string, file = 'example.ts'): string[] {
  return wordFaults(file, content).map((fault) => `${fault.line} ${fault.found}`);
}

test.each([
  ['a line of a comment', '// For whoever has signed in.'],
  ['a comment in a block', '/** For whoever has signed in. */'],
  ['a comment after code', 'run(); // for whoever has signed in'],
  ['a message', "throw new Error('for whoever has signed in');"],
  ['a comment of a model', '/// For whoever has signed in.'],
])('an avoided word is found in %s', (_place, line) => {
  expect(found(line)).toEqual(['1 whoever']);
});

test('an avoided word is found on its line of a comment of several lines, and of a Markdown file', () => {
  expect(found('/**\n * Reads a page,\n * and begins anew.\n */\nrun();')).toEqual(['3 anew']);
  expect(found('# Title\n\nIt begins anew.', 'README.md')).toEqual(['3 anew']);
});

test('names in code, log lines, quoted code, and code of Markdown files may use any word', () => {
  expect(found('const behind = followers.length;')).toEqual([]);
  expect(found("log.warn({}, 'follower retries: database unavailable');")).toEqual([]);
  expect(found('// The name `behind` is that of a variable.')).toEqual([]);
  expect(found('```ts\nconst behind = 1; // anew\n```', 'README.md')).toEqual([]);
});

test('the target of a link may hold any word, its text may not', () => {
  expect(found('Streams [begin again](0024-running-streams-begin-anew.md).', 'README.md')).toEqual([]);
  expect(found('Streams [begin anew](0024-resets.md).', 'README.md')).toEqual(['1 anew']);
});

test('a word in its proper meaning is no fault', () => {
  expect(found('// The server runs behind a proxy.')).toEqual([]);
  expect(found('// A failed creation leaves no directory behind.')).toEqual([]);
  expect(found('// `{limit}` stands for a number.')).toEqual([]);
});

test.each([
  '/** What the parts of a server need. */',
  '// Who may read the row.',
  '/** How many rows a page holds. */',
  '/**\n * As what the rows of an entity\n * are shown.\n */',
])('a comment without a head is found: %p', (comment) => {
  expect(found(comment)).toHaveLength(1);
});

test('only the beginning of a comment needs a head, and a question has one', () => {
  expect(found('// The dependencies of a server, described by\n// What they need.')).toEqual([]);
  expect(found('/**\n * The dependencies of a server:\n * What they need.\n */')).toEqual([]);
  expect(found('// Which server is it?')).toEqual([]);
});
