import { expect, test } from '@jest/globals';
import {
  acme,
  ada,
  alder,
  aPurpose,
  cleo,
  gil,
  globex,
  grant,
  gwen,
  installation,
  manager,
  ofAlder,
  otherOwner,
  owner,
  publish,
  resident,
  STATE,
  setOnBehalf,
  steps,
  sue,
} from '../support/consent-stage.ts';
import type { TestUser } from '../support/installation.ts';
import { codes, mutate } from '../support/mutate.ts';

const { organizationId } = acme;
const olga = await installation.aUser('ORGANIZATION_ADMIN', { organizationId });
const otto = await installation.aUser('ORGANIZATION_ADMIN', { organizationId: globex.organizationId });
const tess = await installation.aUser('MANAGER', { tenantId: acme.id, customerId: alder });
const pia = await installation.aUser('PLATFORM_SUPPORT', {});

/** The subscriptions that say when they have caught up. */
const FIELDS = ['consentChanged', 'changes'];
/** The subscriptions of one kind of event, in the order in which a grant and a revocation come by them. */
const MOMENTS = ['consentCreated', 'consentGranted', 'consentUpdated', 'consentRevoked'];

interface Event {
  readonly __typename: string;
  readonly consent?: { readonly state: string };
}

/** The states that a viewer receives of a subscription until it has caught up, or the code of its refusal. */
async function received(who: TestUser, field: string, after: string, tenantId: string) {
  const stream = who.follow(
    `subscription ($tenantId: ID, $after: Cursor) { ${field}(tenantId: $tenantId, after: $after) {
      __typename ... on ConsentEvent { consent { state } } } }`,
    { tenantId, after },
  );
  const { data, errors } = await stream.next();
  if (errors) return errors[0]?.extensions.code;
  const first: Event = Object.values(data ?? {})[0] as never; // as `Stream.event` gives it
  const others = first.__typename === 'FeedPosition' ? [] : await stream.changesUntilCaughtUp();
  return [first, ...(others as Event[])].flatMap(({ consent }) => consent?.state ?? []);
}

/** Everything that happens to a consent: its subject and staff change it, and a notice requires it again. */
async function aHistory(subject: TestUser, who: object): Promise<{ id: string; after: string }> {
  const purposeId = await aPurpose();
  const after = await ada.now(acme.id);
  const { consentId: id } = await grant(subject, purposeId, who);
  await mutate(subject, 'consentRevoke', { id });
  await setOnBehalf(purposeId, { memberId: subject.userId, ...('customerId' in who && { memberId: null }) });
  await publish(purposeId, ada, { requiresConsentAgain: true });
  while ((await steps(id)).length < 4);
  return { id, after };
}

const HISTORY = ['GRANTED', 'REVOKED', 'GRANTED', 'PENDING'];
const ofCustomer = await aHistory(owner, { customerId: alder });
const ofTess = await aHistory(tess, {});

/** Everything that a viewer receives by each subscription since the first history. */
async function receivedByAll(who: TestUser, tenantId = acme.id) {
  const after = tenantId === acme.id ? ofCustomer.after : await gil.now(globex.id);
  const counted = FIELDS.map(async (field) => [field, await received(who, field, after, tenantId)]);
  return Object.fromEntries(await Promise.all(counted));
}

const ALL_EMPTY = Object.fromEntries(FIELDS.map((field) => [field, []]));

/** Everything that a viewer gets who asks for a consent, its history, and all consents. */
async function asked(who: TestUser, id: string) {
  const ask = async (query: string) => {
    const { data, errors } = await who.run(query, query.includes('$id') ? { id } : {});
    return errors?.[0]?.extensions.code ?? data;
  };
  return [
    await ask('query ($id: ID!) { consent(id: $id) { state } }'),
    await ask('query ($id: ID!) { consentHistory(id: $id) { nodes { step } } }'),
    await ask('{ consents { totalCount } }'),
  ];
}

