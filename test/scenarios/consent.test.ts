import { describe, expect, test } from '@jest/globals';
import type { TestUser } from '../support/installation.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, globex, ada, sue, cleo, gil, gwen } = await aStage({
  acme: { ada: 'TENANT_ADMIN', sue: 'SUPPORT', cleo: 'CSR' },
  globex: { gil: 'TENANT_ADMIN', gwen: 'CSR' },
});
const alder = await installation.aCustomer(acme.id, 'Alder');
const birch = await installation.aCustomer(acme.id, 'Birch');
const member = (role: string, customerId: string) =>
  installation.aUser(role, { tenantId: acme.id, customerId });
const owner = await member('OWNER', alder);
const manager = await member('MANAGER', alder);
const resident = await member('RESIDENT', alder);
const otherOwner = await member('OWNER', birch);

let keys = 0;

/** A purpose of a tenant with a first notice in English and German. */
async function aPurpose(more: object = {}, by: Person = ada): Promise<string> {
  keys += 1;
  const input = { key: `purpose-${keys}`, title: 'Personalization', ...more };
  const { consentPurposeId: purposeId } = await mutate(
    by,
    'consentPurposeCreate',
    { input },
    'consentPurposeId',
  );
  await publish(purposeId, by);
  return purposeId;
}

async function publish(purposeId: string, by: Person = ada): Promise<void> {
  const shown = { purposeId, language: 'en', text: 'May we use your data?' };
  const { consentNoticeId: noticeId } = await mutate(
    by,
    'consentNoticePublish',
    { input: shown },
    'consentNoticeId',
  );
  await mutate(by, 'consentNoticeTranslate', { input: { noticeId, language: 'de', text: 'Dürfen wir?' } });
}

const STATE =
  'consentId consent { id state version noticeVersion language channel grantedAt expiresAt } cursor';
const shown = (purposeId: string, more: object = {}) => ({
  purposeId,
  noticeVersion: 1,
  language: 'en',
  ...more,
});
const grant = (who: Person, purposeId: string, more: object = {}) =>
  mutate(who, 'consentGrant', { input: shown(purposeId, more) }, STATE);
const ofAlder = (purposeId: string, more: object = {}) => ({
  ...shown(purposeId),
  customerId: alder,
  state: 'GRANTED',
  evidenceKind: 'CALL',
  evidenceReference: 'call 4711',
  ...more,
});
const setOnBehalf = (purposeId: string, more: object = {}, by: Person = cleo) =>
  mutate(by, 'consentSetOnBehalf', { input: ofAlder(purposeId, more) }, STATE);

const HISTORY = `query ($id: ID!) { consentHistory(id: $id) { nodes { consentVersion step previousState state noticeVersion language channel actor { kind id name } } } }`;
const history = async (id: string, who: Person = ada) =>
  (await who.ask(HISTORY, { id })).consentHistory.nodes as { step: string; state: string; channel: string }[];
const steps = async (id: string) => (await history(id)).map(({ step, state }) => `${step} ${state}`);

async function noConsents(purposeId: string): Promise<void> {
  const { consents } = await installation.root.ask(
    'query ($tenantId: ID, $purposeId: ID!) { consents(tenantId: $tenantId, filter: { purposeId: { equals: $purposeId } }) { totalCount } }',
    { tenantId: acme.id, purposeId },
  );
  expect(consents.totalCount).toBe(0);
}

