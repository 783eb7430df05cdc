import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { organizations } from '../organizations/organizations.access.ts';
import { teams } from '../teams/teams.access.ts';
import { services, staffMayReadStatus } from './services.access.ts';

export const ServiceStatus = enumType(
  'ServiceStatus',
  'How a service works, each worse than the one before.',
  {
    OPERATIONAL: 'As it should.',
    UNDER_MAINTENANCE: 'Planned work is going on.',
    DEGRADED_PERFORMANCE: 'Slower or less than usual.',
    PARTIAL_OUTAGE: 'Not at all for a part of its users.',
    MAJOR_OUTAGE: 'Not at all.',
  },
);

enumType('StatusSource', 'What gives a service its status.', {
  NONE: 'Nothing holds: the service is OPERATIONAL.',
  OVERRIDE: 'A user of the staff has set it. It precedes all others.',
  INCIDENT: 'An open incident: the worst status of all incidents and windows is one of an incident.',
  MAINTENANCE: 'A maintenance window: it is worse than what the open incidents give.',
});

rowType('Service', services, {
  description:
    'Something that works or does not: of a tenant, or of an organization, which shares it with all its tenants.',
  columns: {
    tenantId: 'The tenant. Null if its organization shares it with all its tenants.',
    name: 'The name.',
    group: 'The group, by whose name services stand together. Null if it is in none.',
    description: 'The description. Null if there is none.',
    position: 'The position among the services, the smallest first.',
    isPublic: 'Whether the public page shows it.',
    status: 'The override if there is one, otherwise the derived status.',
    statusSource: 'What gives it its status.',
    derivedStatus:
      'The worst that open incidents and running maintenance windows give; OPERATIONAL if nothing.',
    overrideStatus: 'The status that a user of the staff has set. Null if none is set.',
    overrideReason: {
      rule: staffMayReadStatus,
      description:
        'The reason for the override. Null if there is none, or if the viewer is not of the staff.',
    },
    overrideUntil: 'The end of the override. Null if there is none, or if it has no end.',
  },
});

relationField('Service', 'organization', organizations, {
  description: 'The organization. Null if the viewer may not see it.',
  column: 'organizationId',
});

relationField('Service', 'team', teams, {
  description: 'The team that looks after it. Null if there is none, or if the viewer may not see it.',
  column: 'teamId',
});

export const ServiceFilter = filterInput(services, {
  tenantId: 'By the id of the tenant; one that is shared has none.',
  teamId: 'By the id of the team.',
  name: 'By name.',
  group: 'By group.',
  description: 'By description.',
  position: 'By position.',
  isPublic: 'By whether the public page shows it.',
  status: 'By status.',
  statusSource: 'By what gives it its status.',
  derivedStatus: 'By the status without an override.',
  overrideStatus: 'By the status that was set.',
  overrideUntil: 'By the end of the override.',
});

export const ServiceOrder = orderInput(services, ['position', 'asc'], {
  position: 'By position.',
  name: 'By name.',
  group: 'By group. Services without one come last, with DESC first.',
  isPublic: 'By whether the public page shows it: those that it shows come last.',
  status: 'By status, OPERATIONAL first and MAJOR_OUTAGE last.',
  statusSource: 'By what gives it its status, from NONE to MAINTENANCE.',
  derivedStatus: 'By the status without an override, OPERATIONAL first and MAJOR_OUTAGE last.',
  overrideStatus: 'By the status that was set. Services without one come last, with DESC first.',
  overrideUntil: 'By the end of the override. Services without one come last, with DESC first.',
});
