import { beforeAll, expect, test } from '@jest/globals';
import { acme, ada, aPurpose, cleo, installation, ofAlder } from '../support/consent-stage.ts';
import type { TestUser } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';

// Stan of the support may read statistics, and no consent.

const COUNT = '{ count isRounded hiddenReason }';
const STATS = `query ($purposeId: ID) { consentStats(purposeId: $purposeId) { nodes {
  version total ${COUNT} pending ${COUNT} granted ${COUNT} revoked ${COUNT} expired ${COUNT} asOf } totalCount } }`;
const ANALYTICS = `query ($purposeId: ID!, $from: DateTime!, $to: DateTime) {
  consentAnalytics(purposeId: $purposeId, from: $from, to: $to, interval: DAY) {
    start isOver granted ${COUNT} revoked ${COUNT} expired ${COUNT} standing ${COUNT} } }`;

const DAY_MS = 86_400_000;
const FORBIDDEN = [{ extensions: { code: 'FORBIDDEN' } }];
const exactly = (count: number) => ({ count, isRounded: false, hiddenReason: null });
const rounded = (count: number) => ({ count, isRounded: true, hiddenReason: null });
const hidden = (hiddenReason = 'SMALL_GROUP') => ({ count: null, isRounded: false, hiddenReason });

let stan: TestUser;
let customerIds: string[];

beforeAll(async () => {
  stan = await installation.aUser('SUPPORT', { tenantId: acme.id });
  const permissions = ['consent-stats:read', 'audit:read'];
  await mutate(installation.root, 'userUpdate', { id: stan.userId, input: { permissions } });
  customerIds = [];
  for (let count = 0; count < 13; count += 1) customerIds.push(await installation.aCustomer(acme.id));
});

/** Sets the consents of customers of Acme. */
async function set(purposeId: string, customers: readonly string[], state = 'GRANTED'): Promise<void> {
  for (const customerId of customers) {
    await mutate(cleo, 'consentSetOnBehalf', { input: ofAlder(purposeId, { customerId, state }) });
  }
}

const statsFor = async (who: Person, purposeId: string) =>
  (await who.ask(STATS, { purposeId })).consentStats.nodes[0];

test('X: statistics alone open no list of consents, filtered or not, nor its count, its history, its stream or the audit log', async () => {
  const purposeId = await aPurpose();
  const after = await ada.now(acme.id);
  await set(purposeId, customerIds.slice(0, 12));
  const filter = `filter: { purposeId: { equals: "${purposeId}" }, state: { equals: GRANTED } }`;
  const { consents } = await ada.ask(`{ consents(${filter}, first: 1) { totalCount nodes { id } } }`);
  expect(consents.totalCount).toBe(12);
  const [{ id }] = consents.nodes;
  for (const field of [
    'consents { totalCount }',
    `consents(${filter}) { totalCount }`,
    `consents(asOf: "${new Date(0).toISOString()}") { totalCount }`,
    `consentHistory(id: "${id}") { totalCount }`,
    `consent(id: "${id}") { id }`,
  ]) {
    expect((await stan.run(`{ ${field} }`)).errors).toMatchObject(FORBIDDEN);
  }
  for (const field of [
    'consentChanged',
    `consentUpdated(${filter})`,
    'consentGranted',
    'consentStatsChanged',
  ]) {
    const stream = stan.follow(`subscription { ${field} { __typename } }`);
    expect((await stream.next()).errors).toMatchObject(FORBIDDEN);
  }
  const changes = stan.follow('subscription ($after: Cursor) { changes(after: $after) { __typename } }', {
    after,
  });
  // A consent is also an event of its customer, which the viewer may see.
  const types = (await changes.changesUntilCaughtUp()).map(({ __typename }) => __typename);
  expect(types.filter((type: string) => type.startsWith('Consent'))).toEqual([]);
  const AUDIT = '{ auditLog(filter: { entity: { in: [CONSENT, CONSENT_STATS] } }) { totalCount } }';
  expect((await stan.ask(AUDIT)).auditLog.totalCount).toBe(0);
  expect((await ada.ask(AUDIT)).auditLog.totalCount).toBeGreaterThan(24);
});

