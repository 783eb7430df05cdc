// `npm run words` finds words that this repository does not use, in comments, messages and Markdown files, and exits
// with 1. Other files or folders are checked with `npm run words -- <path>…`.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { wordFaults } from './word-list.ts';

/** Where the words are checked: everything that people read. */
const CHECKED = [
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'README.md',
  'bench',
  'docs',
  'examples',
  'packages',
  'prisma/models',
  'scripts',
  'src',
  'test',
];

/** Its examples are the words that are refused. */
const EXAMPLES = 'word-list.test.ts';

function filesBelow(root: string): string[] {
  if (!statSync(root).isDirectory()) return [root];
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return names
    .filter(
      (name) =>
        /\.(?:ts|mjs|prisma|md)$/.test(name) &&
        !/\b(?:node_modules|gql|generated|dist)\b/.test(name) &&
        path.basename(name) !== EXAMPLES,
    )
    .map((name) => path.join(root, name));
}

const wanted = process.argv.slice(2);
for (const file of (wanted.length > 0 ? wanted : CHECKED).flatMap(filesBelow)) {
  for (const { line, found, instead } of wordFaults(file, readFileSync(file, 'utf8'))) {
    process.stdout.write(`${file}:${line}: "${found}": write ${instead}\n`);
    process.exitCode = 1;
  }
}
