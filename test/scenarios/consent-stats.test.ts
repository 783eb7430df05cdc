import { describe, expect, test } from '@jest/globals';
import {
  acme,
  ada,
  aPurpose,
  cleo,
  gil,
  globex,
  grant,
  gwen,
  installation,
  manager,
  otherOwner,
  owner,
  resident,
  setOnBehalf,
  sue,
} from '../support/consent-stage.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';

const COUNTS =
  'id version asOf total { count } pending { count } granted { count } revoked { count } expired { count }';
const STATS = `query ($tenantId: ID, $purposeId: ID) { consentStats(tenantId: $tenantId, purposeId: $purposeId) { nodes { ${COUNTS} purpose { id } } feedCursor } }`;
const CHANGED = `subscription ($purposeId: ID, $after: Cursor) { consentStatsChanged(id: $purposeId, after: $after) { actor { kind } stats { ${COUNTS} } } }`;
const ANALYTICS = `query ($purposeId: ID!, $from: DateTime!, $to: DateTime, $interval: AnalyticsInterval!) {
  consentAnalytics(purposeId: $purposeId, from: $from, to: $to, interval: $interval) { isOver granted { count } revoked { count } expired { count } standing { count } } }`;
const OF_CONSENT = `subscription ($tenantId: ID, $after: Cursor) {
  changes(tenantId: $tenantId, types: [CONSENT, CONSENT_STATS], after: $after) { __typename } }`;

const TODAY = { from: new Date().toISOString(), interval: 'DAY' };
const FORBIDDEN = [{ extensions: { code: 'FORBIDDEN' } }];

interface Stats {
  readonly stats: Readonly<
    Record<'total' | 'pending' | 'granted' | 'revoked' | 'expired', { count: number }>
  >;
}

const counts = ({ stats }: Stats) =>
  [stats.pending, stats.granted, stats.revoked, stats.expired].map(({ count }) => count).join();

/** The events about consents and their counts that a client received in a tenant after a position. */
async function received(who: Person, after: string, tenantId = acme.id): Promise<string[]> {
  const events = await who.follow(OF_CONSENT, { tenantId, after }).changesUntilCaughtUp();
  return events.map(({ __typename }: { __typename: string }) => __typename);
}

describe('counts of consents are refused', () => {
  test.each([
    ['the support without the right', sue],
    ['an owner', owner],
    ['a manager', manager],
    ['a resident', resident],
    ['an owner of another customer', otherOwner],
  ])('to %s: in queries, analytics and streams', async (_name, who) => {
    const purposeId = await aPurpose();
    expect((await who.run(STATS)).errors).toMatchObject(FORBIDDEN);
    expect((await who.run(ANALYTICS, { purposeId, ...TODAY })).errors).toMatchObject(FORBIDDEN);
    expect((await who.follow(CHANGED).next()).errors).toMatchObject(FORBIDDEN);
  });

  test('to staff of another tenant, as if there were no such purpose', async () => {
    const purposeId = await aPurpose();
    const NOT_FOUND = [{ extensions: { code: 'NOT_FOUND' } }];
    for (const who of [gil, gwen]) {
      expect((await who.run(STATS, { tenantId: acme.id })).errors).toMatchObject(NOT_FOUND);
      expect((await who.ask(STATS, { purposeId })).consentStats.nodes).toEqual([]);
      expect((await who.run(ANALYTICS, { purposeId, ...TODAY })).errors).toMatchObject(NOT_FOUND);
    }
  });

  test('for a range that is empty, in the future, older than ten years, or of more than 366 intervals', async () => {
    const purposeId = await aPurpose();
    const ruleOf = async (range: object) => {
      const { errors } = await ada.run(ANALYTICS, { purposeId, interval: 'DAY', ...range });
      return errors?.map(({ extensions }) => `${extensions.code} ${extensions.rule}`);
    };
    const [early, late] = ['2025-01-01T00:00:00Z', '2026-01-02T00:00:00.001Z'];
    expect(await ruleOf({ from: early, to: early })).toEqual(['BAD_USER_INPUT RANGE_EMPTY']);
    expect(await ruleOf({ from: late, to: '2999-01-01T00:00:00Z' })).toEqual([
      'BAD_USER_INPUT RANGE_IN_FUTURE',
    ]);
    expect(await ruleOf({ from: '2015-01-01T00:00:00Z' })).toEqual(['BAD_USER_INPUT RANGE_TOO_EARLY']);
    expect(await ruleOf({ from: early, to: late })).toEqual(['BAD_USER_INPUT TOO_MANY_INTERVALS']);
    expect(await ruleOf({ from: early, to: '2026-01-02T00:00:00Z' })).toBeUndefined();
  });
});

