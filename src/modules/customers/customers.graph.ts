import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import { tenantInScope } from '../../core/scope.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { type Customer as CustomerRow, CustomerStatus as Status } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { changeFields } from '../../graph/change-fields.ts';
import { commandField } from '../../graph/command-field.ts';
import { connectionType } from '../../graph/connection-type.ts';
import { CustomerStatus } from '../../graph/customer-status.ts';
import {
  DateTimeFilter,
  enumFilter,
  filterInput,
  IdFilter,
  NullableIdFilter,
  NullableStringFilter,
  StringFilter,
  toWhere,
} from '../../graph/filter.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { Node } from '../../graph/node.ts';
import { orderInput } from '../../graph/order-input.ts';
import { expectedVersionArg, idempotencyKeyArg, tenantArg } from '../../graph/shared-args.ts';
import { customersVisibleTo } from './customers.access.ts';
import { customerEntity } from './customers.changes.ts';
import { createCustomer, deleteCustomer, updateCustomer } from './customers.commands.ts';

const CustomerKind = builder.enumType('CustomerKind', {
  description: 'What kind of client a customer is.',
  values: {
    COMPANY: { description: 'A company.' },
    INDIVIDUAL: { description: 'A private person.' },
  } as const,
});

export const Customer = builder.prismaObject('Customer', {
  description:
    'A client of a tenant, a company or an individual, as the staff sees it. Its members see it as an Account.',
  interfaces: [Node],
  rule: may('customers:read'),
  fields: (t) => ({
    tenantId: t.exposeID('tenantId', { description: 'The tenant it is a client of.' }),
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
    kind: t.expose('kind', { type: CustomerKind, description: 'A company or an individual.' }),
    internalNotes: t.exposeString('internalNotes', {
      nullable: true,
      rule: may('notes:read'),
      description: 'Remarks of the staff. Null if there are none or the viewer may not read them.',
    }),
    memberCount: t.exposeInt('memberCount', { description: 'The number of members.' }),
    propertyCount: t.exposeInt('propertyCount', { description: 'The number of properties.' }),
  }),
});

const CustomerFilter = filterInput('Customer', 'customers', (t) => ({
  id: t.field({ type: IdFilter, description: 'By id.' }),
  company: t.field({ type: StringFilter, description: 'By the name of the company.' }),
  owner: t.field({ type: StringFilter, description: 'By the person who answers for it.' }),
  email: t.field({ type: StringFilter, description: 'By e-mail address.' }),
  phone: t.field({ type: NullableStringFilter, description: 'By telephone number.' }),
  status: t.field({ type: enumFilter('CustomerStatus', CustomerStatus), description: 'By status.' }),
  kind: t.field({ type: enumFilter('CustomerKind', CustomerKind), description: 'By kind.' }),
  planId: t.field({ type: NullableIdFilter, description: 'By the id of the plan.' }),
  createdAt: t.field({ type: DateTimeFilter, description: 'By the time of creation.' }),
  updatedAt: t.field({ type: DateTimeFilter, description: 'By the time of the last change.' }),
}));

const CustomerOrder = orderInput('Customer', 'customers', {
  COMPANY: { column: 'company', description: 'By the name of the company.' },
  OWNER: { column: 'owner', description: 'By the person who answers for it.' },
  STATUS: {
    column: 'status',
    values: Object.values(Status),
    description: 'By status, from TRIAL to CANCELLED.',
  },
  CREATED_AT: { column: 'createdAt', description: 'By the time of creation.' },
  UPDATED_AT: { column: 'updatedAt', description: 'By the time of the last change.' },
});

const CustomerConnection = connectionType('Customer', Customer);

builder.queryField('customer', (t) =>
  t.prismaField({
    type: Customer,
    nullable: true,
    rule: may('customers:read'),
    description: 'One customer. Null if there is none that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'The id of the customer.' }) },
    resolve: (query, _root, { id }, ctx) => {
      const visible = toPrismaWhere(customersVisibleTo(requireViewer(ctx).viewer));
      return ctx.db.customer.findFirst({ ...query, where: { AND: [{ id }, visible] } });
    },
  }),
);

