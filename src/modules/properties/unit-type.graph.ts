import { may } from '../../core/rules.ts';
import type { Property as PropertyRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { connectionType } from '../../graph/connection-type.ts';
import { DateTimeFilter, filterInput, IdFilter, NullableIdFilter, StringFilter } from '../../graph/filter.ts';
import { rowLoader } from '../../graph/loader.ts';
import { Node } from '../../graph/node.ts';
import { orderInput } from '../../graph/order-input.ts';
import { placesVisibleTo } from './properties.access.ts';

const UnitPlace = builder.objectRef<PropertyRow>('UnitPlace').implement({
  description: 'Where a unit is: what a resident learns of the property.',
  rule: may('units:read'),
  fields: (t) => ({
    propertyName: t.exposeString('name', { description: 'The name of the property.' }),
    address: t.exposeString('address', { description: 'The address of the property.' }),
  }),
});

const placeOfId = rowLoader({
  find: ({ property }, ids) => property.findMany({ where: { id: { in: ids } } }),
  visibleTo: placesVisibleTo,
});

export const Unit = builder.prismaObject('Unit', {
  description:
    'A rentable part of a property: a flat, a shop, a parking space. Its resident sees it; neighbours do not.',
  interfaces: [Node],
  rule: may('units:read'),
  fields: (t) => ({
    tenantId: t.exposeID('tenantId', { description: 'The tenant of its customer.' }),
    customerId: t.exposeID('customerId', { description: 'The customer it belongs to.' }),
    propertyId: t.exposeID('propertyId', {
      nullable: true,
      rule: may('properties:read'),
      description: 'The property it is part of. Null if the viewer may not read properties.',
    }),
    place: t.field({
      type: UnitPlace,
      nullable: true,
      columns: [],
      description: 'Where it is. Null if the property is gone by now.',
      resolve: ({ propertyId }, _args, ctx) => placeOfId(ctx, propertyId),
    }),
    label: t.exposeString('label', {
      description:
        'What it is called in its property, e.g. the number on the door; no two are called the same.',
    }),
    residentId: t.exposeID('residentId', {
      nullable: true,
      description: 'The user who rents it. Null if it is vacant.',
    }),
  }),
});

export const UnitConnection = connectionType('Unit', Unit);

export const UnitFilter = filterInput('Unit', 'units', (t) => ({
  id: t.field({ type: IdFilter, description: 'By id.' }),
  customerId: t.field({ type: IdFilter, description: 'By the id of the customer.' }),
  propertyId: t.field({ type: IdFilter, description: 'By the id of the property.' }),
  residentId: t.field({ type: NullableIdFilter, description: 'By the id of who rents it.' }),
  label: t.field({ type: StringFilter, description: 'By label.' }),
  createdAt: t.field({ type: DateTimeFilter, description: 'By the time of creation.' }),
  updatedAt: t.field({ type: DateTimeFilter, description: 'By the time of the last change.' }),
}));

export const UnitOrder = orderInput('Unit', 'units', {
  LABEL: { column: 'label', description: 'By label.' },
  CREATED_AT: { column: 'createdAt', description: 'By the time of creation.' },
  UPDATED_AT: { column: 'updatedAt', description: 'By the time of the last change.' },
});
