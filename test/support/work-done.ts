import type { TableDump } from './table-dump.ts';

/** Waits until no due work, or none of these kinds, is left that should have been done by now. Parked work is left. */
export async function untilWorkIsDone(
  tables: TableDump,
  kinds: readonly string[] | null = null,
): Promise<void> {
  const left = `SELECT FROM due_work
    WHERE due_at <= now() AND try_at IS NOT NULL AND ($1::text[] IS NULL OR kind = ANY($1))`;
  while ((await tables.run(left, [kinds])).length > 0);
}

/** Waits until every change of a shared row is repeated in the feeds of the tenants. */
export async function untilSharedRowsArrive(tables: TableDump): Promise<void> {
  const ahead = 'SELECT FROM projection JOIN feed_head USING (feed) WHERE last_seq > seq';
  while ((await tables.run(ahead, [])).length > 0);
}
