import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rights/rules.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { rowArgs } from '../../graph/commands/command-args.ts';
import { type CommandArg, commandField, type Mutation } from '../../graph/commands/command-field.ts';
import { createField, updateField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { fileAccessPolicies } from '../file-access-policies/file-access-policies.access.ts';
import { removeAttribute } from './attribute-removal.commands.ts';
import { attributes, ofOnePool } from './attributes.access.ts';
import {
  addAttribute,
  attributeAddInput,
  attributeUpdateInput,
  updateAttribute,
} from './attributes.commands.ts';

enumType('AttributeScope', 'The owner of the pool of an attribute.', {
  PLATFORM: 'The platform’s: users of every tenant may hold it.',
  TENANT: 'A tenant’s own. It shadows one of the platform of the same name.',
});

enumType('AttributeValueType', 'Value type of an attribute.', {
  BOOLEAN: 'No value: the attribute is held or not. A user’s entry is `name`.',
  STRING: 'A string. A user’s entry is `name=text`.',
  NUMBER: 'A number. A user’s entry is `name=3` or `name=-0.5`.',
  DATE_TIME: 'A date and time. A user’s entry is `name=2026-05-02T16:20:00Z`.',
});

rowType('Attribute', attributes, {
  description:
    'An attribute that users can hold and file-access policies can refer to by name, in the platform’s pool or a tenant’s.',
  columns: {
    tenantId: 'The tenant whose pool it belongs to. Null in the platform’s pool.',
    scope: 'The owner of its pool.',
    name: 'The name, unique in its pool. It never changes.',
    valueType: 'Value type. It never changes.',
    description: 'Description. Null if not set.',
  },
});

const AttributeFilter = filterInput(attributes, {
  scope: 'By scope.',
  name: 'By name.',
  valueType: 'By value type.',
  description: 'By description.',
});

const AttributeOrder = orderInput(attributes, ['name', 'asc'], {
  name: 'By name.',
  scope: 'By scope, PLATFORM first.',
  valueType: 'By value type, from BOOLEAN to DATE_TIME.',
});

rowField('attribute', attributes);

rowsField('attributes', attributes, {
  filter: AttributeFilter,
  order: AttributeOrder,
  description:
    'The attributes that users of a tenant may hold: its own and the platform’s. By name unless ordered otherwise.',
  scope: ofOnePool,
});

createField(
  'attributeAdd',
  attributes,
  attributeAddInput,
  addAttribute,
  'Adds an attribute to the pool of a tenant or of the platform. Entries of users with its name stay as they are. A tenant has 1,000 at most.',
);

updateField('attributeUpdate', attributes, attributeUpdateInput, updateAttribute);

const removeArgs = (arg: CommandArg, mutation: Mutation) => ({
  ...rowArgs(arg, mutation),
  force: arg.boolean({
    description: 'Whether to take it from the users who hold it, and to let the policies that name it fail.',
  }),
});

commandField('attributeRemove', attributes, removeArgs, {
  description:
    'Removes an attribute. Refused with IN_USE while users hold it or file-access policies may name it, unless forced. It is taken from a thousand users at a time: refused with LIMIT_REACHED if time runs out, and continues when repeated.',
  rule: may('attributes:write'),
  run: (ctx, args) => removeAttribute(ctx, args),
  extras: (t) => ({
    brokenPolicies: t.prismaField({
      type: ['FileAccessPolicy'],
      description:
        'The file-access policies that may name it, also disabled ones, limited to those that the viewer may see, at most 500. Empty if it was not removed.',
      resolve: (query, { done }, _args, ctx) => {
        const visible = toPrismaWhere(fileAccessPolicies.visibleTo(requireViewer(ctx).viewer));
        return ctx.db.fileAccessPolicy.findMany({
          ...query,
          where: { AND: [{ id: { in: [...(done?.brokenPolicyIds ?? [])] } }, visible] },
          orderBy: [{ name: 'asc' }, { id: 'asc' }],
        });
      },
    }),
    strippedFromCount: t.int({
      description: 'The number of users from whom it was taken. 0 if it was not removed.',
      resolve: ({ done }) => done?.strippedFromCount ?? 0,
    }),
  }),
});

changeFields(attributes, AttributeFilter, {
  created: 'attributeAdded',
  updated: 'attributeUpdated',
  deleted: 'attributeRemoved',
  all: 'attributeChanged',
});
