import { createField, deleteField, updateField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relatedRowsField, relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { properties } from './properties.access.ts';
import {
  createProperty,
  propertyCreateInput,
  propertyUpdateInput,
  updateProperty,
} from './properties.commands.ts';

rowType('Property', properties, {
  description:
    'A building or a piece of land of a customer, visible to the staff and to the users who manage it. A resident sees the `place` of its unit.',
  columns: {
    tenantId: 'The tenant of its customer.',
    customerId: 'The customer it belongs to; it never changes.',
    externalId: 'The id in another system, unique in the tenant. Null if there is none.',
    name: 'The name.',
    address: 'Postal address.',
  },
});

relationField(['Unit', 'Payment', 'MaintenanceRequest'], 'property', properties, {
  description:
    'The property it is in. Null if the viewer may not read properties or not see this one, or if it no longer exists.',
  column: 'propertyId',
  columns: [],
});

const PropertyOrder = orderInput(properties, ['name', 'asc'], {
  externalId: 'By the id in another system. Properties without one come last, with DESC first.',
  name: 'By name.',
  address: 'By address.',
});

relatedRowsField(['Customer', 'Account'], 'properties', properties, {
  description: 'Its properties, by name.',
  column: 'customerId',
  order: ['name', 'asc'],
});

const PropertyFilter = filterInput(properties, {
  customerId: 'By the id of the customer.',
  externalId: 'By the id in another system.',
  name: 'By name.',
  address: 'By address.',
});

rowField('property', properties);

rowsField('properties', properties, { filter: PropertyFilter, order: PropertyOrder });

createField(
  'propertyCreate',
  properties,
  propertyCreateInput,
  createProperty,
  'Creates a property, if the plan of its customer allows one more.',
);

updateField('propertyUpdate', properties, propertyUpdateInput, updateProperty);

deleteField('propertyDelete', properties, 'Deletes a property that has no units.');

changeFields(properties, PropertyFilter, {
  created: 'propertyCreated',
  updated: 'propertyUpdated',
  deleted: 'propertyDeleted',
  all: 'propertyChanged',
});