test('X L O: representatives and admins receive every change of a count, and no other viewer learns of one', async () => {
  const purposeId = await aPurpose();
  const [after, elsewhere] = [await ada.now(acme.id), await gil.now(globex.id)];
  const streams = [cleo, ada].map((who) => who.follow(CHANGED, { purposeId, after }));
  const { consentId: id } = await grant(owner, purposeId);
  await setOnBehalf(purposeId, { memberId: manager.userId });
  await mutate(owner, 'consentRevoke', { id });
  await mutate(owner, 'consentRevoke', { id });
  await mutate(otherOwner, 'consentRefuse', { input: { purposeId } });

  for (const stream of streams) {
    expect((await stream.take(4)).map(counts)).toEqual(['0,1,0,0', '0,2,0,0', '0,1,1,0', '0,1,2,0']);
  }
  const all = ['ConsentCreated', 'ConsentCreated', 'ConsentUpdated', 'ConsentCreated'];
  const withCounts = all.flatMap((name) => [name, 'ConsentStatsChanged']);
  for (const who of [cleo, ada]) expect(await received(who, after)).toEqual(withCounts);
  expect(await received(owner, after)).toEqual(['ConsentCreated', 'ConsentUpdated']);
  for (const who of [manager, otherOwner]) expect(await received(who, after)).toEqual(['ConsentCreated']);
  for (const who of [resident, sue]) expect(await received(who, after)).toEqual([]);
  for (const who of [gil, gwen]) expect(await received(who, elsewhere, globex.id)).toEqual([]);
  expect(streams.flatMap(({ unread }) => unread)).toEqual([]);
});

test('the counts of a purpose are there from its creation on, agree with the analytics, and go with it', async () => {
  const { consentPurposeId: purposeId } = await mutate(
    ada,
    'consentPurposeCreate',
    { input: { key: 'counted', title: 'Counted' } },
    'consentPurposeId',
  );
  const stats = async () => (await ada.ask(STATS, { purposeId })).consentStats.nodes;
  const zero = { count: 0 };
  const none = { total: zero, pending: zero, granted: zero, revoked: zero, expired: zero };
  expect(await stats()).toEqual([
    { id: purposeId, version: 1, asOf: null, purpose: { id: purposeId }, ...none },
  ]);
  await mutate(ada, 'consentPurposeDelete', { id: purposeId });
  expect(await stats()).toEqual([]);

  const used = await aPurpose();
  await grant(owner, used);
  await grant(manager, used);
  const { consentId: id } = await grant(resident, used);
  await mutate(resident, 'consentRevoke', { id });
  expect((await ada.ask(ANALYTICS, { purposeId: used, ...TODAY })).consentAnalytics.at(-1)).toEqual({
    isOver: false,
    granted: { count: 3 },
    revoked: { count: 1 },
    expired: { count: 0 },
    standing: { count: 2 },
  });
});

test('X: a viewer that may no longer list consents receives no live count from that moment on', async () => {
  const purposeId = await aPurpose();
  const stan = await installation.aUser('SUPPORT', { tenantId: acme.id });
  const grantStan = (...permissions: string[]) =>
    mutate(installation.root, 'userUpdate', { id: stan.userId, input: { permissions } });
  await grantStan('consent-stats:read', 'consents:read');
  const after = await ada.now(acme.id);
  const stream = stan.follow(CHANGED, { purposeId, after });
  await grant(owner, purposeId);
  expect(counts(await stream.event())).toBe('0,1,0,0');
  await grantStan('consent-stats:read');
  await grant(manager, purposeId);
  expect((await stream.next()).errors).toMatchObject([{ extensions: { code: 'SUBSCRIPTION_REVOKED' } }]);
  expect([await stream.ended(), stream.unread]).toEqual([{ how: 'complete' }, []]);
  expect((await stan.follow(CHANGED).next()).errors).toMatchObject(FORBIDDEN);
});

describeOnPostgres('counts at the end of a consent', () => {
  test('D L: a consent that expires by itself is counted in the same change, once', async () => {
    const purposeId = await aPurpose({ validityDays: 365 });
    const after = await ada.now(acme.id);
    const stream = ada.follow(CHANGED, { purposeId, after });
    const { consentId: id } = await grant(owner, purposeId);
    const url = String(installation.app.config.databaseUrl);
    await runSql(url, `UPDATE consent SET expires_at = now() - interval '1 second' WHERE id = '${id}'`);
    await runSql(url, `UPDATE due_work SET due_at = now(), try_at = now() WHERE subject_id = '${id}'`);
    const events: (Stats & { actor: { kind: string } })[] = await stream.take(2);
    expect(events.map((event) => `${event.actor.kind} ${counts(event)}`)).toEqual([
      'USER 0,1,0,0',
      'SYSTEM 0,0,0,1',
    ]);
    expect(await received(ada, after)).toEqual(
      ['ConsentCreated', 'ConsentUpdated'].flatMap((name) => [name, 'ConsentStatsChanged']),
    );
  });
});
