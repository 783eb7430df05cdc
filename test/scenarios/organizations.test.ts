import { beforeAll, expect, test } from '@jest/globals';
import { mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const TEAMS = `subscription ($tenantId: ID, $after: Cursor) { teamChanged(tenantId: $tenantId, after: $after) {
  __typename ... on TeamCreated { team { name } } ... on TeamUpdated { team { name } } ... on TeamDeleted { teamId } } }`;
const CHANGES = `subscription ($organizationId: ID) { changes(organizationId: $organizationId, types: [TEAM]) {
  __typename ... on TeamEvent { team { name } } } }`;
const TENANTS =
  'subscription { tenantChanged { __typename ... on TenantCreated { tenant { id } } ... on TenantDeleted { tenantId } } }';
const LIST = '{ teams { feedCursor nodes { id name } } }';

const { installation, acme, globex, ada, olga, gil, gus } = await aStage({
  acme: { ada: 'TENANT_ADMIN', olga: 'ORGANIZATION_ADMIN' },
  globex: { gil: 'TENANT_ADMIN', gus: 'ORGANIZATION_ADMIN' },
});
const { root } = installation;
const TO_GLOBEX = { id: acme.id, input: { organizationId: globex.organizationId } };
const TO_ACME = { id: acme.id, input: { organizationId: acme.organizationId } };

/** The shared teams that were deleted before the tenant moves. */
const deleted: string[] = [];
let node: Awaited<ReturnType<typeof installation.anotherNode>>;

beforeAll(async () => {
  node = await installation.anotherNode();
});

async function aTeam(by: Person, owner: object, name: string): Promise<string> {
  const input = { ...owner, name };
  const { teamCreate } = await by.ask(
    'mutation ($input: TeamCreateInput!) { teamCreate(input: $input) { team { id } userErrors { message } } }',
    { input },
  );
  return teamCreate.team.id;
}

const created = (name: string) => ({ __typename: 'TeamCreated', team: { name } });

test('45: a tenant moves only where the viewer sees both organizations, and not while its rows refer to shared ones', async () => {
  expect(
    (
      await olga.run(
        'mutation ($id: ID!, $input: TenantUpdateInput!) { tenantUpdate(id: $id, input: $input) { tenant { id } } }',
        TO_GLOBEX,
      )
    ).errors?.[0]?.extensions.code,
  ).toBe('FORBIDDEN');
  expect(
    await refusals(root, 'tenantUpdate', { id: acme.id, input: { organizationId: crypto.randomUUID() } }),
  ).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'organizationId'] }]);
  const teamId = await aTeam(olga, { organizationId: acme.organizationId }, 'referred');
  const service = { input: { tenantId: acme.id, name: 'door', teamId } };
  const { serviceCreate } = await root.ask(
    'mutation ($input: ServiceCreateInput!) { serviceCreate(input: $input) { service { id } userErrors { message } } }',
    service,
  );
  expect(await refusals(root, 'tenantUpdate', TO_GLOBEX)).toMatchObject([
    {
      code: 'IN_USE',
      message: expect.stringContaining('refer to one'),
      path: ['input', 'organizationId'],
    },
  ]);
  await mutate(root, 'serviceUpdate', { id: serviceCreate.service.id, input: { teamId: null } });
  await mutate(root, 'teamDelete', { id: teamId });
  deleted.push(teamId);
});