describe('X: refused', () => {
  test('another customer, another member and another tenant see no consent and its history, and can change none', async () => {
    const purposeId = await aPurpose();
    const ofCustomer = (await grant(owner, purposeId, { customerId: alder })).consentId;
    const ofManager = (await grant(manager, purposeId)).consentId;
    const seers: readonly [TestUser, string][] = [
      [otherOwner, ofCustomer],
      [gwen, ofCustomer],
      [gil, ofCustomer],
      [resident, ofCustomer],
      [manager, ofCustomer],
      [owner, ofManager],
      [resident, ofManager],
    ];
    for (const [who, id] of seers) {
      const asked = await who.run('query ($id: ID!) { consent(id: $id) { id } }', { id });
      expect(asked.data).toEqual({ consent: null });
      expect((await who.run(HISTORY, { id })).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
      const expected = who === gwen || who === gil ? ['FORBIDDEN'] : ['NOT_FOUND'];
      expect(await codes(who, 'consentRevoke', { id })).toEqual(expected);
      expect(await codes(who, 'consentConfirm', { id })).toEqual(expected);
    }
    expect(await steps(ofCustomer)).toEqual(['GRANT GRANTED']);
  });

  test('support without the right can neither read, subscribe to nor set consents', async () => {
    const purposeId = await aPurpose();
    const FORBIDDEN = [{ extensions: { code: 'FORBIDDEN' } }];
    expect((await sue.run('{ consents { totalCount } }')).errors).toMatchObject(FORBIDDEN);
    expect(await codes(sue, 'consentSetOnBehalf', { input: ofAlder(purposeId) })).toEqual(['FORBIDDEN']);
    for (const field of ['consentChanged', 'consentGranted', 'consentRevoked', 'consentExpired']) {
      const stream = sue.follow(`subscription { ${field} { __typename } }`);
      expect((await stream.next()).errors).toMatchObject(FORBIDDEN);
    }
    await noConsents(purposeId);
  });

  test('no user grants for another subject: a customer of others is not found, and only owners act for their own', async () => {
    const purposeId = await aPurpose();
    const input = shown(purposeId, { customerId: alder });
    expect(await codes(otherOwner, 'consentGrant', { input })).toEqual(['NOT_FOUND']);
    expect(await codes(otherOwner, 'consentRefuse', { input: { purposeId, customerId: alder } })).toEqual([
      'NOT_FOUND',
    ]);
    expect(await codes(manager, 'consentGrant', { input })).toEqual(['FORBIDDEN_CHANGE']);
    for (const who of [cleo, ada, installation.root]) {
      expect(await codes(who, 'consentGrant', { input: shown(purposeId) })).toEqual(['FORBIDDEN']);
      expect(await codes(who, 'consentRefuse', { input: { purposeId } })).toEqual(['FORBIDDEN']);
    }
    await noConsents(purposeId);
  });

  test('staff cannot confirm for the subject, and a request of theirs makes a double opt-in PENDING and nothing else', async () => {
    const purposeId = await aPurpose({ requiresDoubleOptIn: true });
    for (const repeated of [false, true]) {
      const { consent, cursor } = await setOnBehalf(purposeId);
      expect([repeated, consent.state, cursor === null]).toEqual([repeated, 'PENDING', repeated]);
      expect(await codes(cleo, 'consentConfirm', { id: consent.id })).toEqual(['FORBIDDEN']);
      expect(await codes(manager, 'consentConfirm', { id: consent.id })).toEqual(['NOT_FOUND']);
    }
  });

  test('a purpose, a customer or a member of others is not found on behalf of a subject', async () => {
    const purposeId = await aPurpose();
    const foreign = await aPurpose({}, gil);
    const refused = async (by: Person, more: object) =>
      (await refusals(by, 'consentSetOnBehalf', { input: ofAlder(purposeId, more) })).map(
        ({ code, path }) => `${code} ${path.join('.')}`,
      );
    expect([
      await refused(cleo, { purposeId: foreign }),
      await refused(installation.root, { purposeId: foreign }),
      await refused(gwen, {}),
      await refused(cleo, { memberId: otherOwner.userId }),
      await refused(cleo, { memberId: crypto.randomUUID() }),
    ]).toEqual([
      ['NOT_FOUND input.purposeId'],
      ['NOT_FOUND input.purposeId'],
      ['NOT_FOUND input.customerId'],
      ['NOT_FOUND input.memberId'],
      ['NOT_FOUND input.memberId'],
    ]);
    expect(await codes(owner, 'consentGrant', { input: shown(foreign) })).toEqual(['NOT_FOUND']);
    await noConsents(purposeId);
  });

  test('staff set nothing without evidence, and only GRANTED or REVOKED', async () => {
    const purposeId = await aPurpose();
    const { evidenceKind: _kind, ...withoutKind } = ofAlder(purposeId);
    const { evidenceReference: _reference, ...withoutReference } = ofAlder(purposeId);
    for (const input of [withoutKind, withoutReference]) {
      expect(await codes(cleo, 'consentSetOnBehalf', { input })).toEqual(['BAD_USER_INPUT']);
    }
    for (const more of [
      { evidenceReference: ' ' },
      { state: 'PENDING' },
      { state: 'EXPIRED' },
      { language: null },
    ]) {
      expect(await codes(cleo, 'consentSetOnBehalf', { input: ofAlder(purposeId, more) })).toEqual([
        'INVALID_INPUT',
      ]);
    }
    await noConsents(purposeId);
  });

  test('an older notice is refused with the current one, and one that was never published is not found', async () => {
    const purposeId = await aPurpose();
    await publish(purposeId);
    const { data } = await owner.run(
      'mutation ($input: ConsentGrantInput!) { consentGrant(input: $input) { userErrors { code rule path params { name value } } } }',
      { input: shown(purposeId) },
    );
    expect(data.consentGrant.userErrors).toMatchObject([
      {
        code: 'INVALID_STATE',
        rule: 'OLD_NOTICE',
        path: ['input', 'noticeVersion'],
        params: expect.arrayContaining([{ name: 'current', value: '2' }]),
      },
    ]);
    for (const never of [{ noticeVersion: 3 }, { noticeVersion: 2, language: 'fr' }]) {
      expect(await codes(owner, 'consentGrant', { input: shown(purposeId, never) })).toEqual(['NOT_FOUND']);
    }
    await noConsents(purposeId);
  });

  test('an inactive purpose grants and confirms nothing, and is revoked as ever', async () => {
    const purposeId = await aPurpose({ requiresDoubleOptIn: true });
    const { consentId: id } = await grant(owner, purposeId);
    await mutate(ada, 'consentPurposeUpdate', { id: purposeId, input: { isActive: false } });
    expect(await codes(owner, 'consentConfirm', { id })).toEqual(['INVALID_STATE']);
    expect(await codes(manager, 'consentGrant', { input: shown(purposeId) })).toEqual(['INVALID_STATE']);
    expect(await codes(cleo, 'consentSetOnBehalf', { input: ofAlder(purposeId) })).toEqual(['INVALID_STATE']);
    expect((await mutate(owner, 'consentRevoke', { id }, STATE)).consent.state).toBe('REVOKED');
    expect(await codes(owner, 'consentConfirm', { id })).toEqual(['INVALID_STATE']);
  });

  test('a customer with a consent cannot be deleted, in words that do not speak of consents', async () => {
    const customerId = await installation.aCustomer(acme.id, 'Cedar');
    await setOnBehalf(await aPurpose(), { customerId });
    expect(await refusals(sue, 'customerDelete', { id: customerId })).toMatchObject([
      { code: 'IN_USE', message: expect.not.stringMatching(/consent/i) },
    ]);
  });
});

const EVENTS = `subscription ($tenantId: ID, $customerId: ID!, $after: Cursor) {
  consentChanged(tenantId: $tenantId, filter: { customerId: { equals: $customerId } }, after: $after) {
    __typename ... on ConsentEvent { actor { kind id name } consent { state channel version } } } }`;

interface Told {
  readonly __typename: string;
  readonly actor?: { readonly id: string | null; readonly name: string | null };
  readonly consent?: { readonly state: string; readonly channel: string };
}

async function told(who: Person, after: string, tenantId = acme.id): Promise<Told[]> {
  return who.follow(EVENTS, { tenantId, customerId: alder, after }).changesUntilCaughtUp();
}

const summary = (events: readonly Told[]) =>
  events.map(({ __typename, consent }) => `${__typename} ${consent?.state} ${consent?.channel}`);

test('X L O: what a customer grants and revokes reaches its owners, representatives and admins, and no other viewer', async () => {
  const purposeId = await aPurpose();
  const after = await ada.now(acme.id);
  const moments = (who: Person, field: string) =>
    who.follow(`subscription ($after: Cursor) { ${field}(after: $after) { consent { state } } }`, { after });
  const granted = moments(cleo, 'consentGranted');
  const revoked = moments(cleo, 'consentRevoked');
  const unheard = [manager, resident, otherOwner].map((who) => moments(who, 'consentGranted'));
  const { consentId: id } = await grant(owner, purposeId, { customerId: alder });
  await mutate(owner, 'consentRevoke', { id });
  await grant(owner, purposeId, { customerId: alder, language: 'de' });

  const all = [
    'ConsentCreated GRANTED SUBJECT',
    'ConsentUpdated REVOKED SUBJECT',
    'ConsentUpdated GRANTED SUBJECT',
  ];
  for (const who of [owner, cleo, ada]) expect(summary(await told(who, after))).toEqual(all);
  for (const who of [manager, resident, otherOwner]) expect(await told(who, after)).toEqual([]);
  const elsewhere = await gwen.now(globex.id);
  expect(await told(gwen, elsewhere, globex.id)).toEqual([]);
  expect(await granted.take(2)).toEqual(Array(2).fill({ consent: { state: 'GRANTED' } }));
  expect(await revoked.take(1)).toEqual([{ consent: { state: 'REVOKED' } }]);
  expect([granted, revoked, ...unheard].flatMap(({ unread }) => unread)).toEqual([]);
});

test('X L: what a representative sets reaches that subject alone, who learns that staff did it and not who', async () => {
  const purposeId = await aPurpose();
  const after = await ada.now(acme.id);
  const { consentId: id } = await setOnBehalf(purposeId, { memberId: manager.userId });
  await setOnBehalf(purposeId, { memberId: manager.userId, state: 'REVOKED', evidenceKind: 'LETTER' });

  const all = ['ConsentCreated GRANTED STAFF', 'ConsentUpdated REVOKED STAFF'];
  for (const who of [manager, cleo, ada]) expect(summary(await told(who, after))).toEqual(all);
  for (const who of [owner, resident, otherOwner]) expect(await told(who, after)).toEqual([]);
  const named = async (who: Person) => [
    ...(await told(who, after)).map(({ actor }) => actor),
    ...(await history(id, who)).map((record) => (record as unknown as Told).actor),
  ];
  expect(await named(ada)).toEqual(Array(4).fill({ kind: 'USER', id: cleo.userId, name: 'A CSR' }));
  expect(await named(manager)).toEqual(Array(4).fill({ kind: 'USER', id: null, name: null }));

  const EVIDENCE =
    'query ($id: ID!) { consentHistory(id: $id) { nodes { evidenceKind evidenceReference } } }';
  expect((await cleo.ask(EVIDENCE, { id })).consentHistory.nodes).toEqual([
    { evidenceKind: 'CALL', evidenceReference: 'call 4711' },
    { evidenceKind: 'LETTER', evidenceReference: 'call 4711' },
  ]);
  const asked = await manager.run(EVIDENCE, { id });
  expect(JSON.stringify(asked.data)).not.toContain('4711');
  expect(asked.errors).toMatchObject(Array(2).fill({ extensions: { code: 'FORBIDDEN' } }));
});

test('a double opt-in is confirmed by its subject, once, and again after every withdrawal', async () => {
  const purposeId = await aPurpose({ requiresDoubleOptIn: true, validityDays: 1 });
  const { consent: requested } = await grant(owner, purposeId);
  expect(requested).toMatchObject({ state: 'PENDING', version: 1, grantedAt: null });
  const { id } = requested;
  const { consent: confirmed } = await mutate(owner, 'consentConfirm', { id }, STATE);
  expect(confirmed).toMatchObject({ state: 'GRANTED', version: 2 });
  expect(Date.parse(confirmed.expiresAt) - Date.parse(confirmed.grantedAt)).toBe(86_400_000);
  expect((await mutate(owner, 'consentConfirm', { id }, STATE)).cursor).toBeNull();
  await mutate(owner, 'consentRevoke', { id });
  expect((await grant(owner, purposeId)).consent).toMatchObject({
    state: 'PENDING',
    expiresAt: expect.any(String),
  });
  expect(await steps(id)).toEqual([
    'REQUEST PENDING',
    'CONFIRM GRANTED',
    'REVOKE REVOKED',
    'REQUEST PENDING',
  ]);
});

test('a confirmation is of the current notice: one that is published meanwhile must be granted first', async () => {
  const purposeId = await aPurpose({ requiresDoubleOptIn: true });
  const { consentId: id } = await grant(owner, purposeId);
  await publish(purposeId);
  expect(await codes(owner, 'consentConfirm', { id })).toEqual(['INVALID_STATE']);
  await grant(owner, purposeId, { noticeVersion: 2 });
  await mutate(owner, 'consentConfirm', { id });
  expect(await steps(id)).toEqual(['REQUEST PENDING', 'REQUEST PENDING', 'CONFIRM GRANTED']);
});

test('a refusal before any grant is recorded, and repeating what holds writes nothing', async () => {
  const purposeId = await aPurpose();
  const refuse = () => mutate(resident, 'consentRefuse', { input: { purposeId } }, STATE);
  const { consentId: id, consent } = await refuse();
  expect(consent).toMatchObject({ state: 'REVOKED', noticeVersion: null, language: null });
  expect((await refuse()).cursor).toBeNull();
  expect((await mutate(resident, 'consentRevoke', { id }, STATE)).cursor).toBeNull();
  await grant(resident, purposeId, { language: 'de' });
  expect((await grant(resident, purposeId, { language: 'de' })).cursor).toBeNull();
  expect((await grant(resident, purposeId)).cursor).toBeNull();
  expect(await history(id)).toMatchObject([
    { consentVersion: 1, step: 'REVOKE', previousState: null, state: 'REVOKED', language: null },
    {
      consentVersion: 2,
      step: 'GRANT',
      previousState: 'REVOKED',
      state: 'GRANTED',
      noticeVersion: 1,
      language: 'de',
    },
  ]);
});

test('A: a grant that arrives again under its key after a withdrawal gets the first answer and revives nothing', async () => {
  const purposeId = await aPurpose();
  const send = () =>
    mutate(owner, 'consentGrant', { input: shown(purposeId), idempotencyKey: `grant ${purposeId}` }, STATE);
  const first = await send();
  await mutate(owner, 'consentRevoke', { id: first.consentId });
  expect(await send()).toEqual(first);
  expect(await steps(first.consentId)).toEqual(['GRANT GRANTED', 'REVOKE REVOKED']);
});

test('an old version conflicts in every step of a consent', async () => {
  const purposeId = await aPurpose();
  const { consentId: id } = await grant(owner, purposeId, { customerId: alder });
  await mutate(owner, 'consentRevoke', { id, expectedVersion: 1 });
  const expectedVersion = 1;
  expect([
    await codes(owner, 'consentGrant', { input: shown(purposeId, { customerId: alder }), expectedVersion }),
    await codes(owner, 'consentRefuse', { input: { purposeId, customerId: alder }, expectedVersion }),
    await codes(owner, 'consentRevoke', { id, expectedVersion }),
    await codes(owner, 'consentConfirm', { id, expectedVersion }),
    await codes(cleo, 'consentSetOnBehalf', { input: ofAlder(purposeId), expectedVersion }),
  ]).toEqual(Array(5).fill(['VERSION_CONFLICT']));
});

test('A: of first grants that two clients send at the same moment one is written', async () => {
  const purposeId = await aPurpose();
  const both = await Promise.all([
    grant(owner, purposeId),
    grant(owner, purposeId),
    setOnBehalf(purposeId, { memberId: owner.userId }),
  ]);
  expect(new Set(both.map(({ consentId }) => consentId)).size).toBe(1);
  expect(await steps(both[0].consentId)).toEqual(['GRANT GRANTED']);
});

test('a mutation by GET is refused, so no link that is opened changes a consent', async () => {
  const purposeId = await aPurpose({ requiresDoubleOptIn: true });
  const { consentId: id } = await grant(owner, purposeId);
  const query = encodeURIComponent(`mutation { consentConfirm(id: "${id}") { cursor } }`);
  const { status } = await fetch(`${installation.app.url}/graphql?query=${query}`, {
    headers: { authorization: `Bearer ${owner.token}` },
  });
  expect(status).toBe(405);
  expect(await steps(id)).toEqual(['REQUEST PENDING']);
});

test('consentsAsOf shows what held at a time, to the viewers who see the consents, and never the future', async () => {
  const purposeId = await aPurpose();
  const AS_OF =
    'query ($asOf: DateTime!, $purposeId: ID) { consentsAsOf(asOf: $asOf, purposeId: $purposeId) { nodes { state version updatedAt } } }';
  const { consentId: id } = await grant(owner, purposeId, { customerId: alder });
  await mutate(owner, 'consentRevoke', { id });
  const RECORDED = 'query ($id: ID!) { consentHistory(id: $id) { nodes { recordedAt } } }';
  const [first, second] = (await ada.ask(RECORDED, { id })).consentHistory.nodes.map(
    ({ recordedAt }: { recordedAt: string }) => recordedAt,
  );
  const at = async (asOf: string, who: Person = owner) =>
    (await who.ask(AS_OF, { asOf, purposeId })).consentsAsOf.nodes;
  const before = new Date(Date.parse(first) - 1).toISOString();
  expect(await at(before)).toEqual([]);
  expect(await at(first)).toEqual([{ state: 'GRANTED', version: 1, updatedAt: first }]);
  for (const who of [owner, cleo]) {
    expect(await at(second, who)).toEqual([{ state: 'REVOKED', version: 2, updatedAt: second }]);
  }
  for (const who of [manager, otherOwner, gwen]) expect(await at(second, who)).toEqual([]);
  const future = new Date(Date.now() + 60_000).toISOString();
  expect((await owner.run(AS_OF, { asOf: future })).errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});
