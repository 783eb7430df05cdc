import { expect, test } from '@jest/globals';
import {
  acme,
  ada,
  alder,
  aPurpose,
  cleo,
  globex,
  grant,
  gwen,
  history,
  installation,
  manager,
  ofAlder,
  otherOwner,
  owner,
  publish,
  resident,
  STATE,
  setOnBehalf,
  shown,
  steps,
} from '../support/consent-stage.ts';
import { codes, mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';

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
