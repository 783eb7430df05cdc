import { beforeAll, expect, test } from '@jest/globals';
import {
  acme,
  ada,
  alder,
  aPurpose,
  cleo,
  installation,
  ofAlder,
  owner,
  setOnBehalf,
} from '../support/consent-stage.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';

/** The secrets of the staff: the name, the address and the id of the representative, and the evidence. */
const NAME = 'Canary Zimmermann';
const EVIDENCE = 'canary-call-4711';
const SECRETS = [NAME, EVIDENCE, cleo.email, cleo.userId];

const CONSENT = 'id state channel staffTeam version';
const RECORD = 'step channel staffTeam actor { kind isOfPlatform id name }';
const EVENT = `__typename ... on ConsentEvent { actor { kind isOfPlatform id name } changedFields consent { ${CONSENT} } }`;

const member = { tenantId: acme.id, customerId: alder };
const auditor = await installation.aUser('OWNER', member);

beforeAll(async () => {
  await mutate(installation.root, 'userUpdate', { id: cleo.userId, input: { name: NAME } });
  const input = { permissions: ['audit:read', 'diffs:read'] };
  await mutate(installation.root, 'userUpdate', { id: auditor.userId, input });
});

/** Everything that a viewer gets of a consent, in queries, streams and the audit log, with the errors. */
async function allOf(who: Person, id: string, after: string): Promise<string> {
  const variables = { id, tenantId: acme.id, customerId: alder };
  const asked = await who.run(
    `query ($id: ID!, $tenantId: ID, $customerId: ID!) {
      consent(id: $id) { ${CONSENT} }
      consents(tenantId: $tenantId, filter: { customerId: { equals: $customerId } }) { nodes { ${CONSENT} } }
      consentHistory(id: $id) { nodes { ${RECORD} evidenceKind evidenceReference } }
      auditLog(tenantId: $tenantId, filter: { entity: { equals: CONSENT } }) {
        nodes { actor { kind id name } actorId ip changedFields changes { field before after } } } }`,
    variables,
  );
  const events = [];
  for (const field of ['consentChanged', 'changes']) {
    const stream = who.follow(
      `subscription ($tenantId: ID, $after: Cursor) { ${field}(tenantId: $tenantId, after: $after) { ${EVENT} } }`,
      { tenantId: acme.id, after },
    );
    events.push(await stream.changesUntilCaughtUp());
  }
  return JSON.stringify([asked, events]);
}

test('X: in history, events and the audit log the subject learns that staff acted and of which team, and in no byte who or by what evidence', async () => {
  const purposeId = await aPurpose();
  const after = await ada.now(acme.id);
  const { consentId: id } = await setOnBehalf(purposeId, { evidenceReference: EVIDENCE });
  await setOnBehalf(purposeId, { state: 'REVOKED', evidenceReference: EVIDENCE });
  for (const who of [owner, auditor]) {
    const received = await allOf(who, id, after);
    expect(SECRETS.filter((secret) => received.includes(secret))).toEqual([]);
    expect(received).toContain('"staffTeam":"CUSTOMER_SERVICE"');
  }
  expect(await allOf(auditor, id, after)).toContain(
    '{"field":"staffTeam","before":null,"after":"CUSTOMER_SERVICE"}',
  );
  const ofStaff = await allOf(ada, id, after);
  expect(SECRETS.filter((secret) => !ofStaff.includes(secret))).toEqual([cleo.email]);
});

test('the team is that of the role, and what the subject or the clock does later is of no team', async () => {
  const purposeId = await aPurpose();
  const { organizationId } = acme;
  const olga = await installation.aUser('ORGANIZATION_ADMIN', { organizationId });
  const sam = await installation.aUser('SUPPORT', { tenantId: acme.id });
  const input = { permissions: ['consents:write', 'consents:read'] };
  await mutate(installation.root, 'userUpdate', { id: sam.userId, input });
  const states = ['GRANTED', 'REVOKED'];
  let id = '';
  for (const [index, who] of [cleo, sam, ada, olga, installation.root].entries()) {
    const set = { input: ofAlder(purposeId, { state: states[index % 2] }) };
    id = (await mutate(who, 'consentSetOnBehalf', set, 'consentId')).consentId;
  }
  await mutate(owner, 'consentRevoke', { id });
  const { consent, consentHistory } = await owner.ask(
    `query ($id: ID!) { consent(id: $id) { staffTeam } consentHistory(id: $id) { nodes { staffTeam } } }`,
    { id },
  );
  expect(consentHistory.nodes.map(({ staffTeam }: { staffTeam: string }) => staffTeam)).toEqual([
    'CUSTOMER_SERVICE',
    'SUPPORT',
    'ADMINISTRATION',
    'ORGANIZATION',
    'PLATFORM',
    null,
  ]);
  expect(consent.staffTeam).toBeNull();
});
