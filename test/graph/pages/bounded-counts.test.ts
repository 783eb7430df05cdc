import { beforeAll, expect, test } from '@jest/globals';
import { Pool } from 'pg';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { aStage } from '../../support/stage.ts';

const COUNTED = 100_000;

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

describeOnPostgres('the count of a list', () => {
  let customerId: string;

  beforeAll(async () => {
    customerId = await installation.aCustomer(acme.id);
    await addProperties(COUNTED);
  });

  async function addProperties(wanted: number): Promise<void> {
    const pool = new Pool({ connectionString: installation.app.config.databaseUrl ?? '' });
    await pool.query(
      `INSERT INTO property (id, tenant_id, customer_id, name, name_fold, address, address_fold, updated_at)
       SELECT gen_random_uuid(), $1, $2, 'House', 'house', '', '', now() FROM generate_series(1, $3::int)`,
      [acme.id, customerId, wanted],
    );
    await pool.end();
  }

  async function counts(): Promise<unknown> {
    const { properties, customer } = await ada.ask(
      `query ($id: ID!) {
        properties(first: 0) { totalCount isTotalCountEstimate }
        customer(id: $id) { properties(first: 0) { isTotalCountEstimate totalCount } }
      }`,
      { id: customerId },
    );
    return [properties, customer.properties];
  }

  test('is exact up to 100,000 items, and of more it says that there are more', async () => {
    const exact = { totalCount: COUNTED, isTotalCountEstimate: false };
    expect(await counts()).toEqual([exact, exact]);
    await addProperties(2);
    const more = { totalCount: COUNTED, isTotalCountEstimate: true };
    expect(await counts()).toEqual([more, more]);
  });
});