test('X L: the subject and the staff receive every change of a consent', async () => {
  expect(await received(owner, 'consentChanged', ofCustomer.after, acme.id)).toEqual(HISTORY);
  expect(await received(tess, 'consentChanged', ofCustomer.after, acme.id)).toEqual(HISTORY);
  for (const who of [cleo, ada, olga, pia])
    expect(await received(who, 'consentChanged', ofTess.after, acme.id)).toEqual(HISTORY);
});

test.each([
  ['an owner of another customer', otherOwner],
  ['a manager of the same customer', manager],
  ['a resident of the same customer', resident],
])('X: %s receives nothing of the consents of a customer and its members', async (_name, who) => {
  expect(await receivedByAll(who)).toEqual(ALL_EMPTY);
  for (const { id } of [ofCustomer, ofTess])
    expect(await asked(who, id)).toEqual([{ consent: null }, 'NOT_FOUND', { consents: { totalCount: 0 } }]);

  const streams = MOMENTS.map((field) =>
    who.follow(`subscription ($after: Cursor) { ${field}(after: $after) { consent { id } } }`, {
      after: ofCustomer.after,
    }),
  );
  const { consentId: id } = await grant(who, await aPurpose());
  await mutate(who, 'consentRevoke', { id });
  for (const stream of streams) expect(await stream.take(1)).toEqual([{ consent: { id } }]);
});

test('X: an owner receives nothing of the consents of a member of its customer, nor the member of its owner’s', async () => {
  expect(await received(owner, 'consentChanged', ofTess.after, acme.id)).toEqual([]);
  expect((await asked(owner, ofTess.id)).slice(0, 2)).toEqual([{ consent: null }, 'NOT_FOUND']);
  expect((await asked(tess, ofCustomer.id)).slice(0, 2)).toEqual([{ consent: null }, 'NOT_FOUND']);
});

test.each([
  ['an administrator of another tenant', gil],
  ['a representative of another tenant', gwen],
])('X: %s receives nothing, and may not subscribe there', async (_name, who) => {
  expect(await receivedByAll(who, globex.id)).toEqual(ALL_EMPTY);
  expect(await received(who, 'consentChanged', ofCustomer.after, acme.id)).toBe('NOT_FOUND');
  expect(await asked(who, ofCustomer.id)).toEqual([
    { consent: null },
    'NOT_FOUND',
    { consents: { totalCount: 0 } },
  ]);
  expect(
    await codes(who, 'consentSetOnBehalf', { input: ofAlder(await aPurpose({}, who === gil ? gil : ada)) }),
  ).toEqual(['NOT_FOUND']);
});

test('X: an administrator of another organization receives nothing', async () => {
  expect(await received(otto, 'consentChanged', ofCustomer.after, acme.id)).toBe('NOT_FOUND');
  expect((await asked(otto, ofCustomer.id)).slice(0, 2)).toEqual([{ consent: null }, 'NOT_FOUND']);
});

test('X: support without the right receives no consent in any stream, is refused every query, and sets none', async () => {
  expect(await receivedByAll(sue)).toEqual({ consentChanged: 'FORBIDDEN', changes: [] });
  for (const field of MOMENTS)
    expect(await received(sue, field, ofCustomer.after, acme.id)).toBe('FORBIDDEN');
  expect(await asked(sue, ofCustomer.id)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
  expect(await codes(sue, 'consentSetOnBehalf', { input: ofAlder(await aPurpose()) })).toEqual(['FORBIDDEN']);
});

test('an administrator of the organization sets consents on behalf, with evidence, and support of the platform reads and sets none', async () => {
  const purposeId = await aPurpose();
  const input = ofAlder(purposeId);
  expect((await mutate(olga, 'consentSetOnBehalf', { input }, STATE)).consent.state).toBe('GRANTED');
  expect(await codes(pia, 'consentSetOnBehalf', { input })).toEqual(['FORBIDDEN']);
});
