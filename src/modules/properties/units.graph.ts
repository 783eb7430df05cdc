import { may } from '../../core/rights/rules.ts';
import type { Property } from '../../generated/prisma/client.ts';
import { createField, deleteField, rowCommandField, updateField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relatedRowsField, relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { users } from '../users/users.access.ts';
import { places, units } from './properties.access.ts';
import {
  createUnit,
  deleteUnit,
  setUnitResident,
  unitCreateInput,
  unitUpdateInput,
  updateUnit,
} from './units.commands.ts';

rowType('Unit', units, {
  description:
    'A rentable part of a property: a flat, a shop, a parking space. Its resident sees it; neighbours do not.',
  columns: {
    tenantId: 'The tenant of its customer.',
    customerId: 'The customer it belongs to.',
    externalId: 'The id in another system, unique in the tenant. Null if there is none.',
    propertyId: {
      rule: may('properties:read'),
      description: 'The property it is part of. Null if the viewer may not read properties.',
    },
    label: 'The label, e.g. the number on the door; unique in its property.',
    residentId: 'The user who rents it. Null if it is vacant.',
  },
});

relationField('Unit', 'resident', users, {
  description: 'Who rents it. Null if it is vacant or the viewer may not see that user.',
  column: 'residentId',
});

builder.objectRef<Property>('UnitPlace').implement({
  description: 'The name and address of the property of a unit, which residents may read.',
  rule: places.rule,
  fields: (t) => ({
    propertyName: t.exposeString('name', { description: 'The name of the property.' }),
    address: t.exposeString('address', { description: 'The address of the property.' }),
  }),
});

relationField('Unit', 'place', places, {
  description: 'The place of the unit. Null if the property no longer exists.',
  column: 'propertyId',
  columns: [],
});

relationField(['Payment', 'MaintenanceRequest'], 'unit', units, {
  description:
    'The unit it is about. Null if the viewer may not see it: a resident who has moved out does not.',
  column: 'unitId',
  columns: [],
});

const UnitOrder = orderInput(units, ['label', 'asc'], {
  externalId: 'By the id in another system. Units without one come last, with DESC first.',
  label: 'By label.',
});

relatedRowsField('Property', 'units', units, {
  description: 'Its units, by label.',
  column: 'propertyId',
  order: ['label', 'asc'],
});

const UnitFilter = filterInput(units, {
  customerId: 'By the id of the customer.',
  externalId: 'By the id in another system.',
  propertyId: 'By the id of the property.',
  residentId: { idOf: 'User', description: 'By the id of the user who rents it.' },
  label: 'By label.',
});

rowField('unit', units);

rowsField('units', units, {
  filter: UnitFilter,
  order: UnitOrder,
  description:
    'The units of a tenant that the viewer may see, by label unless ordered otherwise: a resident sees those it rents.',
});

createField('unitCreate', units, unitCreateInput, createUnit);

updateField('unitUpdate', units, unitUpdateInput, updateUnit);

rowCommandField('unitResidentSet', units, {
  description:
    'Sets the resident of a unit. The unit becomes vacant when that user is deleted, is no longer a RESIDENT or moves to another customer.',
  rule: may('properties:write'),
  args: (arg) => ({
    residentId: arg.id({
      description:
        'A RESIDENT among the members of the same customer; null makes the unit vacant. Must be given.',
      ...idOf('User'),
    }),
  }),
  run: (ctx, args) => setUnitResident(ctx, args),
});

deleteField(
  'unitDelete',
  units,
  'Deletes a unit for which no payments were recorded and no maintenance was requested.',
  deleteUnit,
);

changeFields(units, UnitFilter, {
  created: 'unitCreated',
  updated: 'unitUpdated',
  deleted: 'unitDeleted',
  all: 'unitChanged',
});
