import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import { tenantInScope } from '../../core/scope.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Plan as PlanRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { changeFields } from '../../graph/change-fields.ts';
import { commandField } from '../../graph/command-field.ts';
import { connectionType } from '../../graph/connection-type.ts';
import { DateTimeFilter, filterInput, IdFilter, StringFilter, toWhere } from '../../graph/filter.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { rowLoader } from '../../graph/loader.ts';
import { Money, MoneyInput } from '../../graph/money.ts';
import { Node } from '../../graph/node.ts';
import { orderInput } from '../../graph/order-input.ts';
import { expectedVersionArg, idempotencyKeyArg, tenantArg } from '../../graph/shared-args.ts';
import { plansVisibleTo } from './plans.access.ts';
import { planEntity } from './plans.changes.ts';
import { createPlan, deletePlan, updatePlan } from './plans.commands.ts';

const Plan = builder.prismaObject('Plan', {
  description: 'What customers of a tenant pay for.',
  interfaces: [Node],
  rule: may('plans:read'),
  fields: (t) => ({
    tenantId: t.exposeID('tenantId', { description: 'The tenant that offers it.' }),
    name: t.exposeString('name', { description: 'The name, unique in the tenant.' }),
    monthlyPrice: t.field({
      type: Money,
      nullable: true,
      rule: may('prices:read'),
      columns: ['monthlyPriceMinor', 'currency'],
      description: 'What a month costs. Null if the viewer may not read prices.',
      resolve: ({ monthlyPriceMinor, currency }) => ({ amountMinor: monthlyPriceMinor, currency }),
    }),
    maxProperties: t.exposeInt('maxProperties', {
      nullable: true,
      description: 'How many properties a customer may have. Null if there is no limit.',
    }),
    maxMembers: t.exposeInt('maxMembers', {
      nullable: true,
      description: 'How many members a customer may have. Null if there is no limit.',
    }),
  }),
});

const planOfId = rowLoader({
  find: ({ plan }, ids) => plan.findMany({ where: { id: { in: ids } } }),
  visibleTo: plansVisibleTo,
});

builder.prismaObjectField('Customer', 'plan', (t) =>
  t.field({
    type: Plan,
    nullable: true,
    rule: may('plans:read'),
    columns: ['planId'],
    description: 'The plan. Null if it has none or the viewer may not see it.',
    resolve: ({ planId }, _args, ctx) => (planId ? planOfId(ctx, planId) : null),
  }),
);

const PlanFilter = filterInput('Plan', 'plans', (t) => ({
  id: t.field({ type: IdFilter, description: 'By id.' }),
  name: t.field({ type: StringFilter, description: 'By name.' }),
  createdAt: t.field({ type: DateTimeFilter, description: 'By the time of creation.' }),
  updatedAt: t.field({ type: DateTimeFilter, description: 'By the time of the last change.' }),
}));

const PlanOrder = orderInput('Plan', 'plans', {
  NAME: { column: 'name', description: 'By name.' },
  CREATED_AT: { column: 'createdAt', description: 'By the time of creation.' },
  UPDATED_AT: { column: 'updatedAt', description: 'By the time of the last change.' },
});

const PlanConnection = connectionType('Plan', Plan);

builder.queryField('plan', (t) =>
  t.prismaField({
    type: Plan,
    nullable: true,
    rule: may('plans:read'),
    description: 'One plan. Null if there is none that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'The id of the plan.' }) },
    resolve: (query, _root, { id }, ctx) => {
      const visible = toPrismaWhere(plansVisibleTo(requireViewer(ctx).viewer));
      return ctx.db.plan.findFirst({ ...query, where: { AND: [{ id }, visible] } });
    },
  }),
);

builder.queryField('plans', (t) =>
  t.field({
    type: PlanConnection,
    rule: may('plans:read'),
    description: 'The plans of a tenant, by name unless ordered otherwise.',
    args: {
      tenantId: tenantArg(t.arg),
      filter: t.arg({ type: PlanFilter, description: 'Only plans that match this filter.' }),
      orderBy: t.arg({ type: PlanOrder, description: 'The order of the list.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { tenantId: named, filter, orderBy, ...args }, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const tenantId = tenantInScope(viewer, named);
      const wanted = toWhere(filter, { schema, typeName: 'Plan', viewer });
      return listPage<PlanRow>(ctx, {
        args,
        orderBy,
        defaultOrder: { column: 'name', direction: 'asc' },
        where: { AND: [{ tenantId }, plansVisibleTo(viewer), wanted] },
        feed: tenantId,
        find: (query) => ctx.db.plan.findMany(query),
        count: (where) => ctx.db.plan.count({ where }),
      });
    },
  }),
);

const PlanCreateInput = builder.inputType('PlanCreateInput', {
  description: 'A new plan.',
  fields: (t) => ({
    tenantId: t.id({ description: 'The tenant. Optional for users who belong to a single tenant.' }),
    name: t.string({
      required: true,
      description: 'The name, unique in the tenant, 200 characters at most.',
    }),
    monthlyPrice: t.field({ type: MoneyInput, required: true, description: 'What a month costs.' }),
    maxProperties: t.int({ description: 'How many properties a customer may have; no limit if absent.' }),
    maxMembers: t.int({ description: 'How many members a customer may have; no limit if absent.' }),
  }),
});

const PlanUpdateInput = builder.inputType('PlanUpdateInput', {
  description: 'Changes to a plan. An omitted field keeps its value.',
  fields: (t) => ({
    name: t.string({ description: 'The name, unique in the tenant, 200 characters at most.' }),
    monthlyPrice: t.field({ type: MoneyInput, description: 'What a month costs.' }),
    maxProperties: t.int({ description: 'How many properties a customer may have; null removes the limit.' }),
    maxMembers: t.int({ description: 'How many members a customer may have; null removes the limit.' }),
  }),
});

commandField('planCreate', {
  description: 'Creates a plan.',
  rule: may('plans:write'),
  noun: 'plan',
  type: Plan,
  args: (arg) => ({
    input: arg({ type: PlanCreateInput, required: true, description: 'The new plan.' }),
    idempotencyKey: idempotencyKeyArg(arg),
  }),
  run: (ctx, { input, idempotencyKey }) => createPlan(ctx, input, idempotencyKey),
});

commandField('planUpdate', {
  description: 'Changes the given fields of a plan.',
  rule: may('plans:write'),
  noun: 'plan',
  type: Plan,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the plan.' }),
    input: arg({ type: PlanUpdateInput, required: true, description: 'What to change.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, input, expectedVersion }) => updatePlan(ctx, id, input, expectedVersion),
});

commandField('planDelete', {
  description: 'Deletes a plan that no customer has.',
  rule: may('plans:write'),
  noun: 'plan',
  type: Plan,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the plan.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, expectedVersion }) => deletePlan(ctx, id, expectedVersion),
});

changeFields({
  noun: 'plan',
  typeName: 'Plan',
  type: Plan,
  entity: planEntity,
  rule: may('plans:read'),
  visibleTo: plansVisibleTo,
  feed: tenantInScope,
  isOfTenant: true,
  filter: PlanFilter,
  fields: { created: 'planCreated', updated: 'planUpdated', deleted: 'planDeleted', all: 'planChanged' },
});