test('a viewer of statistics alone receives no count of today, and one who may list consents every one', async () => {
  const purposeId = await aPurpose();
  await set(purposeId, customerIds.slice(0, 12));
  expect(await statsFor(ada, purposeId)).toMatchObject({
    ...{ version: 13, asOf: null, total: exactly(12), granted: exactly(12), pending: exactly(0) },
  });
  const midnight = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS).toISOString();
  expect(await statsFor(stan, purposeId)).toEqual({
    ...{ version: null, asOf: midnight, total: hidden(), pending: hidden() },
    ...{ granted: hidden(), revoked: hidden(), expired: hidden() },
  });
  const from = new Date().toISOString();
  const today = async (who: Person) => (await who.ask(ANALYTICS, { purposeId, from })).consentAnalytics[0];
  expect(await today(ada)).toMatchObject({ isOver: false, granted: exactly(12), standing: exactly(12) });
  const notOver = hidden('INTERVAL_NOT_OVER');
  expect(await today(stan)).toMatchObject({
    ...{ isOver: false, granted: notOver, revoked: notOver, expired: notOver, standing: notOver },
  });
});

describeOnPostgres('of days that are over', () => {
  /** A purpose to which, two days ago, twelve customers consented, of whom three revoked it. */
  async function anOldPurpose(): Promise<string> {
    const purposeId = await aPurpose();
    await set(purposeId, customerIds.slice(0, 12));
    await set(purposeId, customerIds.slice(0, 3), 'REVOKED');
    const url = String(installation.app.config.databaseUrl);
    await runSql(
      url,
      `UPDATE consent_record SET recorded_at = date_trunc('day', now(), 'UTC') - interval '36 hours' WHERE purpose_id = '${purposeId}'`,
    );
    return purposeId;
  }

  test('X: of twelve subjects a viewer of statistics learns neither the nine nor the three, and no step of the thirteenth', async () => {
    const purposeId = await anOldPurpose();
    const seen = {
      total: rounded(10),
      granted: hidden(),
      revoked: hidden(),
      pending: hidden(),
      expired: hidden(),
    };
    const before = await statsFor(stan, purposeId);
    expect(before).toMatchObject(seen);
    await set(purposeId, customerIds.slice(3));
    await set(purposeId, customerIds.slice(4, 5), 'REVOKED');
    expect(await statsFor(stan, purposeId)).toEqual(before);
    expect(await statsFor(ada, purposeId)).toMatchObject({
      ...{ total: exactly(13), granted: exactly(9), revoked: exactly(4) },
    });
  });

  test('X: a viewer of statistics reads whole days only, so ranges that differ by a moment have the same counts', async () => {
    const purposeId = await anOldPurpose();
    await set(purposeId, customerIds.slice(12));
    const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    const days = async (who: Person, fromMs: number, toMs: number) => {
      const range = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
      return (await who.ask(ANALYTICS, { purposeId, ...range })).consentAnalytics;
    };
    const [ofStan, ofAda] = [
      await days(stan, midnight - 2 * DAY_MS, midnight),
      await days(ada, midnight - 2 * DAY_MS, midnight),
    ];
    expect(ofStan).toMatchObject([
      { isOver: true, granted: rounded(10), revoked: hidden(), expired: hidden(), standing: hidden() },
      { isOver: true, granted: hidden(), revoked: hidden(), expired: hidden(), standing: hidden() },
    ]);
    expect(ofAda).toMatchObject([
      { isOver: true, granted: exactly(12), revoked: exactly(3), expired: exactly(0), standing: exactly(9) },
      { isOver: true, granted: exactly(0), revoked: exactly(0), expired: exactly(0), standing: exactly(9) },
    ]);
    for (const [from, to] of [
      [midnight - 1.5 * DAY_MS, midnight - DAY_MS + 1],
      [midnight - DAY_MS - 1, midnight],
    ] as const) {
      expect(await days(stan, from, to)).toEqual(ofStan);
    }
  });
});
