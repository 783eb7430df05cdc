import {
  MaintenancePriority as Priority,
  MaintenanceStatus as Status,
} from '../../generated/prisma/client.ts';
import {
  DateTimeFilter,
  enumFilter,
  filterInput,
  IdFilter,
  NullableDateTimeFilter,
  NullableIdFilter,
  NullableStringFilter,
  StringFilter,
} from '../../graph/filter.ts';
import { orderInput } from '../../graph/order-input.ts';
import { MaintenancePriority, MaintenanceStatus } from './request-type.graph.ts';

export const MaintenanceRequestFilter = filterInput('MaintenanceRequest', 'maintenance requests', (t) => ({
  id: t.field({ type: IdFilter, description: 'By id.' }),
  title: t.field({ type: StringFilter, description: 'By title.' }),
  description: t.field({ type: NullableStringFilter, description: 'By description.' }),
  priority: t.field({
    type: enumFilter('MaintenancePriority', MaintenancePriority),
    description: 'By priority.',
  }),
  status: t.field({ type: enumFilter('MaintenanceStatus', MaintenanceStatus), description: 'By status.' }),
  customerId: t.field({ type: IdFilter, description: 'By the id of the customer.' }),
  propertyId: t.field({ type: IdFilter, description: 'By the id of the property.' }),
  unitId: t.field({ type: IdFilter, description: 'By the id of the unit.' }),
  residentId: t.field({ type: NullableIdFilter, description: 'By the id of the resident it belongs to.' }),
  reporterId: t.field({ type: IdFilter, description: 'By the id of who reported it.' }),
  assigneeId: t.field({ type: NullableIdFilter, description: 'By the id of the assignee.' }),
  closedAt: t.field({ type: NullableDateTimeFilter, description: 'By the time of closing.' }),
  createdAt: t.field({ type: DateTimeFilter, description: 'By the time of creation.' }),
  updatedAt: t.field({ type: DateTimeFilter, description: 'By the time of the last change.' }),
}));

export const MaintenanceRequestOrder = orderInput('MaintenanceRequest', 'maintenance requests', {
  TITLE: { column: 'title', description: 'By title.' },
  PRIORITY: {
    column: 'priority',
    values: Object.values(Priority),
    description: 'By priority, from LOW to URGENT.',
  },
  STATUS: { column: 'status', values: Object.values(Status), description: 'By status, from OPEN to CLOSED.' },
  CREATED_AT: { column: 'createdAt', description: 'By the time of creation.' },
  UPDATED_AT: { column: 'updatedAt', description: 'By the time of the last change.' },
});
