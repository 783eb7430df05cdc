import { requireViewer } from '../../core/context.ts';
import { PLATFORM_FEED } from '../../core/feed.ts';
import { may } from '../../core/rules.ts';
import { levelInScope } from '../../core/scope.ts';
import { matches } from '../../core/where.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Attribute as AttributeRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { changeFields } from '../../graph/change-fields.ts';
import { commandField } from '../../graph/command-field.ts';
import { connectionType } from '../../graph/connection-type.ts';
import {
  DateTimeFilter,
  enumFilter,
  filterInput,
  IdFilter,
  StringFilter,
  toWhere,
} from '../../graph/filter.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { Node } from '../../graph/node.ts';
import { orderInput } from '../../graph/order-input.ts';
import { expectedVersionArg, idempotencyKeyArg } from '../../graph/shared-args.ts';
import { fileAccessPoliciesVisibleTo } from '../file-access-policies/file-access-policies.access.ts';
import { removeAttribute } from './attribute-removal.commands.ts';
import { attributesUsableIn, attributesVisibleTo } from './attributes.access.ts';
import { attributeEntity } from './attributes.changes.ts';
import { addAttribute, poolInScope, updateAttribute } from './attributes.commands.ts';

const AttributeScope = builder.enumType('AttributeScope', {
  description: 'Whose pool an attribute belongs to.',
  values: {
    PLATFORM: { description: 'The platform’s: people of every tenant may hold it.' },
    TENANT: { description: 'A tenant’s own. It shadows one of the platform of the same name.' },
  } as const,
});

const AttributeValueType = builder.enumType('AttributeValueType', {
  description: 'Value type of an attribute.',
  values: {
    BOOLEAN: { description: 'No value: the attribute is held or not. A user’s entry is `name`.' },
    STRING: { description: 'A string. A user’s entry is `name=text`.' },
    NUMBER: { description: 'A number. A user’s entry is `name=3` or `name=-0.5`.' },
    DATE_TIME: { description: 'A date and time. A user’s entry is `name=2026-05-02T16:20:00Z`.' },
  } as const,
});

const Attribute = builder.prismaObject('Attribute', {
  description:
    'An attribute that users can hold and file-access policies can refer to by name, in the platform’s pool or a tenant’s.',
  interfaces: [Node],
  rule: may('attributes:read'),
  fields: (t) => ({
    tenantId: t.exposeID('tenantId', {
      nullable: true,
      description: 'The tenant whose pool it belongs to. Null in the platform’s pool.',
    }),
    scope: t.expose('scope', { type: AttributeScope, description: 'Whose pool it belongs to.' }),
    name: t.exposeString('name', { description: 'The name, unique in its pool. It never changes.' }),
    valueType: t.expose('valueType', {
      type: AttributeValueType,
      description: 'Value type. It never changes.',
    }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'Description. Null if not set.',
    }),
  }),
});

const AttributeFilter = filterInput('Attribute', 'attributes', (t) => ({
  id: t.field({ type: IdFilter, description: 'By id.' }),
  scope: t.field({ type: enumFilter('AttributeScope', AttributeScope), description: 'By scope.' }),
  name: t.field({ type: StringFilter, description: 'By name.' }),
  valueType: t.field({
    type: enumFilter('AttributeValueType', AttributeValueType),
    description: 'By value type.',
  }),
  createdAt: t.field({ type: DateTimeFilter, description: 'By the time of creation.' }),
  updatedAt: t.field({ type: DateTimeFilter, description: 'By the time of the last change.' }),
}));

const AttributeOrder = orderInput('Attribute', 'attributes', {
  NAME: { column: 'name', description: 'By name.' },
  CREATED_AT: { column: 'createdAt', description: 'By the time of creation.' },
  UPDATED_AT: { column: 'updatedAt', description: 'By the time of the last change.' },
});

const AttributeConnection = connectionType('Attribute', Attribute);

builder.queryField('attribute', (t) =>
  t.prismaField({
    type: Attribute,
    nullable: true,
    rule: may('attributes:read'),
    description: 'One attribute. Null if there is none that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'The id of the attribute.' }) },
    resolve: (query, _root, { id }, ctx) => {
      const visible = toPrismaWhere(attributesVisibleTo(requireViewer(ctx).viewer));
      return ctx.db.attribute.findFirst({ ...query, where: { AND: [{ id }, visible] } });
    },
  }),
);

