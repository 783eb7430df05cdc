import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  acme,
  ada,
  aHome,
  cleo,
  type Erased,
  erase,
  gil,
  type Home,
  installation,
  sue,
} from '../support/erasure-stage.ts';
import { TEST_PASSWORD } from '../support/installation.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { TableDump } from '../support/table-dump.ts';

const CUSTOMER = 'Quillfeather';
const RESIDENT = 'Zephyrine';

test('X: only administrators of the tenant erase persons', async () => {
  const customerId = await installation.aCustomer(acme.id);
  const owner = await installation.aUser('OWNER', { tenantId: acme.id, customerId });
  const other = await installation.aUser('OWNER', {
    tenantId: acme.id,
    customerId: await installation.aCustomer(acme.id),
  });
  const member = await installation.aUser('RESIDENT', { tenantId: acme.id, customerId });
  const input = { customerId };

  for (const who of [sue, cleo, owner, other, member]) {
    expect([who.email, await codes(who, 'personErase', { input })]).toEqual([who.email, ['FORBIDDEN']]);
  }
  expect(await codes(gil, 'personErase', { input })).toEqual(['NOT_FOUND']);
  expect(await codes(gil, 'personErase', { input: { userId: member.userId } })).toEqual(['NOT_FOUND']);
});

test('an erasure names one person, not oneself, and no user of another level', async () => {
  const admin = await installation.aUser('ORGANIZATION_ADMIN', { organizationId: acme.organizationId });
  const customerId = await installation.aCustomer(acme.id);
  const asked = [{}, { customerId, userId: ada.userId }, { userId: ada.userId }];
  const answers = await Promise.all(asked.map((input) => refusals(ada, 'personErase', { input })));

  expect(answers.map(([first]) => [first?.code, first?.path.join('.')])).toEqual([
    ['INVALID_INPUT', 'input.customerId'],
    ['INVALID_INPUT', 'input.userId'],
    ['FORBIDDEN_CHANGE', 'input.userId'],
  ]);
  expect(await codes(installation.root, 'personErase', { input: { userId: admin.userId } })).toEqual([
    'FORBIDDEN_CHANGE',
  ]);
  const { personErasures } = await ada.ask('{ personErasures { totalCount } }');
  expect(personErasures.totalCount).toBe(0);
});

