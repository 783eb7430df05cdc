// `npm run settings` writes the settings table into README.md, between its two markers; with --check it only
// compares, and exits with 1 when the table is stale.

import { readFile, writeFile } from 'node:fs/promises';
import { SETTINGS } from '../src/config/settings.ts';

const FILE = new URL('../README.md', import.meta.url);
const BETWEEN_MARKERS = /(?<=<!-- settings -->\n).*?(?=<!-- \/settings -->)/s;

const rows = Object.values(SETTINGS).map(
  ({ variable, kind, unset, description }) =>
    `| \`${variable}\` | ${kind.accepts} | ${unset} | ${description} |`,
);
const table = ['| variable | accepts | when unset | what it sets |', '|---|---|---|---|', ...rows, ''].join(
  '\n',
);

const readme = await readFile(FILE, 'utf8');
if (!BETWEEN_MARKERS.test(readme)) throw new Error('README.md has no <!-- settings --> … <!-- /settings -->');
const current = readme.replace(BETWEEN_MARKERS, () => table);

if (!process.argv.includes('--check')) {
  await writeFile(FILE, current);
} else if (readme !== current) {
  process.stderr.write('The settings table in README.md differs from src/config; run: npm run settings\n');
  process.exitCode = 1;
}
