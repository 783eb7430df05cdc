import { expect, test } from '@jest/globals';
import {
  acme,
  ada,
  alder,
  aPurpose,
  grant,
  history,
  installation,
  manager,
  owner,
  resident,
  setOnBehalf,
  steps,
} from '../support/consent-stage.ts';
import { TEST_PASSWORD } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';

// Whatever else happens to a subject, a consent changes by its steps alone, and only the viewers who see it notice.

test('updates of a customer and its members, in bulk too, change no consent and write no record', async () => {
  const purposeId = await aPurpose();
  const { consentId: ofCustomer } = await setOnBehalf(purposeId);
  const { consentId: ofMember } = await grant(manager, purposeId);
  await mutate(manager, 'consentRevoke', { id: ofMember });
  const before = [await history(ofCustomer), await history(ofMember)];
  await mutate(ada, 'customerUpdate', {
    id: alder,
    input: { company: 'Alder & Sons', email: 'new@alder.test' },
  });
  await mutate(installation.root, 'userUpdate', { id: manager.userId, input: { name: 'Imported Again' } });
  const { bulkJobId } = await mutate(
    ada,
    'usersAttributesUpdate',
    { ids: [manager.userId], add: ['imported'] },
    'bulkJobId',
  );
  const JOB = 'query ($id: ID!) { bulkJob(id: $id) { status succeededCount } }';
  while ((await ada.ask(JOB, { id: bulkJobId })).bulkJob.status !== 'COMPLETED');
  expect((await ada.ask(JOB, { id: bulkJobId })).bulkJob.succeededCount).toBe(1);
  expect([await history(ofCustomer), await history(ofMember)]).toEqual(before);
});

test('a new user with the address of a deleted one has none of its consents', async () => {
  const place = { tenantId: acme.id, customerId: alder };
  const first = await installation.aUser('RESIDENT', place);
  const purposeId = await aPurpose();
  const { consentId: id } = await grant(first, purposeId);
  await mutate(installation.root, 'userDelete', { id: first.userId });
  const input = { ...place, role: 'RESIDENT', email: first.email, name: 'Another', password: TEST_PASSWORD };
  const { userId } = await mutate(installation.root, 'userCreate', { input }, 'userId');
  const { consents } = await ada.ask(
    'query ($userId: ID!) { consents(filter: { memberId: { equals: $userId } }) { totalCount } }',
    { userId },
  );
  expect(consents.totalCount).toBe(0);
  expect(await steps(id)).toEqual(['GRANT GRANTED']);
});

test('X: a viewer who may not see a consent receives no event while it changes fifty times', async () => {
  const purposeId = await aPurpose();
  const others = [resident, manager];
  const CHANGED =
    'subscription { consentChanged { __typename ... on ConsentEvent { consent { memberId state } } } }';
  const streams = others.map((who) => who.follow(CHANGED));
  for (const stream of streams) await stream.changesUntilCaughtUp();
  for (let round = 0; round < 25; round += 1) {
    const { consentId: id } = await grant(owner, purposeId, { customerId: alder });
    await mutate(owner, 'consentRevoke', { id });
  }
  for (const who of others) await grant(who, purposeId);
  for (const [index, { userId: memberId }] of others.entries())
    expect(await streams[index]?.change()).toMatchObject({ consent: { memberId, state: 'GRANTED' } });
});

test.each(['GET', 'HEAD'])('a %s changes no consent, whatever link it follows', async (method) => {
  const purposeId = await aPurpose({ requiresDoubleOptIn: true });
  const { consentId: id } = await grant(owner, purposeId);
  for (const mutation of ['consentConfirm', 'consentRevoke']) {
    const query = encodeURIComponent(`mutation { ${mutation}(id: "${id}") { cursor } }`);
    const { status } = await fetch(`${installation.app.url}/graphql?query=${query}`, {
      method,
      headers: { authorization: `Bearer ${owner.token}` },
    });
    expect(status).toBe(405);
  }
  expect(await steps(id)).toEqual(['REQUEST PENDING']);
});