builder.queryField('customers', (t) =>
  t.field({
    type: CustomerConnection,
    rule: may('customers:read'),
    description: 'The customers of a tenant, by company unless ordered otherwise.',
    args: {
      tenantId: tenantArg(t.arg),
      filter: t.arg({ type: CustomerFilter, description: 'Only customers that match this filter.' }),
      orderBy: t.arg({ type: CustomerOrder, description: 'The order of the list.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { tenantId: named, filter, orderBy, ...args }, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const tenantId = tenantInScope(viewer, named);
      const wanted = toWhere(filter, { schema, typeName: 'Customer', viewer });
      return listPage<CustomerRow>(ctx, {
        args,
        orderBy,
        defaultOrder: { column: 'company', direction: 'asc' },
        where: { AND: [{ tenantId }, customersVisibleTo(viewer), wanted] },
        feed: tenantId,
        find: (query) => ctx.db.customer.findMany(query),
        count: (where) => ctx.db.customer.count({ where }),
      });
    },
  }),
);

const CustomerCreateInput = builder.inputType('CustomerCreateInput', {
  description: 'A new customer.',
  fields: (t) => ({
    tenantId: t.id({ description: 'The tenant. Optional for users who belong to a single tenant.' }),
    company: t.string({
      required: true,
      description: 'The name of the company or individual, 200 characters at most.',
    }),
    owner: t.string({
      required: true,
      description: 'Contact person, 200 characters at most.',
    }),
    email: t.string({ required: true, description: 'Contact e-mail address.' }),
    phone: t.string({ description: 'The telephone number, 50 characters at most.' }),
    status: t.field({ type: CustomerStatus, description: 'Account status; TRIAL by default.' }),
    kind: t.field({ type: CustomerKind, description: 'A company or an individual; COMPANY if absent.' }),
    planId: t.id({ description: 'The plan it pays for, one of the same tenant.' }),
    internalNotes: t.string({ description: 'Remarks of the staff, 10,000 characters at most.' }),
  }),
});

const CustomerUpdateInput = builder.inputType('CustomerUpdateInput', {
  description: 'Changes to a customer. An omitted field keeps its value.',
  fields: (t) => ({
    company: t.string({ description: 'The name of the company or individual, 200 characters at most.' }),
    owner: t.string({ description: 'Contact person, 200 characters at most.' }),
    email: t.string({ description: 'Contact e-mail address.' }),
    phone: t.string({ description: 'The telephone number, 50 characters at most; null removes it.' }),
    status: t.field({ type: CustomerStatus, description: 'Account status of the customer.' }),
    kind: t.field({ type: CustomerKind, description: 'A company or an individual.' }),
    planId: t.id({ description: 'The plan it pays for, one of the same tenant; null removes it.' }),
    internalNotes: t.string({
      description: 'Remarks of the staff, 10,000 characters at most; null removes them.',
    }),
  }),
});

commandField('customerCreate', {
  description: 'Creates a customer.',
  rule: may('customers:write'),
  noun: 'customer',
  type: Customer,
  args: (arg) => ({
    input: arg({ type: CustomerCreateInput, required: true, description: 'The new customer.' }),
    idempotencyKey: idempotencyKeyArg(arg),
  }),
  run: (ctx, { input, idempotencyKey }) => createCustomer(ctx, input, idempotencyKey),
});

commandField('customerUpdate', {
  description: 'Changes the given fields of a customer.',
  rule: may('customers:write'),
  noun: 'customer',
  type: Customer,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the customer.' }),
    input: arg({ type: CustomerUpdateInput, required: true, description: 'What to change.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, input, expectedVersion }) => updateCustomer(ctx, id, input, expectedVersion),
});

commandField('customerDelete', {
  description: 'Deletes a customer that has no members and no properties.',
  rule: may('customers:write'),
  noun: 'customer',
  type: Customer,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the customer.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, expectedVersion }) => deleteCustomer(ctx, id, expectedVersion),
});

changeFields({
  noun: 'customer',
  typeName: 'Customer',
  type: Customer,
  entity: customerEntity,
  rule: may('customers:read'),
  visibleTo: customersVisibleTo,
  feed: tenantInScope,
  isOfTenant: true,
  filter: CustomerFilter,
  fields: {
    created: 'customerCreated',
    updated: 'customerUpdated',
    deleted: 'customerDeleted',
    all: 'customerChanged',
  },
});
