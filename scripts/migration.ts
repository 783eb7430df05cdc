// `npm run migration -- <name>` completes the models with the other ends of their relations and writes the next
// migration; `npm run migration -- --check` exits with 1 when the models have changes that no migration covers. The
// models of the last migration are committed next to the migrations, so neither needs a database.

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFolds } from './folded-models.mjs';
import { formatModels } from './format-models.ts';
import { diffDatamodels } from './schema-engine.ts';

const MODELS = fileURLToPath(new URL('../prisma/models', import.meta.url));
const MIGRATIONS = fileURLToPath(new URL('../prisma/migrations', import.meta.url));
/** Not named .prisma, or the Prisma CLI would take it for a model. */
const SNAPSHOT = path.join(MIGRATIONS, 'datamodel.snapshot');
/** Prisma refuses a migrations folder without it. */
const LOCK_FILE = path.join(MIGRATIONS, 'migration_lock.toml');

async function main(argument: string | undefined): Promise<number> {
  const isCheck = argument === '--check';
  if (!isCheck && !/^[a-z0-9_]+$/.test(argument ?? '')) {
    return fail(
      'Give the migration a name of lower-case letters, digits and underscores: npm run migration -- add_customers',
    );
  }
  if (!isCheck) formatModels(MODELS);
  const models = await readModels();
  const sql = await diffDatamodels(await readSnapshot(), models);
  if (sql === undefined) {
    process.stdout.write('The models and the migrations agree.\n');
    return 0;
  }
  if (isCheck) return fail('The models have changes no migration covers; run: npm run migration -- <name>');
  process.stdout.write(
    `Wrote ${await writeMigration(`${argument}`, sql, models)}; read it before you commit it.\n`,
  );
  return 0;
}

async function readModels(): Promise<string> {
  const names = (await readdir(MODELS)).filter((name) => name.endsWith('.prisma')).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(MODELS, name), 'utf8')));
  return withFolds(texts.join('\n'));
}

async function readSnapshot(): Promise<string | undefined> {
  try {
    return await readFile(SNAPSHOT, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The time in the name orders the migrations, so it is UTC to the second, as Prisma writes it. */
async function writeMigration(name: string, sql: string, models: string): Promise<string> {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = path.join(MIGRATIONS, `${stamp}_${name}`);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'migration.sql'), sql);
  await writeFile(LOCK_FILE, 'provider = "postgresql"\n');
  await writeFile(SNAPSHOT, models);
  return path.relative(process.cwd(), folder);
}

function fail(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 1;
}

try {
  process.exitCode = await main(process.argv[2]);
} catch (error) {
  process.exitCode = fail(error instanceof Error ? error.message : String(error)); // e.g. a model that does not parse
}
