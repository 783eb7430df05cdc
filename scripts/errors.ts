// `npm run errors` writes the sentences that the program declares into docs/errors.md, between two pairs of markers; with
// --check it only compares, and exits with 1 when a table is stale.

import { readFile, writeFile } from 'node:fs/promises';
import { isEnumType } from 'graphql';
import { createMetrics } from '../src/core/process/metrics.ts';
import { declaredSentences } from '../src/core/requests/fault.ts';
import { schema } from '../src/schema.ts';
import '../src/server.ts'; // the sentences of no room

const FILE = new URL('../docs/errors.md', import.meta.url);

const codes = schema.getType('UserErrorCode');
if (!isEnumType(codes)) throw new Error('The schema has no UserErrorCode.');
const ofUserErrors = codes.getValues().map(({ name }) => name);
// A code can be in both: a query, like an input, can name a row that does not exist.
const ofErrors = Object.keys(createMetrics().errors);

const text = await readFile(FILE, 'utf8');
const current = withTable(withTable(text, 'userErrors', ofUserErrors), 'errors', ofErrors);

if (!process.argv.includes('--check')) {
  await writeFile(FILE, current);
} else if (text !== current) {
  process.stderr.write('The sentences in docs/errors.md differ from the program; run: npm run errors\n');
  process.exitCode = 1;
}

/** Replaces the table of the sentences with these codes. */
function withTable(before: string, name: string, ofTable: readonly string[]): string {
  const [begin, end] = [`<!-- sentences of ${name} -->\n`, `<!-- /sentences of ${name} -->`];
  const [head, rest, ...others] = before.split(begin);
  const tail = rest?.slice(rest.indexOf(end));
  if (!tail?.startsWith(end) || others.length > 0)
    throw new Error(`docs/errors.md needs ${begin}… ${end} once.`);
  const rows = declaredSentences()
    .filter(({ code }) => ofTable.includes(code))
    .map(({ code, rule, sentence }) => `| \`${code}\` | \`${rule}\` | ${sentence} |`)
    .toSorted();
  return [head, begin, ['| code | rule | message |', '|---|---|---|', ...rows, ''].join('\n'), tail].join('');
}
