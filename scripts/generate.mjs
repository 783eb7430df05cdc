// Generates the Prisma client and Pothos' types of it, unless they are newer than all they are made of: it takes
// longer than the rest of a start.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';

const MODELS = 'prisma/models';
const sources = [
  'prisma.config.ts',
  'node_modules/prisma/package.json',
  ...readdirSync(MODELS).map((name) => `${MODELS}/${name}`),
];
const changedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const generatedAt = Math.min(
  ...['client.ts', '../pothos.ts'].map((name) => changedAt(`src/generated/prisma/${name}`)),
);

if (generatedAt < Math.max(...sources.map(changedAt))) {
  const { status, stderr } = spawnSync('npx', ['prisma', 'generate', '--no-hints'], { encoding: 'utf8' });
  if (status !== 0) {
    process.stderr.write(stderr);
    process.exit(status ?? 1);
  }
}
