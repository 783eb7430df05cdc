import pg from 'pg';

/** A row that another transaction holds, so that what must lock it waits for the test. */
export class HeldRow {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** Locks a row of a table as a command does that changes it. */
  static async of(url: string, table: string, id: string, column = 'id'): Promise<HeldRow> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('BEGIN');
    await client.query(`SELECT FROM ${table} WHERE ${column} = $1 FOR NO KEY UPDATE`, [id]);
    return new HeldRow(client);
  }

  /** Holds the head of a feed: what changes the feed waits at its COMMIT, with all that it has locked. */
  static ofFeed(url: string, feed: string): Promise<HeldRow> {
    return HeldRow.of(url, 'feed_head', feed, 'feed');
  }

  /** Waits until so many connections to the database wait for a lock. */
  async untilAwaited(count: number): Promise<void> {
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    // A transaction sees one snapshot of the activity unless it is cleared.
    do await this.#client.query('SELECT pg_stat_clear_snapshot()');
    while ((await this.#client.query(waiting)).rows.length < count);
  }

  /** Runs a statement of that transaction. */
  async run(sql: string, values: unknown[]): Promise<void> {
    await this.#client.query(sql, values);
  }

  /** Lets the others have the row. */
  async release(): Promise<void> {
    await this.#client.query('COMMIT');
    await this.#client.end();
  }
}
