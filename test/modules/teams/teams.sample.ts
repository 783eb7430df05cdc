import type { Person } from '../../support/person.ts';
import type { Place, RoomSample } from '../../support/room-sample.ts';

/** The texts of a team. */
function texts(place: Place) {
  return { name: place.text(), description: place.text() };
}

const STAFF = `query ($tenantId: ID!) {
  users(tenantId: $tenantId, first: 1, filter: { role: { equals: TENANT_ADMIN } }) { nodes { id } }
}`;
const MEMBERS = `query ($id: ID!) { team(id: $id) { members(first: 1) { nodes { id } } } }`;
const ADD = `mutation ($input: TeamMemberAddInput!) {
  teamMemberAdd(input: $input) { teamMemberId userErrors { message } }
}`;

/** Finds the member of the team of a place, a user of its staff, whom it makes a member if the team has none. */
async function memberOf({ ids }: Pick<Place, 'ids'>, root: Person): Promise<string> {
  const [member] = (await root.ask(MEMBERS, { id: ids.Team })).team.members.nodes;
  if (member) return member.id;
  const [{ id: userId }] = (await root.ask(STAFF, { tenantId: ids.Tenant })).users.nodes;
  const input = { teamId: ids.Team, userId };
  return (await root.ask(ADD, { input })).teamMemberAdd.teamMemberId;
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'Team',
      needs: ['Tenant'],
      create: (place) => ['teamCreate', { input: { tenantId: place.ids.Tenant, ...texts(place) } }],
      change: (place) => ['teamUpdate', { input: texts(place) }],
      remove: 'teamDelete',
    },
    { type: 'TeamMember', needs: ['Team', 'User'], find: memberOf },
  ],
  async story({ run, another, text, ids, root }) {
    const teamId = await another('Team');
    const aColleague = async (): Promise<string> => {
      const email = `${text()}@lockstep.test`;
      const user = {
        tenantId: ids.Tenant,
        role: 'CSR',
        name: text(),
        email,
        password: 'a password of a team',
      };
      return (await run('userCreate', { input: user }, root, 'userId')).userId;
    };
    const add = (userId: string) => run('teamMemberAdd', { input: { teamId, userId } }, root, 'teamMemberId');
    const userId = await aColleague();
    const { teamMemberId: id } = await add(userId);
    await run('teamMemberRemove', { id });
    await add(userId);
    await run('userDelete', { id: userId });
    await add(await aColleague());
  },
};
