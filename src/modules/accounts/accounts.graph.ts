import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rights/rules.ts';
import { timeOfView } from '../../core/rows/partial-view.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Customer, Plan } from '../../generated/prisma/client.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { columnFields } from '../../graph/rows/column-fields.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { viewVersion } from '../../graph/rows/view-version.ts';
import { builder } from '../../graph/schema/builder.ts';
import { moneyField } from '../../graph/schema/money.ts';
import { Node } from '../../graph/schema/node.ts';
import { expectedVersionArg } from '../../graph/schema/shared-args.ts';
import { contactFields } from '../customers/customers.terms.ts';
import { limitFields, priceField } from '../plans/plans.terms.ts';
import { accountPlans, accounts, accountsVisibleTo, accountViewFor } from './accounts.access.ts';
import { accountUpdateInput, updateAccount } from './accounts.commands.ts';

declare module '../../graph/schema/builder.ts' {
  interface RoomObjects {
    Account: Customer;
    AccountPlan: Plan;
  }
}

builder.objectType('AccountPlan', {
  description: 'The plan of a customer, visible to its members.',
  rule: accountPlans.rule,
  fields: (t) => ({
    ...columnFields(t, accountPlans, {
      id: 'The id of the plan.',
      name: 'The name of the plan.',
      ...limitFields,
    }),
    monthlyPrice: moneyField(t, priceField),
  }),
});

builder.objectType('Account', {
  description: "A customer, visible to its own members. Its id is the customer's.",
  interfaces: [Node],
  rule: accounts.rule,
  fields: (t) => ({
    ...viewVersion(t, accounts),
    updatedAt: t.field({
      type: 'DateTime',
      columns: [],
      description: 'When it was last changed, as far as the viewer sees it.',
      resolve: (account, _args, ctx) => timeOfView(account, accountViewFor(requireViewer(ctx).viewer)),
    }),
    ...columnFields(t, accounts, {
      ...contactFields,
      // The counts would reveal neighbours to a resident, who must not learn of them.
      memberCount: {
        rule: may('users:read'),
        description: 'The number of members. Null if the viewer may not read users.',
      },
      propertyCount: {
        rule: may('properties:read'),
        description: 'The number of properties. Null if the viewer may not read properties.',
      },
    }),
  }),
});

relationField('Account', 'plan', accountPlans, {
  description: 'The plan. Null if it has none.',
  column: 'planId',
});

// Not `rowField`: the viewer has one account at most, so no argument names it.
builder.queryField('account', (t) =>
  t.field({
    type: 'Account',
    nullable: true,
    rule: accounts.rule,
    description:
      'The account of the customer that the viewer is a member of. Null if the viewer is not a member of a customer.',
    resolve: (_root, _args, ctx) =>
      ctx.db.customer.findFirst({ where: toPrismaWhere(accountsVisibleTo(requireViewer(ctx).viewer)) }),
  }),
);

const AccountUpdateInput = inputType(
  'AccountUpdateInput',
  'Changes to an account. An omitted field keeps its value.',
  accountUpdateInput,
);

commandField(
  'accountUpdate',
  accounts,
  (arg) => ({
    input: arg({ type: AccountUpdateInput, required: true, description: 'The fields to change.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  {
    description: "Changes the given fields of the viewer's own account.",
    rule: may('account:write'),
    run: (ctx, args) => updateAccount(ctx, args),
  },
);

changeFields(accounts, null, { updated: 'accountUpdated', all: 'accountChanged' });
