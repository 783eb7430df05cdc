import './teams.graph.ts';
import './team-members.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './teams.access.ts';
import { teamEntity, teamMemberEntity } from './teams.changes.ts';
import { demo } from './teams.demo.ts';
import { leaveTeams, leaveTeamsOfOrganization } from './teams.reactions.ts';

rooms.add({
  entities: [teamEntity, teamMemberEntity],
  reactions: [leaveTeams, leaveTeamsOfOrganization],
  permissions,
  demo,
  personal: {
    Team: {
      none: ['id', 'organizationId', 'tenantId', 'name', 'description', 'version', 'createdAt', 'updatedAt'],
    },
    TeamMember: {
      about: { user: ['userId'] },
      export: ['id', 'teamId', 'createdAt', 'updatedAt'],
      none: ['organizationId', 'tenantId', 'userId', 'version'],
    },
  },
});
