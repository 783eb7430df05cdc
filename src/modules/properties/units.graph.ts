import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import { tenantInScope } from '../../core/scope.ts';
import { seesOnlyOwn } from '../../core/visibility.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Unit as UnitRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { changeFields } from '../../graph/change-fields.ts';
import { commandField } from '../../graph/command-field.ts';
import { toWhere } from '../../graph/filter.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { expectedVersionArg, idempotencyKeyArg, tenantArg } from '../../graph/shared-args.ts';
import { unitsVisibleTo } from './properties.access.ts';
import { unitEntity } from './properties.changes.ts';
import { Unit, UnitConnection, UnitFilter, UnitOrder } from './unit-type.graph.ts';
import { createUnit, deleteUnit, setUnitResident, updateUnit } from './units.commands.ts';

builder.queryField('unit', (t) =>
  t.prismaField({
    type: Unit,
    nullable: true,
    rule: may('units:read'),
    description: 'One unit. Null if there is none that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'The id of the unit.' }) },
    resolve: (query, _root, { id }, ctx) => {
      const visible = toPrismaWhere(unitsVisibleTo(requireViewer(ctx).viewer));
      return ctx.db.unit.findFirst({ ...query, where: { AND: [{ id }, visible] } });
    },
  }),
);

builder.queryField('units', (t) =>
  t.field({
    type: UnitConnection,
    rule: may('units:read'),
    description:
      'The units of a tenant that the viewer may see, by label unless ordered otherwise: a resident sees those it rents.',
    args: {
      tenantId: tenantArg(t.arg),
      filter: t.arg({ type: UnitFilter, description: 'Only units that match this filter.' }),
      orderBy: t.arg({ type: UnitOrder, description: 'The order of the list.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { tenantId: named, filter, orderBy, ...args }, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const tenantId = tenantInScope(viewer, named);
      const wanted = toWhere(filter, { schema, typeName: 'Unit', viewer });
      return listPage<UnitRow>(ctx, {
        args,
        orderBy,
        defaultOrder: { column: 'label', direction: 'asc' },
        where: { AND: [{ tenantId }, unitsVisibleTo(viewer), wanted] },
        feed: tenantId,
        find: (query) => ctx.db.unit.findMany(query),
        count: (where) => ctx.db.unit.count({ where }),
      });
    },
  }),
);

const UnitCreateInput = builder.inputType('UnitCreateInput', {
  description: 'A new unit.',
  fields: (t) => ({
    propertyId: t.id({ required: true, description: 'The property it is part of.' }),
    label: t.string({
      required: true,
      description: 'What it is called, unique in the property, 100 characters at most.',
    }),
    residentId: t.id({ description: 'Who rents it: a RESIDENT among the members of the same customer.' }),
  }),
});

const UnitUpdateInput = builder.inputType('UnitUpdateInput', {
  description: 'Changes to a unit. An omitted field keeps its value.',
  fields: (t) => ({
    label: t.string({ description: 'What it is called, unique in the property, 100 characters at most.' }),
  }),
});

commandField('unitCreate', {
  description: 'Creates a unit of a property.',
  rule: may('properties:write'),
  noun: 'unit',
  type: Unit,
  args: (arg) => ({
    input: arg({ type: UnitCreateInput, required: true, description: 'The new unit.' }),
    idempotencyKey: idempotencyKeyArg(arg),
  }),
  run: (ctx, { input, idempotencyKey }) => createUnit(ctx, input, idempotencyKey),
});

commandField('unitUpdate', {
  description: 'Changes the given fields of a unit.',
  rule: may('properties:write'),
  noun: 'unit',
  type: Unit,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the unit.' }),
    input: arg({ type: UnitUpdateInput, required: true, description: 'What to change.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, input, expectedVersion }) => updateUnit(ctx, id, input, expectedVersion),
});

commandField('unitResidentSet', {
  description:
    'Sets who rents a unit. The unit becomes vacant when that user is deleted, is no longer a RESIDENT or moves to another customer.',
  rule: may('properties:write'),
  noun: 'unit',
  type: Unit,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the unit.' }),
    residentId: arg.id({
      description:
        'A RESIDENT among the members of the same customer; null makes the unit vacant. Must be given.',
    }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, residentId, expectedVersion }) => setUnitResident(ctx, id, residentId, expectedVersion),
});

commandField('unitDelete', {
  description: 'Deletes a unit for which no payments were recorded and no maintenance was requested.',
  rule: may('properties:write'),
  noun: 'unit',
  type: Unit,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the unit.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, expectedVersion }) => deleteUnit(ctx, id, expectedVersion),
});

changeFields({
  noun: 'unit',
  typeName: 'Unit',
  type: Unit,
  entity: unitEntity,
  rule: may('units:read'),
  visibleTo: unitsVisibleTo,
  isPersonal: seesOnlyOwn,
  feed: tenantInScope,
  isOfTenant: true,
  filter: UnitFilter,
  fields: { created: 'unitCreated', updated: 'unitUpdated', deleted: 'unitDeleted', all: 'unitChanged' },
});
