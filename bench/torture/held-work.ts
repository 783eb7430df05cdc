import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';

/**
 * An idle node looks for due work every two seconds. One that has waited for the row for a second gives up, and waits for
 * it again with the next consent.
 */
const HOLD_MS = 30_000;
const LOOK_MS = 5;

/** The connections on which we ourselves wait have this name. */
export const OWN_CONNECTIONS = 'torture';

const HOLD = 'SELECT 1 FROM consent_stats WHERE id = $1 FOR NO KEY UPDATE';
const WAITING = `
  SELECT count(*)::int AS count FROM pg_stat_activity
  WHERE wait_event_type = 'Lock' AND query LIKE '%consent_stats%' AND application_name <> '${OWN_CONNECTIONS}'`;

/**
 * Acts while so many nodes are in the middle of a transaction that ends consents: each counts them in the row of their
 * purpose, which is held here until the act is over. Returns whether it came to that; rejects if the database is lost.
 */
export async function whileWorkIsHeld(
  pool: pg.Pool,
  purposeId: string,
  nodes: number,
  act: () => Promise<void>,
): Promise<boolean> {
  const client = await pool.connect();
  const ignore = (): void => {}; // the statement that is lost with the connection rejects
  client.on('error', ignore);
  try {
    await client.query('BEGIN');
    await client.query(HOLD, [purposeId]);
    const deadline = Date.now() + HOLD_MS;
    while (Date.now() < deadline) {
      const { rows } = await pool.query<{ count: number }>(WAITING);
      if ((rows[0]?.count ?? 0) >= nodes) {
        await act();
        return true;
      }
      await pause(LOOK_MS);
    }
    return false;
  } finally {
    await client.query('ROLLBACK').then(
      () => {
        client.off('error', ignore);
        client.release();
      },
      () => client.release(true), // it may still say that its connection is lost
    );
  }
}