describeOnPostgres('after the erasure of a resident and then of its customer', () => {
  let tables: TableDump;
  let home: Home;
  let resident: Person;
  let erased: Erased;
  let start: string;
  let erasure: string;

  beforeAll(async () => {
    tables = await TableDump.open(installation.app.config.databaseUrl);
    start = await ada.now(acme.id);
    // It holds the tail of the feed, so that the node keeps the changes from before the erasure.
    const watching = ada.follow(FOLLOWED, { after: start });
    home = await aHome(CUSTOMER, RESIDENT);
    const credentials = { email: home.email, password: TEST_PASSWORD, device: `Phone of ${RESIDENT}` };
    const { accessToken } = await mutate(
      installation.stranger(),
      'signIn',
      { input: credentials },
      'accessToken',
    );
    resident = new Person(installation.app.url, accessToken);
    const key = `key of ${RESIDENT}`;
    await mutate(resident, 'consentRefuse', { input: { purposeId: home.purposeId }, idempotencyKey: key });
    await tables.run(
      'INSERT INTO outside_identity (id, issuer, subject, user_id) VALUES (gen_random_uuid(), $1, $2, $3)',
      ['https://id.example.test', `${RESIDENT} there`, home.residentId],
    );
    await aLoggedBody(tables, home.residentId, `{"name":"${RESIDENT}"}`);
    expect(JSON.stringify(await watching.changes(10))).toContain(RESIDENT);
    const open = resident.follow('subscription { consentChanged { __typename } }');
    const audit = ada.follow(LIVE_AUDIT, { after: await ada.now(acme.id) });
    const users = sue.follow(USERS, { after: await sue.now(acme.id) });

    erased = await erase({ userId: home.residentId });

    expect(await open.ended()).toMatchObject({ how: 'closed', code: 4403 });
    expect(await users.change()).toMatchObject({
      user: { id: home.residentId, name: 'Erased', email: `erased-${home.residentId}@erased.invalid` },
    });
    expect(audit.unread.length).toBeGreaterThan(3);
    expect(JSON.stringify(audit.unread)).not.toContain(RESIDENT);
    erasure = erased.id;
    await resident.leave();
  }, 120_000);

  afterAll(() => tables.close());

  test('X: no table has a text of the person; what is kept is named, and the customer is untouched', async () => {
    expect(await mentions(tables, RESIDENT)).toEqual({});
    expect(await tables.run("SELECT FROM webhook_progress WHERE ip = '192.0.2.1'")).toEqual([]);
    expect(await tables.run('SELECT FROM credential WHERE user_id = $1', [home.residentId])).toEqual([]);
    expect(erased).toMatchObject({ status: 'COMPLETED', keptPaymentCount: 1, keptConsentRecordCount: 2 });
    expect(
      await tables.run('SELECT reference, refund_reason FROM payment WHERE id = $1', [home.paymentId]),
    ).toEqual([{ reference: 'invoice 17', refund_reason: null }]);
    expect(Object.keys(await mentions(tables, CUSTOMER))).toEqual([
      'change',
      'consent_record',
      'customer',
      'property',
    ]);
  });

  test('the chain is intact and counts the entries from which the person was erased', async () => {
    const { verifyAuditChain } = await ada.ask('{ verifyAuditChain { isIntact isComplete erasedCount } }');
    expect(verifyAuditChain).toEqual({
      isIntact: true,
      isComplete: true,
      erasedCount: erased.erasedEntryCount,
    });
    expect(erased.erasedEntryCount).toBeGreaterThan(5);
  });

  test('the chain names an erased entry that is altered afterwards', async () => {
    const alter = (from: string, to: string) =>
      tables.run(`UPDATE change SET actor_name = $1 WHERE erased_hash IS NOT NULL AND actor_name = $2`, [
        to,
        from,
      ]);
    await alter('Erased', 'Forged');
    const { verifyAuditChain } = await ada.ask('{ verifyAuditChain { firstBroken { reason } } }');
    await alter('Forged', 'Erased');
    expect(verifyAuditChain.firstBroken).toEqual({ reason: 'CONTENT_CHANGED' });
  });

  test('X: no stream from before the erasure and no page of the audit log gives a byte of the person', async () => {
    const stream = ada.follow(FOLLOWED, { after: start });
    const received: unknown[] = [];
    for (;;) {
      const change = (await stream.change()) as { personErasure?: { status: string } };
      received.push(change);
      if (change.personErasure?.status === 'COMPLETED') break;
    }
    await stream.close();
    const pages = await ada.ask(AUDIT);

    expect(received.length).toBeGreaterThan(15);
    expect(pages.auditLog.nodes.length).toBeGreaterThan(15);
    expect(new RegExp(RESIDENT, 'i').exec(JSON.stringify([received, pages]))).toBeNull();
  });

  test('the unit of the person is vacant, and its payments and requests stay with the blank row', async () => {
    const { unitId, requestId, residentId } = home;
    const { unit, maintenanceRequest } = await ada.ask(
      `query ($unitId: ID!, $requestId: ID!) { unit(id: $unitId) { residentId }
        maintenanceRequest(id: $requestId) { residentId title } }`,
      { unitId, requestId },
    );
    expect({ unit, maintenanceRequest }).toEqual({
      unit: { residentId: null },
      maintenanceRequest: { residentId, title: 'Erased' },
    });
    const input = { unitId, title: 'For the next resident' };
    const later = await mutate(
      ada,
      'maintenanceRequestCreate',
      { input },
      'maintenanceRequest { residentId }',
    );
    expect(later.maintenanceRequest).toEqual({ residentId: null });
  });

  test('nothing brings the person back: no sign-in, no change, no consent; a revocation is accepted', async () => {
    const { residentId: id, purposeId, customerId, unitId } = home;
    const shown = { purposeId, customerId, memberId: id, evidenceKind: 'CALL', evidenceReference: 'call 2' };
    const grant = { ...shown, state: 'GRANTED', noticeVersion: 1, language: 'en' };
    const signInInput = { email: `erased-${id}@erased.invalid`, password: TEST_PASSWORD };

    expect(await codes(ada, 'userUpdate', { id, input: { name: 'Back' } })).toEqual(['INVALID_STATE']);
    expect(await codes(ada, 'userStatusSet', { id, status: 'ACTIVE' })).toEqual(['INVALID_STATE']);
    expect(await codes(ada, 'unitResidentSet', { id: unitId, residentId: id })).toEqual(['INVALID_STATE']);
    expect(await codes(cleo, 'consentSetOnBehalf', { input: grant })).toEqual(['INVALID_STATE']);
    expect(await codes(cleo, 'consentSetOnBehalf', { input: { ...shown, state: 'REVOKED' } })).toEqual([]);
    expect(await codes(installation.stranger(), 'signIn', { input: signInInput })).toEqual(['INVALID_INPUT']);
    expect((await resident.run('{ viewer { id } }')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test('X: a request of the person that was under way is rolled back at its COMMIT', async () => {
    const late = tables.run(
      `INSERT INTO change (feed, event_id, kind, entity, entity_id, entity_version, image, before, actor_kind, actor_id, actor_name)
       VALUES ($1, gen_random_uuid(), 'CREATED', 'Plan', gen_random_uuid(), 1, '{}', '{}', 'USER', $2, $3)`,
      [acme.id, home.residentId, RESIDENT],
    );
    await expect(late).rejects.toThrow(`The user ${home.residentId} was erased.`);
  });

  test('D: asking again gives the same erasure, and writes nothing', async () => {
    const again = await mutate(
      ada,
      'personErase',
      { input: { userId: home.residentId } },
      'personErasureId cursor',
    );
    expect(again).toMatchObject({ personErasureId: erasure, cursor: null });
  });

  test('X: the customer is erased likewise, and its owner changes nothing', async () => {
    const { customerId, purposeId } = home;
    const owner = await installation.aUser('OWNER', { tenantId: acme.id, customerId });
    await erase({ customerId });

    expect(await mentions(tables, CUSTOMER)).toEqual({});
    expect(await codes(owner, 'accountUpdate', { input: { company: 'Back' } })).toEqual(['INVALID_STATE']);
    expect(await codes(ada, 'customerUpdate', { id: customerId, input: { company: 'Back' } })).toEqual([
      'INVALID_STATE',
    ]);
    const [property] = await tables.run<{ id: string }>('SELECT id FROM property WHERE customer_id = $1', [
      customerId,
    ]);
    const place = { name: 'Back', address: '1 Back Road' };
    expect(await codes(ada, 'propertyUpdate', { id: property?.id, input: place })).toEqual(['INVALID_STATE']);
    expect(await codes(ada, 'propertyCreate', { input: { customerId, ...place } })).toEqual([
      'INVALID_STATE',
    ]);
    const shown = { purposeId, customerId, noticeVersion: 1, language: 'en' };
    expect(await codes(owner, 'consentGrant', { input: shown })).toEqual(['INVALID_STATE']);
  });
});

const FOLLOWED = `subscription ($after: Cursor) { changes(after: $after) { __typename
  ... on CustomerEvent { customer { company contactName email phone internalNotes } }
  ... on UserEvent { user { name email department company attributes } }
  ... on MaintenanceRequestEvent { maintenanceRequest { title description } }
  ... on PropertyEvent { property { name address } }
  ... on PaymentEvent { payment { reference refundReason failureReason } }
  ... on PersonErasureEvent { personErasure { status } } } }`;

const USERS = `subscription ($after: Cursor) { userUpdated(after: $after) { __typename user { id name email } } }`;

const LIVE_AUDIT = `subscription ($after: Cursor) { auditLogAdded(after: $after) { __typename
  ... on AuditLogAdded { auditEntry { changes { field before after } } } } }`;

const AUDIT = `{ auditLog(first: 100) { nodes { actor { name } ip changes { field before after } } } }`;

/** The tables with rows that contain a text, in any letters. */
async function mentions(tables: TableDump, text: string): Promise<Record<string, number>> {
  const found = await tables.mentioning([text, text.toLowerCase()]);
  return Object.fromEntries(
    Object.entries(found)
      .filter(([, rows]) => rows.length > 0)
      .map(([table, rows]) => [table, rows.length]),
  );
}

/** Has the log of a webhook hold a body, as if it had been sent; and the webhook the person as its maker. */
async function aLoggedBody(tables: TableDump, makerId: string, body: string): Promise<void> {
  const { webhookId } = await mutate(
    ada,
    'webhookCreate',
    {
      input: {
        name: 'Ours',
        url: 'https://93.184.216.34/',
        document: 'subscription { planChanged { __typename } }',
      },
    },
    'webhookId',
  );
  await mutate(ada, 'webhookPause', { id: webhookId });
  await tables.run('UPDATE webhook SET maker_id = $2 WHERE id = $1', [webhookId, makerId]);
  await tables.run("UPDATE webhook_progress SET ip = '192.0.2.1' WHERE webhook_id = $1", [webhookId]);
  const [deliveryId, eventId] = [crypto.randomUUID(), crypto.randomUUID()];
  await tables.run(
    `INSERT INTO webhook_delivery (id, webhook_id, kind, event_id, type, cursor, place, occurred_at, status, ended_at)
     VALUES ($1, $2, 'EVENT', $3, 'user.updated', '', 1, now(), 'DELIVERED', now())`,
    [deliveryId, webhookId, eventId],
  );
  await tables.run(
    `INSERT INTO webhook_attempt (id, delivery_id, number, outcome, started_at, duration_ms, request_body)
     VALUES ($1, $2, 1, 'DELIVERED', now(), 1, $3)`,
    [crypto.randomUUID(), deliveryId, body],
  );
}
