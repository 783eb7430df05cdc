import pg from 'pg';

/** The tenants of a measurement. */
export interface ManyTenants {
  readonly tenants: number;
  readonly usersOfEach: number;
  /** Every so many tenants have a setting of their own of the path. */
  readonly everyNth: number;
  readonly path: string;
  readonly own: string;
}

/** Writes tenants with their users and layers, as the owner of the tables and without the change log. */
export async function writeTenants(url: string, wanted: ManyTenants): Promise<void> {
  const { tenants, usersOfEach, everyNth, path, own } = wanted;
  // A layer and its version need each other; the rows are right without the checks of foreign keys.
  const unchecked = `${url}?options=-c%20session_replication_role%3Dreplica`;
  const client = new pg.Client({ connectionString: unchecked });
  await client.connect();
  try {
    await client.query(TENANTS, [tenants]);
    await client.query(FEEDS);
    await client.query(USERS, [usersOfEach]);
    await client.query(LAYERS, [everyNth]);
    await client.query(VERSIONS);
    await client.query(SETTINGS, [path, JSON.stringify({ mode: 'DEFAULT', value: own })]);
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}

/** Their slugs begin with this; no other tenant is meant. */
const MANY = 'many-';

const TENANTS = `
  WITH owner AS (
    INSERT INTO organization (id, name, slug, updated_at) VALUES (gen_random_uuid(), 'Many', '${MANY}', now()) RETURNING id
  )
  INSERT INTO tenant (id, organization_id, name, slug, updated_at)
  SELECT gen_random_uuid(), owner.id, 'Tenant ' || n, '${MANY}' || n, now() FROM owner, generate_series(1, $1::int) n`;

const FEEDS = `INSERT INTO feed_head (feed) SELECT id FROM tenant WHERE slug LIKE '${MANY}%'`;

const USERS = `
  INSERT INTO "user" (id, tenant_id, name, email, role, updated_at)
  SELECT gen_random_uuid(), tenant.id, 'User ' || n, slug || '-' || n || '@bench.test', 'SUPPORT', now()
  FROM tenant, generate_series(1, $1::int) n WHERE slug LIKE '${MANY}%'`;

const LAYERS = `
  INSERT INTO configuration (id, scope, tenant_id, updated_at)
  SELECT gen_random_uuid(), 'TENANT', id, now() FROM tenant
  WHERE slug LIKE '${MANY}%' AND substr(slug, ${MANY.length + 1})::int % $1::int = 0`;

const VERSIONS = `
  INSERT INTO config_version (id, configuration_id, version, member_version, step, paths, recorded_at)
  SELECT gen_random_uuid(), configuration.id, 1, 1, 'WRITE', '{}', now()
  FROM configuration JOIN tenant ON tenant.id = tenant_id WHERE slug LIKE '${MANY}%'`;

const SETTINGS = `
  INSERT INTO config_setting (id, configuration_id, path, version, setting)
  SELECT gen_random_uuid(), configuration.id, $1, 1, $2::jsonb
  FROM configuration JOIN tenant ON tenant.id = tenant_id WHERE slug LIKE '${MANY}%'`;
