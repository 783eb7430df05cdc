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

export const MaintenanceRequestFilter = filterInput(
  'MaintenanceRequest',
  'requests for maintenance',
  (t) => ({
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
    residentId: t.field({ type: NullableIdFilter, description: 'By the id of the resident whose it is.' }),
    assigneeId: t.field({ type: NullableIdFilter, description: 'By the id of who is to see to it.' }),
    closedAt: t.field({ type: NullableDateTimeFilter, description: 'By the time of closing.' }),
    createdAt: t.field({ type: DateTimeFilter, description: 'By the time of creation.' }),
    updatedAt: t.field({ type: DateTimeFilter, description: 'By the time of the last change.' }),
  }),
);

// Not by priority or status: a page begins behind a value, and PostgreSQL is asked for what is greater, which Prisma
// cannot ask of an enum.
export const MaintenanceRequestOrder = orderInput('MaintenanceRequest', 'requests for maintenance', {
  TITLE: { column: 'title', description: 'By title.' },
  CREATED_AT: { column: 'createdAt', description: 'By the time of creation.' },
  UPDATED_AT: { column: 'updatedAt', description: 'By the time of the last change.' },
});
