import type { Pool } from 'pg';

/**
 * SQL for the id of a database: the system identifier of its cluster and its oid there. A copy has another oid, also
 * after it has taken the name of the original; a promoted standby has the same id.
 */
export const DATABASE_ID = `(SELECT system_identifier FROM pg_control_system()) || '/' ||
  (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Reads the id of the database that a pool is connected to. */
export async function readDatabaseId(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(`SELECT ${DATABASE_ID} AS id`);
  const [row] = rows;
  if (!row) throw new Error('The database has not said its id.');
  return row.id;
}
