import { beforeAll, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { mutate } from '../support/mutate.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { Scrape } from '../support/scrape.ts';
import { aStage } from '../support/stage.ts';

const FOREIGN = 20_000;

const { installation, acme, ada, csr } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', csr: 'CSR' } },
  // The tail keeps next to nothing, so that a client that resumes reads the log.
  { RING_SIZE: '10' },
);

describeOnPostgres('a client that resumes after thousands of changes of other entities', () => {
  let before: string;
  let planIds: string[];

  beforeAll(async () => {
    before = await ada.now(acme.id);
    planIds = [await aPlan('Basic'), await aPlan('Plus')];
    const pool = new Pool({ connectionString: installation.app.config.databaseUrl ?? '' });
    await pool.query(
      `INSERT INTO change (feed, event_id, kind, entity, entity_id, entity_version, image, before, actor_kind, actor_name)
       SELECT $1, gen_random_uuid(), 'UPDATED', 'Customer', gen_random_uuid(), n, '{}', '{}', 'SYSTEM', 'a test'
       FROM generate_series(1, $2::int) AS n`,
      [acme.id, FOREIGN],
    );
    await pool.query('ANALYZE change');
    await pool.end();
    planIds.push(await aPlan('Prime'));
  });

  async function aPlan(name: string): Promise<string> {
    const input = { tenantId: acme.id, name, monthlyPrice: { amountMinor: 100, currency: 'EUR' } };
    const { plan } = await mutate(ada, 'planCreate', { input }, 'plan { id }');
    return plan.id;
  }

  async function logReads(): Promise<number> {
    const scrape = await Scrape.of(installation.app.url);
    return scrape.value('lockstep_log_read_seconds_count');
  }

  test('L O D: it receives the changes of its entity and its position, and what lies between is not read', async () => {
    const readBefore = await logReads();
    const stream = ada.follow(
      'subscription ($after: Cursor) { planChanged(after: $after) { __typename ... on PlanCreated { plan { id } } } }',
      { after: before },
    );
    const seen: { plan: { id: string } }[] = await stream.changesUntilCaughtUp();
    expect(seen.map(({ plan }) => plan.id)).toEqual(planIds);
    expect((await logReads()) - readBefore).toBeLessThanOrEqual(4);
    await stream.close();
  });

  test('L O D: `changes` of two types reads these two', async () => {
    const readBefore = await logReads();
    const stream = ada.follow(
      'subscription ($after: Cursor) { changes(after: $after, types: [PLAN, UNIT]) { __typename ... on PlanCreated { plan { id } } } }',
      { after: before },
    );
    const seen: { plan: { id: string } }[] = await stream.changesUntilCaughtUp();
    expect(seen.map(({ plan }) => plan.id)).toEqual(planIds);
    expect((await logReads()) - readBefore).toBeLessThanOrEqual(4);
    await stream.close();
  });

  test('L O D: `viewerPermissionsChanged` reads the changes of users and of layers', async () => {
    await mutate(ada, 'userUpdate', { id: csr.userId, input: { permissions: ['notes:read'] } });
    const readBefore = await logReads();
    const stream = csr.follow(
      'subscription ($after: Cursor) { viewerPermissionsChanged(after: $after) { granted revoked } }',
      { after: before },
    );
    expect(await stream.next()).toMatchObject({
      data: { viewerPermissionsChanged: { granted: ['notes:read'], revoked: [] } },
    });
    expect((await logReads()) - readBefore).toBeLessThanOrEqual(4);
    await stream.close();
  });

  test('the index gives the changes of an entity in order: no foreign change is looked at', async () => {
    const pool = new Pool({ connectionString: installation.app.config.databaseUrl ?? '' });
    const { rows } = await pool.query(
      `EXPLAIN (ANALYZE, FORMAT JSON)
       SELECT found.* FROM unnest($1::text[]) AS wanted (name) CROSS JOIN LATERAL (
         SELECT * FROM change WHERE feed = $2 AND entity = wanted.name AND seq > 0 AND seq <= 1000000
         ORDER BY change.seq LIMIT 256) AS found ORDER BY found.seq LIMIT 256`,
      [['Plan', 'Unit'], acme.id],
    );
    await pool.end();
    const plan = JSON.stringify(rows[0]['QUERY PLAN']);
    expect(plan).toContain('change_feed_entity_seq_idx');
    expect(plan).not.toMatch(/"Rows Removed by Filter":\s*[1-9]/);
  });
});
