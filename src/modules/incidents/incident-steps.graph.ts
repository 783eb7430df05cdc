import type { Input } from '../../core/requests/input.ts';
import { createField, deleteField, rowCommandField, updateField } from '../../graph/commands/row-commands.ts';
import { domainEventField } from '../../graph/events/change-fields.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { rowField } from '../../graph/rows/row-fields.ts';
import { mayWriteStatus } from '../services/services.access.ts';
import {
  incidentReopenInput,
  incidentResolveInput,
  incidentUpdatePostInput,
  postUpdate,
  reopenIncident,
  resolveIncident,
} from './incident-steps.commands.ts';
import { isOpen } from './incident-transitions.ts';
import { incidents, incidentUpdates } from './incidents.access.ts';
import {
  deleteIncident,
  incidentOpenInput,
  incidentUpdateInput,
  openIncident,
  updateIncident,
} from './incidents.commands.ts';
import { IncidentFilter } from './incidents.graph.ts';

createField(
  'incidentOpen',
  incidents,
  incidentOpenInput,
  openIncident,
  'Opens an incident. While one of the owner with the same key is open, it changes nothing and answers with that one.',
);

updateField('incidentUpdate', incidents, incidentUpdateInput, updateIncident);

// Beside the mutation of the same name: a name of the schema is found in one file.
rowField('incidentUpdate', incidentUpdates);

createField(
  'incidentUpdatePost',
  incidentUpdates,
  incidentUpdatePostInput,
  postUpdate,
  'Adds an update to the timeline of an incident, and takes the step that it says.',
);

/** Makes the argument with the update by which an incident takes a step. */
function stepInput<Of extends Input>(name: string, input: Of) {
  return inputType(name, 'The update by which an incident takes a step.', input);
}

const IncidentResolveInput = stepInput('IncidentResolveInput', incidentResolveInput);

rowCommandField('incidentResolve', incidents, {
  description:
    'Resolves an incident: its effects on services end. A posted update with RESOLVED does the same.',
  rule: mayWriteStatus,
  args: (arg) => ({
    input: arg({ type: IncidentResolveInput, required: true, description: 'The update.' }),
  }),
  run: (ctx, args) => resolveIncident(ctx, args),
});

const IncidentReopenInput = stepInput('IncidentReopenInput', incidentReopenInput);

rowCommandField('incidentReopen', incidents, {
  description: 'Reopens an incident that is over: it is INVESTIGATING, and affects its services again.',
  rule: mayWriteStatus,
  args: (arg) => ({
    input: arg({ type: IncidentReopenInput, required: true, description: 'The update.' }),
  }),
  run: (ctx, args) => reopenIncident(ctx, args),
});

deleteField(
  'incidentDelete',
  incidents,
  'Deletes an incident with its updates, which remain in the audit log. Its effects on services end now; those until now remain.',
  deleteIncident,
);

domainEventField('incidentResolved', incidents, {
  description: 'An incident was resolved.',
  filter: IncidentFilter,
  happens: (before, after) => after.status === 'RESOLVED' && before?.status !== 'RESOLVED',
});

domainEventField('incidentReopened', incidents, {
  description: 'An incident was reopened.',
  filter: IncidentFilter,
  happens: (before, after) => before !== null && !isOpen(before.status) && isOpen(after.status),
});
