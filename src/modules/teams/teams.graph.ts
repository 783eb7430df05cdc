import { createField, deleteField, updateField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { organizations } from '../organizations/organizations.access.ts';
import { teams } from './teams.access.ts';
import { createTeam, deleteTeam, teamCreateInput, teamUpdateInput, updateTeam } from './teams.commands.ts';

rowType('Team', teams, {
  description:
    'Users of the staff who look after services, incidents and maintenance together: of a tenant, or of an organization and so of all its tenants.',
  columns: {
    tenantId: 'The tenant. Null if its organization shares it with all its tenants.',
    name: 'The name.',
    description: 'The description. Null if there is none.',
  },
});

relationField('Team', 'organization', organizations, {
  description: 'The organization. Null if the viewer may not see it.',
  column: 'organizationId',
});

relationField('MaintenanceRequest', 'team', teams, {
  description: 'The team that looks after it. Null if there is none, or if the viewer may not see it.',
  column: 'teamId',
});

const TeamFilter = filterInput(teams, {
  tenantId: 'By the id of the tenant; one that is shared has none.',
  name: 'By name.',
  description: 'By description.',
});

const TeamOrder = orderInput(teams, ['name', 'asc'], { name: 'By name.' });

rowField('team', teams);

rowsField('teams', teams, { filter: TeamFilter, order: TeamOrder });

createField('teamCreate', teams, teamCreateInput, createTeam);

updateField('teamUpdate', teams, teamUpdateInput, updateTeam);

deleteField('teamDelete', teams, 'Deletes a team to which nothing refers, with its memberships.', deleteTeam);

changeFields(teams, TeamFilter, {
  created: 'teamCreated',
  updated: 'teamUpdated',
  deleted: 'teamDeleted',
  all: 'teamChanged',
});
