import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { codes, mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { withShiftedClock } from '../support/shifted-clock.ts';

const EXPIRED =
  'subscription ($after: Cursor) { consentExpired(after: $after) { actor { kind } consent { id state channel } } }';
const HISTORY =
  'query ($id: ID!) { consentHistory(id: $id) { nodes { step previousState state actor { kind } } } }';

describeOnPostgres('the end of a consent, on two nodes', () => {
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;
  let cleo: TestUser;
  let owner: TestUser;
  let manager: TestUser;
  let elsewhere: Person;
  let keys = 0;

  beforeAll(async () => {
    installation = await Installation.start();
    const node = await installation.anotherNode();
    acme = await installation.aTenant('Acme');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    cleo = await installation.aUser('CSR', { tenantId: acme.id });
    const customerId = await installation.aCustomer(acme.id);
    owner = await installation.aUser('OWNER', { tenantId: acme.id, customerId });
    manager = await installation.aUser('MANAGER', { tenantId: acme.id, customerId });
    elsewhere = owner.at(node);
  }, 120_000);

  afterAll(() => installation.stop());

  /** A consent of the owner to a purpose of its own. */
  async function aConsent(more: object): Promise<string> {
    keys += 1;
    const purpose = { key: `purpose-${keys}`, title: 'Newsletter', ...more };
    const { consentPurposeId: purposeId } = await mutate(
      ada,
      'consentPurposeCreate',
      { input: purpose },
      'consentPurposeId',
    );
    await mutate(ada, 'consentNoticePublish', { input: { purposeId, language: 'en', text: 'May we?' } });
    const input = { purposeId, noticeVersion: 1, language: 'en' };
    return (await mutate(owner, 'consentGrant', { input }, 'consentId')).consentId;
  }

  /** Moves the end of a consent into the past, for the database's clock cannot be held. */
  async function end(id: string): Promise<void> {
    const url = String(installation.app.config.databaseUrl);
    await runSql(url, `UPDATE consent SET expires_at = now() - interval '1 second' WHERE id = '${id}'`);
    await runSql(url, `UPDATE due_work SET due_at = now(), try_at = now() WHERE subject_id = '${id}'`);
  }

  test('X L D: a consent expires once, and its subject and the staff receive it on every node, and no other member', async () => {
    const after = await ada.now(acme.id);
    const id = await aConsent({ validityDays: 365 });
    const streams = [cleo, elsewhere].map((who) => who.follow(EXPIRED, { after }));
    const unheard = manager.follow(EXPIRED, { after });
    await end(id);
    const event = { actor: { kind: 'SYSTEM' }, consent: { id, state: 'EXPIRED', channel: 'SYSTEM' } };
    for (const stream of streams) expect(await stream.take(1)).toEqual([event]);
    expect((await owner.ask(HISTORY, { id })).consentHistory.nodes).toEqual([
      { step: 'GRANT', previousState: null, state: 'GRANTED', actor: { kind: 'USER' } },
      { step: 'EXPIRE', previousState: 'GRANTED', state: 'EXPIRED', actor: { kind: 'SYSTEM' } },
    ]);
    expect([...streams, unheard].flatMap(({ unread }) => unread)).toEqual([]);
  });

  test.each([
    ['slow', -600_000],
    ['fast', 600_000],
  ])(
    'a consent that is granted on a node whose clock is ten minutes %s has its times by the clock of the database',
    async (_name, shiftMs) => {
      const id = await withShiftedClock(shiftMs, () => aConsent({ validityDays: 1 }));
      const TIMES = 'query ($id: ID!) { consent(id: $id) { grantedAt expiresAt } }';
      const { grantedAt, expiresAt } = (await owner.ask(TIMES, { id })).consent;
      expect(Date.parse(expiresAt) - Date.parse(grantedAt)).toBe(86_400_000);
      // The database and this process are on one machine.
      expect(Math.abs(Date.now() - Date.parse(grantedAt))).toBeLessThan(120_000);
    },
  );

  test('a grant after the end, and before its due work ran, records the end first', async () => {
    const id = await aConsent({ validityDays: 365 });
    const url = String(installation.app.config.databaseUrl);
    await runSql(url, `UPDATE consent SET expires_at = now() - interval '1 second' WHERE id = '${id}'`);
    const { purpose } = (await owner.ask('query ($id: ID!) { consent(id: $id) { purpose { id } } }', { id }))
      .consent;
    const input = { purposeId: purpose.id, noticeVersion: 1, language: 'en' };
    await mutate(owner, 'consentGrant', { input }, 'consentId');
    expect((await owner.ask(HISTORY, { id })).consentHistory.nodes).toMatchObject([
      { step: 'GRANT', previousState: null, state: 'GRANTED' },
      { step: 'EXPIRE', previousState: 'GRANTED', state: 'EXPIRED', actor: { kind: 'SYSTEM' } },
      { step: 'GRANT', previousState: 'EXPIRED', state: 'GRANTED' },
    ]);
  });

  test('a request that is not confirmed in time lapses, and can be confirmed no more', async () => {
    const after = await ada.now(acme.id);
    const id = await aConsent({ requiresDoubleOptIn: true });
    const stream = owner.follow(EXPIRED, { after });
    await end(id);
    expect(await stream.take(1)).toMatchObject([{ consent: { id } }]);
    expect(await codes(owner, 'consentConfirm', { id })).toEqual(['INVALID_STATE']);
  });
});
