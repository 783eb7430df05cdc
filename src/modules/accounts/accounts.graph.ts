import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import { tenantInScope } from '../../core/scope.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Plan as PlanRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { changeFields } from '../../graph/change-fields.ts';
import { commandField } from '../../graph/command-field.ts';
import { CustomerStatus } from '../../graph/customer-status.ts';
import { rowLoader } from '../../graph/loader.ts';
import { Money } from '../../graph/money.ts';
import { Node } from '../../graph/node.ts';
import { expectedVersionArg } from '../../graph/shared-args.ts';
import { customerEntity } from '../customers/customers.changes.ts';
import { accountPlansVisibleTo, accountsVisibleTo } from './accounts.access.ts';
import { updateAccount } from './accounts.commands.ts';

const AccountPlan = builder.objectRef<PlanRow>('AccountPlan').implement({
  description: 'The plan of a customer, as its members see it.',
  rule: may('account:read'),
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the plan.' }),
    name: t.exposeString('name', { description: 'The name of the plan.' }),
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
      description: 'How many properties the customer may have. Null if there is no limit.',
    }),
    maxMembers: t.exposeInt('maxMembers', {
      nullable: true,
      description: 'How many members the customer may have. Null if there is no limit.',
    }),
  }),
});

const planOfId = rowLoader({
  find: ({ plan }, ids) => plan.findMany({ where: { id: { in: ids } } }),
  visibleTo: accountPlansVisibleTo,
});

const Account = builder.objectType('Account', {
  description: "A customer as its own members see it. Its id is the customer's.",
  interfaces: [Node],
  rule: may('account:read'),
  fields: (t) => ({
    company: t.exposeString('company', { description: 'The name of the company, or of the individual.' }),
    owner: t.exposeString('owner', { description: 'Contact person.' }),
    email: t.exposeString('email', {
      nullable: true,
      rule: may('contacts:read'),
      description: 'Contact e-mail address. Null if the viewer may not read contact data.',
    }),
    phone: t.exposeString('phone', {
      nullable: true,
      rule: may('contacts:read'),
      description: 'The telephone number. Null if there is none or the viewer may not read contact data.',
    }),
    status: t.expose('status', { type: CustomerStatus, description: 'Account status of the customer.' }),
    plan: t.field({
      type: AccountPlan,
      nullable: true,
      columns: ['planId'],
      description: 'The plan. Null if it has none.',
      resolve: ({ planId }, _args, ctx) => (planId ? planOfId(ctx, planId) : null),
    }),
    // Counts tell of neighbours, too: nothing of the others is for a resident to know.
    memberCount: t.exposeInt('memberCount', {
      nullable: true,
      rule: may('users:read'),
      description: 'The number of members. Null if the viewer may not read users.',
    }),
    propertyCount: t.exposeInt('propertyCount', {
      nullable: true,
      rule: may('properties:read'),
      description: 'The number of properties. Null if the viewer may not read properties.',
    }),
  }),
});

builder.queryField('account', (t) =>
  t.field({
    type: Account,
    nullable: true,
    rule: may('account:read'),
    description: 'The account of the customer that the viewer is a member of. Null if the viewer is none.',
    resolve: (_root, _args, ctx) =>
      ctx.db.customer.findFirst({ where: toPrismaWhere(accountsVisibleTo(requireViewer(ctx).viewer)) }),
  }),
);

const AccountUpdateInput = builder.inputType('AccountUpdateInput', {
  description: 'Changes to an account. An omitted field keeps its value.',
  fields: (t) => ({
    company: t.string({ description: 'The name of the company or individual, 200 characters at most.' }),
    owner: t.string({ description: 'Contact person, 200 characters at most.' }),
    email: t.string({ description: 'Contact e-mail address.' }),
    phone: t.string({ description: 'The telephone number, 50 characters at most; null removes it.' }),
  }),
});

commandField('accountUpdate', {
  description: "Changes the given fields of the viewer's own account.",
  rule: may('account:write'),
  noun: 'account',
  type: Account,
  args: (arg) => ({
    input: arg({ type: AccountUpdateInput, required: true, description: 'What to change.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { input, expectedVersion }) => updateAccount(ctx, input, expectedVersion),
});

changeFields({
  noun: 'account',
  typeName: 'Account',
  type: Account,
  entity: customerEntity,
  rule: may('account:read'),
  visibleTo: accountsVisibleTo,
  feed: tenantInScope,
  isOfTenant: true,
  filter: null,
  fields: { updated: 'accountUpdated', all: 'accountChanged' },
});
