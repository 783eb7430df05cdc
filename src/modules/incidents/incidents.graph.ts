import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { organizations } from '../organizations/organizations.access.ts';
import { staffMayReadStatus } from '../services/services.access.ts';
import { mayReadTeams, teams } from '../teams/teams.access.ts';
import { users } from '../users/users.access.ts';
import { servicesField } from './affected-services.graph.ts';
import { incidents } from './incidents.access.ts';

enumType('IncidentStatus', 'Status of an incident.', {
  INVESTIGATING: 'The cause is not known.',
  IDENTIFIED: 'The cause is known.',
  MONITORING: 'A fix is in place and watched.',
  RESOLVED: 'Over: it affects no service any more.',
  POSTMORTEM: 'Over, and looked into.',
});

enumType('IncidentImpact', 'How bad an incident is.', {
  NONE: 'Not noticed.',
  MINOR: 'Noticed by some.',
  MAJOR: 'Noticed by most.',
  CRITICAL: 'Nothing works.',
});

rowType('Incident', incidents, {
  description:
    'An unplanned disturbance of services: of a tenant, or of an organization and so of all its tenants.',
  columns: {
    tenantId: 'The tenant. Null if it is of the organization, and so shared by all its tenants.',
    title: 'The title.',
    impact: 'How bad it is.',
    status: 'The status.',
    startedAt: 'When it began.',
    isBackdated: 'Whether it began before it was opened.',
    resolvedAt: 'When it was resolved. Null while it is open.',
    lastStepAt: 'The last change of its status, of its services or of their statuses.',
    key: {
      rule: staffMayReadStatus,
      description:
        'The name that a monitoring system gives to what it reports. Null if it has none, or the viewer is not staff.',
    },
    leadId: {
      rule: staffMayReadStatus,
      description:
        'The user of the staff who leads the work, who may no longer exist. Null if there is none, or the viewer is not staff.',
    },
    internalUpdates: {
      rule: staffMayReadStatus,
      description: 'The number of updates that only staff sees. Null if the viewer is not staff.',
    },
  },
  fields: (t) => ({
    services: servicesField(t),
  }),
});

relationField('Incident', 'organization', organizations, {
  description: 'The organization. Null if the viewer may not see it.',
  column: 'organizationId',
});

relationField('Incident', 'team', teams, {
  description: 'The team that works on it. Null if there is none, or the viewer may not see it.',
  column: 'teamId',
  rule: mayReadTeams,
});

relationField('Incident', 'lead', users, {
  description:
    'The user of the staff who leads the work. Null if there is none, or the viewer may not see it.',
  column: 'leadId',
  columns: [],
  rule: staffMayReadStatus,
});

export const IncidentFilter = filterInput(incidents, {
  title: 'By title.',
  impact: 'By impact.',
  status: 'By status.',
  startedAt: 'By the time when it began.',
  isBackdated: 'By whether it began before it was opened.',
  resolvedAt: 'By the time when it was resolved.',
  lastStepAt: 'By the time of the last change of its status, of its services or of their statuses.',
  serviceIds: 'By the id of a service that it affects.',
  teamId: 'By the id of the team that works on it.',
  leadId: { idOf: 'User', description: 'By the id of the user who leads the work.' },
  key: 'By the key.',
  internalUpdates: 'By the number of updates that only staff sees.',
});

rowField('incident', incidents);

/** The order of lists of incidents. */
export const IncidentOrder = orderInput(incidents, ['startedAt', 'desc'], {
  title: 'By title.',
  impact: 'By impact, from NONE to CRITICAL.',
  status: 'By status, from INVESTIGATING to POSTMORTEM.',
  startedAt: 'By the time when it began.',
  isBackdated: 'By whether it began before it was opened: those that did come last.',
  resolvedAt: 'By the time when it was resolved. Those that are open come last, with DESC first.',
  lastStepAt: 'By the time of the last change of its status, of its services or of their statuses.',
  internalUpdates: 'By the number of updates that only staff sees.',
});

changeFields(incidents, IncidentFilter, {
  created: 'incidentOpened',
  updated: 'incidentUpdated',
  deleted: 'incidentDeleted',
  all: 'incidentChanged',
});
