import type pg from 'pg';
import { foldOf, type ModelName, modelOf } from '../core/rows/models.ts';
import { MODELS } from '../generated/models.ts';
import { fold } from '../lib/fold.ts';
import { foldedColumns } from './folds.ts';

/** Few enough that a concurrent write hardly waits for the rows of a batch. */
const BATCH = 500;

/**
 * Fills the folds that are missing: of rows that are older than the columns of folds. Each batch is a transaction of its
 * own. Any number of processes may call this concurrently; each skips the rows that another one fills.
 */
export async function fillFolds(client: pg.ClientBase): Promise<void> {
  for (const model of Object.keys(MODELS) as ModelName[]) {
    const columns = foldedColumns(model);
    if (columns.length === 0) continue;
    let filled: number;
    do {
      filled = await fillBatch(client, modelOf(model).table, columns);
    } while (filled === BATCH);
  }
}

async function fillBatch(client: pg.ClientBase, table: string, columns: readonly string[]): Promise<number> {
  const names = columns.map((column) => ({ text: snakeCase(column), fold: snakeCase(foldOf(column)) }));
  const isMissing = names
    .map(({ text, fold }) => `("${text}" IS NOT NULL AND "${fold}" IS NULL)`)
    .join(' OR ');
  await client.query('BEGIN');
  try {
    const { rows } = await client.query<Record<string, string | null>>(
      `SELECT id, ${names.map(({ text }) => `"${text}"`).join(', ')} FROM "${table}" WHERE ${isMissing}
      LIMIT ${BATCH} FOR NO KEY UPDATE SKIP LOCKED`,
    );
    const folds = rows.map((row) => [
      row.id,
      ...names.map(({ text }) => (row[text] == null ? null : fold(row[text]))),
    ]);
    const types = names.map(({ fold }, at) => `"${fold}" = folds.value ->> ${at + 1}`).join(', ');
    await client.query(
      `UPDATE "${table}" SET ${types} FROM jsonb_array_elements($1::jsonb) AS folds (value)
      WHERE id = (folds.value ->> 0)::uuid`,
      [JSON.stringify(folds)],
    );
    await client.query('COMMIT');
    return rows.length;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, '_$&').toLowerCase();
}
