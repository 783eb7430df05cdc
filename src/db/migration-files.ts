import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartError } from '../core/process/start-error.ts';
import { errorMessage } from '../lib/error-facts.ts';

/** A migration file. */
export interface Migration {
  name: string;
  sql: string;
  /** SHA-256 of the script in hex, as Prisma computes it. */
  checksum: string;
}

/** The folder of the migrations that belong to this server. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

/** Reads `<folder>/<name>/migration.sql` for every sub-folder, oldest first: the names begin with their time. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    return await Promise.all(names.sort().map((name) => readMigration(folder, name)));
  } catch (error) {
    throw new StartError(`The migrations cannot be read: ${errorMessage(error)}.`, { cause: error });
  }
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  const sql = await readFile(path.join(folder, name, 'migration.sql'), 'utf8');
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}
