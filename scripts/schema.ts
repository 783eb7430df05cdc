// `npm run schema` writes schema.graphql; with --check it only compares, and exits with 1 when the file is stale. The
// file is sorted, so that its diff shows only changes of the schema.

import { readFile, writeFile } from 'node:fs/promises';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../src/schema.ts';

const FILE = new URL('../schema.graphql', import.meta.url);
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;

if (!process.argv.includes('--check')) {
  await writeFile(FILE, printed);
} else if ((await readFile(FILE, 'utf8').catch(() => 'missing, so stale')) !== printed) {
  process.stderr.write('schema.graphql differs from src/schema.ts; run: npm run schema\n');
  process.exitCode = 1;
}
