import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { acme, ada, aHome, erase, installation } from '../../support/erasure-stage.ts';
import { codes, mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { TableDump } from '../../support/table-dump.ts';

const BACK = 'Cinnabar';

describeOnPostgres('an erasure on two nodes', () => {
  let tables: TableDump;
  let elsewhere: Person;

  beforeAll(async () => {
    tables = await TableDump.open(installation.app.config.databaseUrl);
    elsewhere = ada.at(await installation.anotherNode());
  });

  afterAll(() => tables.close());

  test('A X: of updates beside it each is refused or erased, and none comes after it', async () => {
    const customers = await Promise.all(Array.from({ length: 8 }, () => installation.aCustomer(acme.id)));
    const update = async (id: string): Promise<string[]> => {
      for (let number = 0; number < 500; number += 1) {
        const input = { company: `${BACK} ${number}`, internalNotes: BACK };
        const refused = await codes(elsewhere, 'customerUpdate', { id, input });
        if (refused.length > 0) return refused;
      }
      return [];
    };
    const updates = Promise.all(customers.map(update));
    const erasures = await Promise.all(customers.map((customerId) => erase({ customerId })));

    expect(await updates).toEqual(customers.map(() => ['INVALID_STATE']));
    expect(erasures.map(({ status }) => status)).toEqual(customers.map(() => 'COMPLETED'));
    const left = await tables.mentioning([BACK, BACK.toLowerCase()]);
    expect(Object.entries(left).filter(([, rows]) => rows.length > 0)).toEqual([]);
  }, 120_000);

  test('L D: a batch whose connections are lost is done again, and each row is erased by one change', async () => {
    const { customerId, unitId } = await aHome('Larkspur', 'Marigold');
    for (let number = 0; number < 90; number += 1) {
      const input = { unitId, title: `Larkspur ${number}` };
      await mutate(ada, 'maintenanceRequestCreate', { input });
    }
    const erasure = erase({ customerId });
    await untilErased(25);
    await tables.run(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'lockstep' AND pid <> pg_backend_pid()`);

    expect(await erasure).toMatchObject({ status: 'COMPLETED' });
    const changes = await tables.run(
      `SELECT count(*)::int AS count, count(DISTINCT entity_id)::int AS rows FROM change
       WHERE entity = 'MaintenanceRequest' AND actor_name = 'erasure'`,
    );
    expect(changes).toEqual([{ count: 91, rows: 91 }]);
  }, 120_000);

  /** Waits until so many requests are blank. */
  async function untilErased(count: number): Promise<void> {
    const blank = "SELECT count(*)::int AS count FROM maintenance_request WHERE title = 'Erased'";
    for (;;) {
      const [row] = await tables.run<{ count: number }>(blank);
      if (row && row.count >= count) return;
    }
  }
});
