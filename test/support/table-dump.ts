import pg from 'pg';

/** Reads the tables of a database on a connection beside the server's. */
export class TableDump {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(url: string | undefined): Promise<TableDump> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return new TableDump(client);
  }

  /** Every row of every table that contains one of `ids`, as JSON, by table. */
  async mentioning(ids: readonly string[]): Promise<Record<string, string[]>> {
    const dump: Record<string, string[]> = {};
    for (const table of await this.#tables()) {
      const { rows } = await this.#client.query<{ row: string }>(
        `SELECT row FROM (SELECT to_jsonb(t)::text AS row FROM "${table}" t) rows WHERE row ~ $1 ORDER BY row`,
        [ids.join('|')],
      );
      dump[table] = rows.map(({ row }) => row);
    }
    return dump;
  }

  /** Runs a statement without the server. */
  async run<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.#client.query<Row>(sql, values)).rows;
  }

  close(): Promise<void> {
    return this.#client.end();
  }

  async #tables(): Promise<string[]> {
    const { rows } = await this.#client.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY name",
    );
    return rows.map(({ name }) => name);
  }
}
