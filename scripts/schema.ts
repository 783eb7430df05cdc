// `npm run schema` writes schema.graphql, possible-types.json and the tables of the client package; with --check it only
// compares, and exits with 1 when one of them is stale. All are sorted, so that their diffs show only changes of the schema.

import { readFile, writeFile } from 'node:fs/promises';
import { type GraphQLSchema, isAbstractType, lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../src/schema.ts';
import { liveTable, scalarTypes } from './client-tables.ts';

const sorted = lexicographicSortSchema(schema);
const FILES = {
  'schema.graphql': `${printSchema(sorted)}\n`,
  'possible-types.json': `${JSON.stringify(possibleTypes(sorted), null, 2)}\n`,
  'packages/client/src/live-table.ts': liveTable(sorted),
  'packages/client/src/schema.ts': [
    '// Written by `npm run schema`.',
    '',
    '/** The object types of each interface and union, for the caches of Apollo and urql. */',
    `export const possibleTypes: Record<string, string[]> = ${JSON.stringify(possibleTypes(sorted))};`,
    '',
    '/** The TypeScript type of each scalar in answers, for GraphQL Code Generator. */',
    `export const scalarTypes = ${JSON.stringify(scalarTypes(sorted))} as const;`,
    '',
  ].join('\n'),
};
const isCheck = process.argv.includes('--check');

/** The object types of each interface and union: what a cache needs to match fragments. */
function possibleTypes(of: GraphQLSchema): Record<string, string[]> {
  const abstract = Object.values(of.getTypeMap()).filter(isAbstractType);
  return Object.fromEntries(abstract.map((type) => [type.name, of.getPossibleTypes(type).map(String)]));
}

for (const [name, text] of Object.entries(FILES)) {
  const file = new URL(`../${name}`, import.meta.url);
  if (!isCheck) {
    await writeFile(file, text);
  } else if ((await readFile(file, 'utf8').catch(() => 'missing, so stale')) !== text) {
    process.stderr.write(`${name} differs from src/schema.ts; run: npm run schema\n`);
    process.exitCode = 1;
  }
}
