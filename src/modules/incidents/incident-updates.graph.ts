import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relatedRowsField, relationField } from '../../graph/rows/relations.ts';
import { rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { incidents, incidentUpdates } from './incidents.access.ts';

enumType('UpdateVisibility', 'Who sees an update of an incident.', {
  PUBLIC: 'Every reader of the public page, and all users.',
  TENANT: 'All users of the tenant, or of all tenants of the organization.',
  STAFF: 'Staff alone: no user of a customer learns of it.',
});

rowType('IncidentUpdate', incidentUpdates, {
  description: 'One entry of the timeline of an incident. It is never changed.',
  columns: {
    tenantId: 'The tenant. Null if the incident is of the organization, and so shared by all its tenants.',
    incidentId: 'The incident.',
    status: 'The status of the incident from then on; of a note, the one that it had at that time.',
    message: 'What was known.',
    visibility: 'Who sees it.',
    occurredAt: 'When it happened.',
    isBackdated: 'Whether it was added later than it happened.',
  },
});

relationField('IncidentUpdate', 'incident', incidents, {
  description: 'The incident. Null if it was deleted.',
  column: 'incidentId',
  columns: [],
});

relatedRowsField('Incident', 'updates', incidentUpdates, {
  description: 'The updates that the viewer may see, the earliest first.',
  column: 'incidentId',
  order: ['occurredAt', 'asc'],
});

const IncidentUpdateFilter = filterInput(incidentUpdates, {
  incidentId: 'By the id of the incident.',
  status: 'By status.',
  message: 'By message.',
  visibility: 'By who sees it.',
  occurredAt: 'By the time when it happened.',
  isBackdated: 'By whether it was added later than it happened.',
});

const IncidentUpdateOrder = orderInput(incidentUpdates, ['occurredAt', 'desc'], {
  occurredAt: 'By the time when it happened.',
  status: 'By status, from INVESTIGATING to POSTMORTEM.',
  visibility: 'By who sees it, from PUBLIC to STAFF.',
  isBackdated: 'By whether it was added later than it happened: those that were come last.',
});

rowsField('incidentUpdates', incidentUpdates, { filter: IncidentUpdateFilter, order: IncidentUpdateOrder });

changeFields(incidentUpdates, IncidentUpdateFilter, {
  created: 'incidentUpdatePosted',
  deleted: 'incidentUpdateDeleted',
  all: 'incidentUpdateChanged',
});
