import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { fillLedger, type Ledger } from '../../../bench/support/ledger-rows.ts';
import { type Scan, StatementWatch, scansOf } from '../../../bench/support/watched-statements.ts';
import { Installation, type TestUser } from '../../support/installation.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';

const PAGE = 20;
/** The rows of a page, and those beyond its edges. */
const FEW = PAGE + 2;
const HISTORY = `query ($id: ID!) { consentHistory(id: $id, first: ${PAGE}) { nodes { state } } }`;
const AS_OF = `query ($asOf: DateTime!, $customerId: ID, $id: ID) {
  all: consents(asOf: $asOf, first: ${PAGE}) { nodes { id state } }
  ofOne: consents(asOf: $asOf, first: ${PAGE}, filter: { customerId: { equals: $customerId } }) { nodes { id } }
  busy: consents(asOf: $asOf, filter: { id: { equals: $id } }) { nodes { id state version } } }`;

const ANALYTICS = `query ($purposeId: ID!, $from: DateTime!) {
  consentAnalytics(purposeId: $purposeId, from: $from, interval: DAY) { granted { count } standing { count } } }`;
const DAY_MS = 86_400_000;
/** The records of one consent, an hour apart, of the last 150 days. */
const BUSY = 3_500;

describeOnPostgres('of a ledger with twenty thousand records', () => {
  let installation: Installation;
  let ada: TestUser;
  let ledger: Ledger;
  let client: pg.Client;
  let watch: StatementWatch;

  beforeAll(async () => {
    watch = new StatementWatch(/consent/);
    installation = await Installation.start();
    const { id: tenantId } = await installation.aTenant();
    ada = await installation.aUser('TENANT_ADMIN', { tenantId });
    const url = installation.app.config.databaseUrl ?? '';
    const size = { tenantId, customers: 500, consents: 4_000, records: 5, busyRecords: BUSY };
    ledger = await fillLedger(url, size);
    client = new pg.Client({ connectionString: url });
    await client.connect();
  });
  afterAll(async () => {
    watch.stop();
    await client?.end();
    await installation.stop();
  });

  async function scans(query: string, variables: object): Promise<Scan[]> {
    const found: Scan[] = [];
    for (const statement of await watch.during(() => ada.ask(query, { ...variables })))
      found.push(...(await scansOf(client, statement)));
    return found.filter(({ table }) => table === 'consent' || table === 'consent_record');
  }

  test('the history reads the records of its page by index, of a consent that changed often, too', async () => {
    for (const id of [ledger.consentId, ledger.busyId]) {
      const found = await scans(HISTORY, { id });
      // Any of the indexes that begin with the consent: the planner chooses by the number of its records.
      const ofConsent = expect.stringMatching(/^consent_record_consent_id_/);
      expect(found.map(({ index }) => index)).toContainEqual(ofConsent);
      expect(found.filter(({ index, rows }) => index === null || rows > FEW)).toEqual([]);
    }
  });

  test('consents asOf a time reads one record of each by index, of one that changed often afterwards, too', async () => {
    const variables = { asOf: ledger.asOf, customerId: ledger.customerId, id: ledger.busyId };
    const data = await ada.ask(AS_OF, variables);
    expect([data.all.nodes.length, data.ofOne.nodes.length, data.busy.nodes.length]).toEqual([
      PAGE,
      expect.any(Number),
      1,
    ]);
    expect(data.ofOne.nodes.length).toBeGreaterThan(2);
    expect(data.busy.nodes[0].version).toBeLessThan(BUSY);
    const found = await scans(AS_OF, variables);
    expect(found.map(({ index }) => index)).toContain(
      'consent_record_consent_id_recorded_at_consent_version_idx',
    );
    expect(found.filter(({ index, rows }) => index === null || rows > FEW)).toEqual([]);
  });

  test('analytics read the changes since their beginning by index, and no earlier ones', async () => {
    const from = new Date(Date.now() - DAY_MS);
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM consent_record WHERE recorded_at >= date_trunc('day', $1::timestamptz, 'UTC')`,
      [from],
    );
    const [later = { count: 0 }] = rows;
    const found = await scans(ANALYTICS, { purposeId: ledger.purposeId, from });
    expect(found).toEqual([
      { table: 'consent_record', index: 'consent_record_purpose_id_recorded_at_idx', rows: later.count },
    ]);
    expect(later.count).toBeGreaterThan(0);
    expect(later.count).toBeLessThan(1_000);
  });
});