builder.queryField('attributes', (t) =>
  t.field({
    type: AttributeConnection,
    rule: may('attributes:read'),
    description:
      'The attributes that people of a tenant may hold: its own and the platform’s. By name unless ordered otherwise.',
    args: {
      tenantId: t.arg.id({
        description:
          'The tenant. Optional for users who belong to a single tenant; users of the platform get the platform’s pool by default.',
      }),
      filter: t.arg({ type: AttributeFilter, description: 'Only attributes that match this filter.' }),
      orderBy: t.arg({ type: AttributeOrder, description: 'The order of the list.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { tenantId: named, filter, orderBy, ...args }, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const tenantId = poolInScope(viewer, named);
      const wanted = toWhere<AttributeRow>(filter, { schema, typeName: 'Attribute', viewer });
      return listPage<AttributeRow>(ctx, {
        args,
        orderBy,
        defaultOrder: { column: 'name', direction: 'asc' },
        where: { AND: [attributesUsableIn(tenantId), attributesVisibleTo(viewer), wanted] },
        feed: tenantId ?? PLATFORM_FEED,
        find: (query) => ctx.db.attribute.findMany(query),
        count: (where) => ctx.db.attribute.count({ where }),
      });
    },
  }),
);

const AttributeAddInput = builder.inputType('AttributeAddInput', {
  description: 'A new attribute.',
  fields: (t) => ({
    tenantId: t.id({
      description:
        'The tenant whose pool it goes to. Optional for users who belong to a single tenant; for users of the platform it defaults to the platform’s pool.',
    }),
    name: t.string({
      required: true,
      description:
        'The name, unique in its pool: letters, digits and `.` `_` `:` `-`, 50 characters at most.',
    }),
    valueType: t.field({ type: AttributeValueType, description: 'Value type; BOOLEAN by default.' }),
    description: t.string({ description: 'Description, at most 10,000 characters.' }),
  }),
});

const AttributeUpdateInput = builder.inputType('AttributeUpdateInput', {
  description: 'Changes to an attribute. An omitted field keeps its value.',
  fields: (t) => ({
    description: t.string({ description: 'Description, at most 10,000 characters; null removes it.' }),
  }),
});

commandField('attributeAdd', {
  description:
    'Adds an attribute to the pool of a tenant or of the platform. What users hold under its name already is left as it is. A tenant has 1,000 at most.',
  rule: may('attributes:write'),
  noun: 'attribute',
  type: Attribute,
  args: (arg) => ({
    input: arg({ type: AttributeAddInput, required: true, description: 'The new attribute.' }),
    idempotencyKey: idempotencyKeyArg(arg),
  }),
  run: (ctx, { input, idempotencyKey }) => addAttribute(ctx, input, idempotencyKey),
});

commandField('attributeUpdate', {
  description: 'Changes the given fields of an attribute.',
  rule: may('attributes:write'),
  noun: 'attribute',
  type: Attribute,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the attribute.' }),
    input: arg({ type: AttributeUpdateInput, required: true, description: 'What to change.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, input, expectedVersion }) => updateAttribute(ctx, id, input, expectedVersion),
});

commandField('attributeRemove', {
  description:
    'Removes an attribute. Refused with IN_USE while users hold it or file-access policies may name it, unless forced. It is taken from a thousand users at a time: refused with LIMIT_REACHED if time runs out, and continues when repeated.',
  rule: may('attributes:write'),
  noun: 'attribute',
  type: Attribute,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the attribute.' }),
    force: arg.boolean({
      description: 'Whether to take it from the users who hold it, and to break the policies that name it.',
    }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, force, expectedVersion }) =>
    removeAttribute(ctx, id, { force: force ?? false, expectedVersion }),
  extras: (t) => ({
    brokenPolicies: t.prismaField({
      type: ['FileAccessPolicy'],
      description:
        'The file-access policies that may name it, also disabled ones, limited to those that the viewer may see, at most 500. Empty if it was not removed.',
      resolve: (_query, { done }, _args, ctx) =>
        (done?.brokenPolicies ?? []).filter((policy) =>
          matches(fileAccessPoliciesVisibleTo(requireViewer(ctx).viewer), policy),
        ),
    }),
    strippedFromCount: t.int({
      description: 'From how many users it was taken. 0 if it was not removed.',
      resolve: ({ done }) => done?.strippedFromCount ?? 0,
    }),
  }),
});

changeFields({
  noun: 'attribute',
  typeName: 'Attribute',
  type: Attribute,
  entity: attributeEntity,
  rule: may('attributes:read'),
  visibleTo: attributesVisibleTo,
  feed: levelInScope,
  isOfTenant: true,
  filter: AttributeFilter,
  fields: {
    created: 'attributeAdded',
    updated: 'attributeUpdated',
    deleted: 'attributeRemoved',
    all: 'attributeChanged',
  },
});
