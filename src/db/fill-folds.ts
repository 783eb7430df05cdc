import type pg from 'pg';
import { MAX_UNFOLDING } from '../core/requests/input-text.ts';
import { lengthOf } from '../core/requests/read-text.ts';
import { columnOf, type ModelName, modelOf } from '../core/rows/models.ts';
import { MODELS } from '../generated/models.ts';
import { fold } from '../lib/fold.ts';
import { foldedColumns } from './folds.ts';

/** Few enough that a concurrent write hardly waits for the rows of a batch. */
const BATCH = 500;

/** No text of an input may have a longer fold; an index has no room for one. Older rows can have such a text. */
const MAX_LENGTH = 600;

/** The names of a text column and of its fold in the database. */
interface Folded {
  readonly text: string;
  readonly folded: string;
}

/**
 * Fills the folds that are missing: of rows that are older than the columns of folds. Each batch is a transaction of its
 * own. Any number of processes may call this concurrently; each skips the rows that another one fills. Where no fold is
 * missing nothing is written, so that a read-only database can be served.
 */
export async function fillFolds(client: pg.ClientBase): Promise<void> {
  for (const model of Object.keys(MODELS) as ModelName[]) {
    const columns = foldedColumns(model).map((column) => {
      const { dbName = column } = columnOf(model, column);
      return { text: dbName, folded: `${dbName}_fold` };
    });
    if (columns.length > 0) await fillTable(client, modelOf(model).table, columns);
  }
}

async function fillTable(client: pg.ClientBase, table: string, columns: readonly Folded[]): Promise<void> {
  const isMissing = columns
    .map(({ text, folded }) => `("${text}" IS NOT NULL AND "${folded}" IS NULL)`)
    .join(' OR ');
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM "${table}" WHERE ${isMissing} ORDER BY id LIMIT 1`,
  );
  // Batches follow the ids: each would else read past all rows that were filled before.
  let from = rows[0]?.id;
  while (from) from = await fillBatch(client, { table, columns, isMissing, from });
}

interface Batch {
  readonly table: string;
  readonly columns: readonly Folded[];
  readonly isMissing: string;
  /** The least id of the batch. */
  readonly from: string;
}

/** Fills a batch of rows; returns the id at which the next one begins, null after the last. */
async function fillBatch(client: pg.ClientBase, batch: Batch): Promise<string | undefined> {
  const { table, columns, isMissing, from } = batch;
  await client.query('BEGIN');
  try {
    const { rows } = await client.query<Record<string, string | null>>(
      `SELECT id, ${columns.map(({ text }) => `"${text}"`).join(', ')} FROM "${table}"
      WHERE id >= $1 AND (${isMissing}) ORDER BY id LIMIT ${BATCH} FOR NO KEY UPDATE SKIP LOCKED`,
      [from],
    );
    const folds = rows.map((row) => [row.id, ...columns.map(({ text }) => foldOfOlder(row[text]))]);
    const assignments = columns.map(({ folded }, at) => `"${folded}" = folds.value ->> ${at + 1}`).join(', ');
    await client.query(
      `UPDATE "${table}" SET ${assignments} FROM jsonb_array_elements($1::jsonb) AS folds (value)
      WHERE id = (folds.value ->> 0)::uuid`,
      [JSON.stringify(folds)],
    );
    await client.query('COMMIT');
    return rows.length === BATCH ? (rows.at(-1)?.id ?? undefined) : undefined;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** The fold, cut where an input would have been refused. */
function foldOfOlder(text: string | null | undefined): string | null {
  if (text == null) return null;
  const max = Math.max(MAX_LENGTH, MAX_UNFOLDING * lengthOf(text));
  const folded = fold(text);
  return lengthOf(folded) <= max ? folded : [...folded].slice(0, max).join('');
}