test('45 X: the feed of an organization is for its own users and those of the platform', async () => {
  const { organizationId } = acme;
  for (const person of [gil, gus, ada]) {
    const refused = await person.follow(CHANGES, { organizationId }).next();
    expect(refused.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    const { errors } = await person.run('query ($id: ID) { auditLog(organizationId: $id) { totalCount } }', {
      id: organizationId,
    });
    expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  }
  for (const person of [olga, root]) {
    const stream = person.follow(CHANGES, { organizationId });
    expect(await stream.changesUntilCaughtUp()).toEqual([]);
    await aTeam(olga, { organizationId }, 'watched');
    expect(await stream.change()).toMatchObject(created('watched'));
    await stream.close();
  }
});

test('45 X: a tenant’s user who names its organization reads through its tenant, where no user of another tenant is named', async () => {
  const { organizationId } = acme;
  const tenantId = await installation.anotherTenant(organizationId);
  const nora = await installation.aUser('TENANT_ADMIN', { tenantId });
  const { userId } = await installation.aUser('CSR', { tenantId });
  const teamId = await aTeam(olga, { organizationId }, 'of all');
  await mutate(olga, 'teamMemberAdd', { input: { teamId, userId } });
  const after = await ada.now(acme.id);
  const stream = ada.follow(
    'subscription ($id: ID, $after: Cursor) { teamMemberRemoved(organizationId: $id, after: $after) { actor { id name } } }',
    { id: organizationId, after },
  );
  await mutate(nora, 'userDelete', { id: userId });
  expect(await stream.take(1)).toEqual([{ actor: { id: null, name: 'A user of another tenant' } }]);
  await mutate(olga, 'teamDelete', { id: teamId });
  deleted.push(teamId);
  // It comes to the tenant later, and is none of the events of the next test.
  const gone = ada.follow('subscription ($after: Cursor) { teamDeleted(after: $after) { teamId } }', {
    after,
  });
  while (((await gone.event()) as { teamId: string }).teamId !== teamId);
});

test('45 S X: what an organization shares reaches its tenant on any node, leaves with a move and comes back with another, in running and in resumed streams', async () => {
  const { organizationId } = acme;
  const { feedCursor: after, nodes: before } = (await ada.ask(LIST)).teams;
  const running = ada.at(node).follow(TEAMS, { after });
  const elsewhere = gil.follow(TEAMS, { after: (await gil.ask(LIST)).teams.feedCursor });
  const sharedByAcme = await aTeam(olga, { organizationId }, 'of Acme Group');
  expect(await running.change()).toEqual(created('of Acme Group'));
  const own = await aTeam(ada, { tenantId: acme.id }, 'own');
  expect(await running.change()).toEqual(created('own'));
  await aTeam(gus, { organizationId: globex.organizationId }, 'of Globex Group');
  expect(await elsewhere.change()).toEqual(created('of Globex Group'));

  const [ofOlga, ofGus] = [olga.follow(TENANTS), gus.follow(TENANTS)];
  const overTenant = olga.at(node).follow(TEAMS, { tenantId: acme.id });
  for (const stream of [ofOlga, ofGus, overTenant]) await stream.changesUntilCaughtUp();
  await mutate(root, 'tenantUpdate', TO_GLOBEX);

  expect(await ofOlga.change()).toEqual({ __typename: 'TenantDeleted', tenantId: acme.id });
  expect(await ofGus.change()).toEqual({ __typename: 'TenantCreated', tenant: { id: acme.id } });
  expect((await overTenant.next()).errors).toMatchObject([{ extensions: { code: 'SUBSCRIPTION_REVOKED' } }]);
  // A client that resumes from before a deletion cannot see it any more: it is among what the move takes away.
  const kept = [...before.map(({ id }: { id: string }) => id), sharedByAcme];
  const lost = [...kept, ...deleted];
  const moved = await running.changes(lost.length + 2);
  const gone = moved.filter(({ __typename }) => __typename === 'TeamDeleted').map(({ teamId }) => teamId);
  expect(gone.toSorted()).toEqual(lost.toSorted());
  expect(moved.filter(({ __typename }) => __typename !== 'TeamDeleted')).toEqual([
    { __typename: 'TeamUpdated', team: { name: 'own' } },
    created('of Globex Group'),
  ]);
  const { teams } = await ada.ask(LIST);
  expect(teams.nodes).toMatchObject([{ name: 'of Globex Group' }, { id: own, name: 'own' }]);

  const resumed = await ada.at(node).follow(TEAMS, { after }).changesUntilCaughtUp();
  expect(JSON.stringify(resumed)).not.toContain('of Acme Group');
  expect(resumed).toContainEqual({ __typename: 'TeamDeleted', teamId: sharedByAcme });
  for (const person of [ada, gus]) {
    const log = await person.ask(
      'query ($id: ID) { auditLog(tenantId: $id, first: 100) { nodes { entityId } } }',
      {
        id: acme.id,
      },
    );
    expect(log.auditLog.nodes.length).toBeGreaterThan(0);
    expect(JSON.stringify(log)).not.toContain(sharedByAcme);
  }
  const { team } = await root.ask('query ($id: ID!) { team(id: $id) { organization { id } } }', { id: own });
  expect(team.organization.id).toBe(globex.organizationId);

  await mutate(root, 'tenantUpdate', TO_ACME);
  const back = await running.changes(kept.length + 2);
  expect(back).toContainEqual(created('of Acme Group'));
  expect(back.filter(({ __typename }) => __typename === 'TeamDeleted')).toHaveLength(1);
  expect(elsewhere.unread.filter(({ data }) => JSON.stringify(data).includes('Acme'))).toEqual([]);
});
