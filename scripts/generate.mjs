// Generates the Prisma client, Pothos' types for it and the description of the models, unless they are newer than all
// of their sources: generating takes longer than the rest of a start.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { writeFoldedModels } from './folded-models.mjs';
import { declareAmounts } from './minor-units.mjs';

const MODELS = 'prisma/models';
const sources = [
  'prisma.config.ts',
  'node_modules/prisma/package.json',
  'scripts/folded-models.mjs',
  'scripts/minor-units.mjs',
  'scripts/model-generator.mjs',
  ...readdirSync(MODELS).map((name) => `${MODELS}/${name}`),
];
const changedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const generatedAt = Math.min(
  ...['client.ts', '../pothos.ts', '../models.ts'].map((name) => changedAt(`src/generated/prisma/${name}`)),
);

if (generatedAt < Math.max(...sources.map(changedAt))) {
  writeFoldedModels();
  const { status, stderr } = spawnSync('npx', ['prisma', 'generate', '--no-hints'], { encoding: 'utf8' });
  if (status !== 0) {
    process.stderr.write(stderr);
    process.exit(status ?? 1);
  }
  declareAmounts();
}
