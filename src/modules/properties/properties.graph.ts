import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import { tenantInScope } from '../../core/scope.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Property as PropertyRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { changeFields } from '../../graph/change-fields.ts';
import { commandField } from '../../graph/command-field.ts';
import { connectionType } from '../../graph/connection-type.ts';
import { DateTimeFilter, filterInput, IdFilter, StringFilter, toWhere } from '../../graph/filter.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { Node } from '../../graph/node.ts';
import { orderInput } from '../../graph/order-input.ts';
import { expectedVersionArg, idempotencyKeyArg, tenantArg } from '../../graph/shared-args.ts';
import { propertiesVisibleTo } from './properties.access.ts';
import { propertyEntity } from './properties.changes.ts';
import { createProperty, deleteProperty, updateProperty } from './properties.commands.ts';

export const Property = builder.prismaObject('Property', {
  description:
    'A building or a piece of land that a customer has, as the staff and those who run it see it. A resident sees the `place` of its unit.',
  interfaces: [Node],
  rule: may('properties:read'),
  fields: (t) => ({
    tenantId: t.exposeID('tenantId', { description: 'The tenant of its customer.' }),
    customerId: t.exposeID('customerId', { description: 'The customer it belongs to; it never changes.' }),
    name: t.exposeString('name', { description: 'The name.' }),
    address: t.exposeString('address', { description: 'Postal address.' }),
  }),
});

const PropertyFilter = filterInput('Property', 'properties', (t) => ({
  id: t.field({ type: IdFilter, description: 'By id.' }),
  customerId: t.field({ type: IdFilter, description: 'By the id of the customer.' }),
  name: t.field({ type: StringFilter, description: 'By name.' }),
  address: t.field({ type: StringFilter, description: 'By address.' }),
  createdAt: t.field({ type: DateTimeFilter, description: 'By the time of creation.' }),
  updatedAt: t.field({ type: DateTimeFilter, description: 'By the time of the last change.' }),
}));

const PropertyOrder = orderInput('Property', 'properties', {
  NAME: { column: 'name', description: 'By name.' },
  ADDRESS: { column: 'address', description: 'By address.' },
  CREATED_AT: { column: 'createdAt', description: 'By the time of creation.' },
  UPDATED_AT: { column: 'updatedAt', description: 'By the time of the last change.' },
});

export const PropertyConnection = connectionType('Property', Property);

builder.queryField('property', (t) =>
  t.prismaField({
    type: Property,
    nullable: true,
    rule: may('properties:read'),
    description: 'One property. Null if there is none that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'The id of the property.' }) },
    resolve: (query, _root, { id }, ctx) => {
      const visible = toPrismaWhere(propertiesVisibleTo(requireViewer(ctx).viewer));
      return ctx.db.property.findFirst({ ...query, where: { AND: [{ id }, visible] } });
    },
  }),
);

builder.queryField('properties', (t) =>
  t.field({
    type: PropertyConnection,
    rule: may('properties:read'),
    description: 'The properties of a tenant that the viewer may see, by name unless ordered otherwise.',
    args: {
      tenantId: tenantArg(t.arg),
      filter: t.arg({ type: PropertyFilter, description: 'Only properties that match this filter.' }),
      orderBy: t.arg({ type: PropertyOrder, description: 'The order of the list.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { tenantId: named, filter, orderBy, ...args }, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const tenantId = tenantInScope(viewer, named);
      const wanted = toWhere(filter, { schema, typeName: 'Property', viewer });
      return listPage<PropertyRow>(ctx, {
        args,
        orderBy,
        defaultOrder: { column: 'name', direction: 'asc' },
        where: { AND: [{ tenantId }, propertiesVisibleTo(viewer), wanted] },
        feed: tenantId,
        find: (query) => ctx.db.property.findMany(query),
        count: (where) => ctx.db.property.count({ where }),
      });
    },
  }),
);

const PropertyCreateInput = builder.inputType('PropertyCreateInput', {
  description: 'A new property.',
  fields: (t) => ({
    customerId: t.id({
      description: 'The customer it belongs to. May be left out by members: it is theirs.',
    }),
    name: t.string({ required: true, description: 'The name, 200 characters at most.' }),
    address: t.string({ required: true, description: 'Postal address, at most 500 characters.' }),
  }),
});

const PropertyUpdateInput = builder.inputType('PropertyUpdateInput', {
  description: 'Changes to a property. An omitted field keeps its value.',
  fields: (t) => ({
    name: t.string({ description: 'The name, 200 characters at most.' }),
    address: t.string({ description: 'Postal address, at most 500 characters.' }),
  }),
});

commandField('propertyCreate', {
  description: 'Creates a property, if the plan of its customer allows one more.',
  rule: may('properties:write'),
  noun: 'property',
  type: Property,
  args: (arg) => ({
    input: arg({ type: PropertyCreateInput, required: true, description: 'The new property.' }),
    idempotencyKey: idempotencyKeyArg(arg),
  }),
  run: (ctx, { input, idempotencyKey }) => createProperty(ctx, input, idempotencyKey),
});

commandField('propertyUpdate', {
  description: 'Changes the given fields of a property.',
  rule: may('properties:write'),
  noun: 'property',
  type: Property,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the property.' }),
    input: arg({ type: PropertyUpdateInput, required: true, description: 'What to change.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, input, expectedVersion }) => updateProperty(ctx, id, input, expectedVersion),
});

commandField('propertyDelete', {
  description: 'Deletes a property that has no units.',
  rule: may('properties:write'),
  noun: 'property',
  type: Property,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the property.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, expectedVersion }) => deleteProperty(ctx, id, expectedVersion),
});

changeFields({
  noun: 'property',
  typeName: 'Property',
  type: Property,
  entity: propertyEntity,
  rule: may('properties:read'),
  visibleTo: propertiesVisibleTo,
  feed: tenantInScope,
  isOfTenant: true,
  filter: PropertyFilter,
  fields: {
    created: 'propertyCreated',
    updated: 'propertyUpdated',
    deleted: 'propertyDeleted',
    all: 'propertyChanged',
  },
});
