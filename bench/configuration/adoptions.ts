import pg from 'pg';

/** The adoptions of a change of the platform by all tenants, as the ledgers have them. */
export interface Adoptions {
  /** Tenants that have not come to the platform's newest version. */
  readonly late: number;
  /** Adoptions of one version of the platform by one tenant, beyond the first. */
  readonly repeated: number;
  /** Adoptions of an older version of the platform after a newer one. */
  readonly outOfOrder: number;
  /** The versions that tenants have written to adopt. */
  readonly rows: number;
}

/** Reads the ledgers of a database. */
export class AdoptionWatch {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(url: string): Promise<AdoptionWatch> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return new AdoptionWatch(client);
  }

  close(): Promise<void> {
    return this.#client.end();
  }

  /** The number of tenants that have come to a version of the platform, or beyond. */
  async countAt(version: number): Promise<number> {
    const { rows } = await this.#client.query<{ count: number }>(
      `SELECT count(DISTINCT configuration_id)::int AS count FROM config_version
       WHERE step = 'ADOPT' AND platform_version >= $1`,
      [version],
    );
    return rows[0]?.count ?? 0;
  }

  async read(newest: number): Promise<Adoptions> {
    const { rows } = await this.#client.query<Adoptions>(
      `WITH adopted AS (
         SELECT configuration_id, platform_version,
           lag(platform_version) OVER (PARTITION BY configuration_id ORDER BY version) AS last
         FROM config_version WHERE step = 'ADOPT'
       )
       SELECT
         (SELECT count(*)::int FROM tenant WHERE NOT EXISTS (
           SELECT FROM adopted JOIN configuration ON configuration.id = configuration_id
           WHERE tenant_id = tenant.id AND platform_version = $1)) AS late,
         count(*) FILTER (WHERE platform_version = last)::int AS repeated,
         count(*) FILTER (WHERE platform_version < last)::int AS "outOfOrder",
         count(*)::int AS rows
       FROM adopted`,
      [newest],
    );
    return rows[0] as Adoptions;
  }
}
