import { rowBefore } from '../../core/rows/change.ts';
import type { Service } from '../../generated/prisma/client.ts';
import { createField, deleteField, rowCommandField, updateField } from '../../graph/commands/row-commands.ts';
import { changeFields, domainEventField } from '../../graph/events/change-fields.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { clearServiceStatus, setServiceStatus } from './service-overrides.commands.ts';
import { ServiceFilter, ServiceOrder, ServiceStatus } from './service-type.graph.ts';
import { mayWriteStatus, services } from './services.access.ts';
import {
  createService,
  deleteService,
  serviceCreateInput,
  serviceUpdateInput,
  updateService,
} from './services.commands.ts';

rowField('service', services);

rowsField('services', services, { filter: ServiceFilter, order: ServiceOrder });

createField('serviceCreate', services, serviceCreateInput, createService);

updateField('serviceUpdate', services, serviceUpdateInput, updateService);

deleteField(
  'serviceDelete',
  services,
  'Deletes a service that no open incident and no maintenance window that has not ended affects.',
  deleteService,
);

rowCommandField('serviceStatusSet', services, {
  description:
    'Overrides the status of a service, whatever incidents and maintenance windows give, in place of an earlier override and its end.',
  rule: mayWriteStatus,
  args: (arg) => ({
    status: arg({ type: ServiceStatus, required: true, description: 'The status.' }),
    reason: arg.string({ required: true, description: 'The reason, for the staff; at most 200 characters.' }),
    until: arg({
      type: 'DateTime',
      description: 'The end, from which on the status is derived again. If omitted: there is none.',
    }),
  }),
  run: (ctx, args) => setServiceStatus(ctx, args),
});

rowCommandField('serviceStatusClear', services, {
  description: 'Ends the override of a service, which then has the status that is derived now.',
  rule: mayWriteStatus,
  args: () => ({}),
  run: (ctx, args) => clearServiceStatus(ctx, args),
});

changeFields(services, ServiceFilter, {
  created: 'serviceCreated',
  updated: 'serviceUpdated',
  deleted: 'serviceDeleted',
  all: 'serviceChanged',
});

domainEventField('serviceStatusChanged', services, {
  description: 'A service changed its status.',
  filter: ServiceFilter,
  happens: (before, after) => before !== null && before.status !== after.status,
  fields: (t) => ({
    from: t.field({
      type: ServiceStatus,
      description: 'The status before.',
      resolve: ({ change }) => (rowBefore(change) as Service & typeof change.image).status,
    }),
    to: t.field({
      type: ServiceStatus,
      description: 'The status after.',
      resolve: ({ change }) => (change.image as Service & typeof change.image).status,
    }),
  }),
});
