import { expect, test } from '@jest/globals';
import { codes, mutate, refusals } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, globex, ada, oona, sue, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN', oona: 'ORGANIZATION_ADMIN', sue: 'SUPPORT' },
  globex: { gil: 'TENANT_ADMIN' },
});
const customerId = await installation.aCustomer(acme.id);
const resident = await installation.aUser('RESIDENT', { tenantId: acme.id, customerId });
const { root } = installation;

const MEMBERS = 'query ($id: ID!) { team(id: $id) { members { nodes { userId user { id } } } } }';
const REMOVED = 'subscription ($after: Cursor) { teamMemberRemoved(after: $after) { teamMemberId } }';

async function aTeam(by: Person, owner: object = {}): Promise<string> {
  return (await mutate(by, 'teamCreate', { input: { name: 'Operations', ...owner } }, 'teamId')).teamId;
}

const add = (by: Person, teamId: string, userId: string) =>
  [by, 'teamMemberAdd', { input: { teamId, userId } }] as const;

const usersOf = async (id: string) =>
  (await root.ask(MEMBERS, { id })).team.members.nodes.map(({ userId }: { userId: string }) => userId);

test('a team is refused to a customer’s own user, to support, and in a tenant or an organization of others', async () => {
  expect(await codes(resident, 'teamCreate', { input: { name: 'Mine' } })).toEqual(['FORBIDDEN']);
  expect(await codes(sue, 'teamCreate', { input: { name: 'Mine' } })).toEqual(['FORBIDDEN']);
  for (const owner of [{ tenantId: globex.id }, { organizationId: acme.organizationId }]) {
    expect(await codes(ada, 'teamCreate', { input: { name: 'Theirs', ...owner } })).toEqual(['NOT_FOUND']);
  }
  expect(await codes(root, 'teamCreate', { input: { name: 'Nowhere' } })).toEqual(['INVALID_INPUT']);
  const both = { tenantId: acme.id, organizationId: acme.organizationId };
  expect(await codes(root, 'teamCreate', { input: { name: 'Both', ...both } })).toEqual(['INVALID_INPUT']);
});

test('a tenant sees the teams of its organization, and changes none; another tenant does not see them', async () => {
  const id = await aTeam(oona);
  expect((await sue.ask('query ($id: ID!) { team(id: $id) { tenantId } }', { id })).team).toEqual({
    tenantId: null,
  });
  expect((await gil.ask('query ($id: ID!) { team(id: $id) { id } }', { id })).team).toBeNull();
  const [refused] = await refusals(ada, 'teamUpdate', { id, input: { name: 'Ours' } });
  expect(refused?.code).toBe('FORBIDDEN_CHANGE');
  expect(await codes(gil, 'teamUpdate', { id, input: { name: 'Ours' } })).toEqual(['NOT_FOUND']);
  expect(await codes(ada, 'teamDelete', { id })).toEqual(['FORBIDDEN_CHANGE']);
});

test('the members of a tenant’s team are its staff: no resident, no administrator above it, no user of another tenant', async () => {
  const teamId = await aTeam(ada);
  expect(await codes(...add(ada, teamId, resident.userId))).toEqual(['INVALID_INPUT']);
  expect(await codes(...add(root, teamId, oona.userId))).toEqual(['INVALID_INPUT']);
  expect(await codes(...add(root, teamId, gil.userId))).toEqual(['INVALID_INPUT']);
  expect(await codes(...add(ada, teamId, gil.userId))).toEqual(['NOT_FOUND']);
  await mutate(...add(ada, teamId, sue.userId));
  expect(await codes(...add(ada, teamId, sue.userId))).toEqual(['ALREADY_EXISTS']);
  expect(await usersOf(teamId)).toEqual([sue.userId]);
});

test('the members of an organization’s team are its administrators and the staff of its tenants', async () => {
  const teamId = await aTeam(oona);
  await mutate(...add(oona, teamId, oona.userId));
  await mutate(...add(oona, teamId, ada.userId));
  expect(await codes(...add(root, teamId, gil.userId))).toEqual(['INVALID_INPUT']);
  expect(await usersOf(teamId)).toEqual([oona.userId, ada.userId]);
});

test('a member who is deleted or leaves the staff leaves its teams in the same change, and its colleagues receive it', async () => {
  const teamId = await aTeam(ada);
  const [leaving, deleted] = [
    await installation.aUser('CSR', { tenantId: acme.id }),
    await installation.aUser('CSR', { tenantId: acme.id }),
  ];
  for (const { userId } of [leaving, deleted]) await mutate(...add(ada, teamId, userId));
  const [stream, unheard] = [
    sue.follow(REMOVED, { after: await sue.now(acme.id) }),
    gil.follow(REMOVED, { after: await gil.now(globex.id) }),
  ];
  await mutate(ada, 'userRoleSet', { id: leaving.userId, role: 'MANAGER', customerId });
  await mutate(ada, 'userDelete', { id: deleted.userId });
  expect(await stream.take(2)).toHaveLength(2);
  expect(await usersOf(teamId)).toEqual([]);
  expect(unheard.unread).toEqual([]);
});

test('a team in use cannot be deleted; one with members can, and they leave it', async () => {
  const id = await aTeam(ada);
  await mutate(...add(ada, id, sue.userId));
  const input = { name: 'Portal', teamId: id };
  const { serviceId } = await mutate(ada, 'serviceCreate', { input }, 'serviceId');
  expect(await codes(ada, 'teamDelete', { id })).toEqual(['IN_USE']);
  expect(await usersOf(id)).toEqual([sue.userId]);
  await mutate(ada, 'serviceUpdate', { id: serviceId, input: { teamId: null } });
  expect(await codes(ada, 'teamDelete', { id })).toEqual([]);
});
