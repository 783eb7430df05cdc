import { createField, deleteField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relatedRowsField, relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { users } from '../users/users.access.ts';
import { addTeamMember, removeTeamMember, teamMemberAddInput } from './team-members.commands.ts';
import { teamMembers, teams } from './teams.access.ts';

rowType('TeamMember', teamMembers, {
  description: "A user's membership of a team. It ends when the user leaves the staff of the team's owner.",
  columns: {
    tenantId: 'The tenant of the team. Null if the team is of an organization.',
    teamId: 'The team.',
    userId: 'The user.',
  },
});

relationField('TeamMember', 'team', teams, {
  description: 'The team. Null only if an error occurred.',
  column: 'teamId',
});

relationField('TeamMember', 'user', users, {
  description: 'The user. Null if the viewer may not see that user.',
  column: 'userId',
});

relatedRowsField('Team', 'members', teamMembers, {
  description: 'Its members, the longest first.',
  column: 'teamId',
  order: ['createdAt', 'asc'],
});

const TeamMemberFilter = filterInput(teamMembers, { teamId: 'By team.', userId: 'By user.' });

const TeamMemberOrder = orderInput(teamMembers, ['createdAt', 'asc'], {});

rowField('teamMember', teamMembers);

rowsField('teamMembers', teamMembers, { filter: TeamMemberFilter, order: TeamMemberOrder });

createField(
  'teamMemberAdd',
  teamMembers,
  teamMemberAddInput,
  addTeamMember,
  'Makes a user of the staff a member of a team.',
);

deleteField('teamMemberRemove', teamMembers, 'Ends a membership of a team.', removeTeamMember);

changeFields(teamMembers, TeamMemberFilter, {
  created: 'teamMemberAdded',
  deleted: 'teamMemberRemoved',
  all: 'teamMemberChanged',
});
