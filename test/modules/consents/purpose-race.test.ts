import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { acme, ada, aPurpose, grant, installation, owner, publish } from '../../support/consent-stage.ts';
import { mutate } from '../../support/mutate.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { TableDump } from '../../support/table-dump.ts';

const CHANGES = `subscription ($after: Cursor) { changes(after: $after, types: [CONSENT, CONSENT_PURPOSE]) {
  __typename ... on ConsentEvent { consent { state } } } }`;
const WAITING =
  'SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = $1';

const CHANGED = {
  'is deactivated': (id: string) => mutate(ada, 'consentPurposeUpdate', { id, input: { isActive: false } }),
  'gets a new notice': (id: string) => publish(id),
};

describeOnPostgres('a purpose that changes while consent to it is given', () => {
  let tables: TableDump;

  beforeAll(async () => {
    tables = await TableDump.open(installation.app.config.databaseUrl);
  });
  afterAll(() => tables.close());

  /** Waits until so many transactions wait for a lock, or until `others` have ended. */
  async function waiting(count: number, ...others: Promise<unknown>[]): Promise<void> {
    let hasEnded = false;
    for (const other of others) void other.then(() => (hasEnded = true));
    while (!hasEnded) {
      const [row] = await tables.run<{ count: number }>(WAITING, ['Lock']);
      if (row && row.count >= count) return;
    }
  }

  /** Changes the purpose while a write of a consent is held right before it; gives the changes in their order. */
  async function raced(write: () => Promise<unknown>, change: () => Promise<unknown>) {
    const stream = ada.follow(CHANGES, { after: await ada.now(acme.id) });
    await tables.run('BEGIN');
    await tables.run('LOCK TABLE consent IN SHARE MODE');
    const writing = write();
    await waiting(1, writing);
    const changing = change();
    await waiting(2, changing);
    await tables.run('COMMIT');
    await Promise.all([writing, changing]);
    return [await stream.change(), await stream.change()];
  }

  test.each(Object.entries(CHANGED))(
    'O: no consent is granted after its purpose %s',
    async (_what, change) => {
      const purposeId = await aPurpose();
      expect(
        await raced(
          () => grant(owner, purposeId),
          () => change(purposeId),
        ),
      ).toEqual([
        { __typename: 'ConsentCreated', consent: { state: 'GRANTED' } },
        { __typename: 'ConsentPurposeUpdated' },
      ]);
    },
  );

  test.each(Object.entries(CHANGED))(
    'O: no consent is confirmed after its purpose %s',
    async (_what, change) => {
      const purposeId = await aPurpose({ requiresDoubleOptIn: true });
      const { consentId: id } = await grant(owner, purposeId);
      expect(
        await raced(
          () => mutate(owner, 'consentConfirm', { id }),
          () => change(purposeId),
        ),
      ).toEqual([
        { __typename: 'ConsentUpdated', consent: { state: 'GRANTED' } },
        { __typename: 'ConsentPurposeUpdated' },
      ]);
    },
  );
});
