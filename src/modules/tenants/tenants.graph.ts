import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Tenant as TenantRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { changeFields } from '../../graph/change-fields.ts';
import { commandField } from '../../graph/command-field.ts';
import { connectionType } from '../../graph/connection-type.ts';
import {
  DateTimeFilter,
  enumFilter,
  filterInput,
  IdFilter,
  NullableStringFilter,
  StringFilter,
  toWhere,
} from '../../graph/filter.ts';
import { feedCursor, listPage, pageArgs } from '../../graph/list-page.ts';
import { Node } from '../../graph/node.ts';
import { orderInput } from '../../graph/order-input.ts';
import { expectedVersionArg, idempotencyKeyArg } from '../../graph/shared-args.ts';
import { mayFollowTenant, tenantsVisibleTo } from './tenants.access.ts';
import { tenantEntity } from './tenants.changes.ts';
import { createTenant, deleteTenant, updateTenant } from './tenants.commands.ts';

const TenantStatus = builder.enumType('TenantStatus', {
  description: 'Whether the users of a tenant may act.',
  values: {
    ACTIVE: { description: 'They may.' },
    SUSPENDED: { description: 'They may not: no user of the tenant can sign in or continue.' },
  } as const,
});

const Tenant = builder.prismaObject('Tenant', {
  description: 'A client of the platform. No user of one tenant sees anything of another tenant.',
  interfaces: [Node],
  rule: may('tenants:read'),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name.' }),
    slug: t.exposeString('slug', {
      description: 'Name used in URLs, unique among tenants. It never changes.',
    }),
    status: t.expose('status', { type: TenantStatus, description: 'Whether its users may act.' }),
    businessType: t.exposeString('businessType', {
      nullable: true,
      description: 'The kind of business it runs. Null if not set.',
    }),
    feedCursor: t.field({
      type: 'Cursor',
      rule: mayFollowTenant,
      description:
        'The feed position taken before anything else in this operation was read: subscribe `after` it to receive every later change.',
      resolve: ({ id }, _args, ctx) => feedCursor(ctx, id),
    }),
  }),
});

const TenantFilter = filterInput('Tenant', 'tenants', (t) => ({
  id: t.field({ type: IdFilter, description: 'By id.' }),
  organizationId: t.field({ type: IdFilter, description: 'By the id of the organization.' }),
  name: t.field({ type: StringFilter, description: 'By name.' }),
  slug: t.field({ type: StringFilter, description: 'By slug.' }),
  status: t.field({ type: enumFilter('TenantStatus', TenantStatus), description: 'By status.' }),
  businessType: t.field({ type: NullableStringFilter, description: 'By business type.' }),
  createdAt: t.field({ type: DateTimeFilter, description: 'By the time of creation.' }),
  updatedAt: t.field({ type: DateTimeFilter, description: 'By the time of the last change.' }),
}));

const TenantOrder = orderInput('Tenant', 'tenants', {
  NAME: { column: 'name', description: 'By name.' },
  SLUG: { column: 'slug', description: 'By slug.' },
  CREATED_AT: { column: 'createdAt', description: 'By the time of creation.' },
  UPDATED_AT: { column: 'updatedAt', description: 'By the time of the last change.' },
});

const TenantConnection = connectionType('Tenant', Tenant);

builder.queryField('tenant', (t) =>
  t.prismaField({
    type: Tenant,
    nullable: true,
    rule: may('tenants:read'),
    description: 'One tenant. Null if there is none that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'The id of the tenant.' }) },
    resolve: (query, _root, { id }, ctx) => {
      const visible = toPrismaWhere(tenantsVisibleTo(requireViewer(ctx).viewer));
      return ctx.db.tenant.findFirst({ ...query, where: { AND: [{ id }, visible] } });
    },
  }),
);

builder.queryField('tenants', (t) =>
  t.field({
    type: TenantConnection,
    rule: may('tenants:read'),
    description: 'The tenants that the viewer may see, by name unless ordered otherwise.',
    args: {
      filter: t.arg({ type: TenantFilter, description: 'Only tenants that match this filter.' }),
      orderBy: t.arg({ type: TenantOrder, description: 'The order of the list.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { filter, orderBy, ...args }, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const wanted = toWhere(filter, { schema, typeName: 'Tenant', viewer });
      return listPage<TenantRow>(ctx, {
        args,
        orderBy,
        defaultOrder: { column: 'name', direction: 'asc' },
        where: { AND: [tenantsVisibleTo(viewer), wanted] },
        feed: viewer.homeFeed,
        find: (query) => ctx.db.tenant.findMany(query),
        count: (where) => ctx.db.tenant.count({ where }),
      });
    },
  }),
);

const TenantCreateInput = builder.inputType('TenantCreateInput', {
  description: 'A new tenant.',
  fields: (t) => ({
    organizationId: t.id({ required: true, description: 'The organization that owns it.' }),
    name: t.string({ required: true, description: 'The name, 200 characters at most.' }),
    slug: t.string({
      required: true,
      description: 'Name used in URLs, unique among tenants: 2 to 50 of `a-z`, `0-9` and hyphens.',
    }),
    businessType: t.string({ description: 'The kind of business it runs, 100 characters at most.' }),
  }),
});

const TenantUpdateInput = builder.inputType('TenantUpdateInput', {
  description: 'Changes to a tenant. An omitted field keeps its value.',
  fields: (t) => ({
    name: t.string({ description: 'The name, 200 characters at most.' }),
    status: t.field({
      type: TenantStatus,
      description: 'Whether its users may act; SUSPENDED ends their sessions and streams at once.',
    }),
    businessType: t.string({
      description: 'The kind of business it runs, 100 characters at most; null removes it.',
    }),
  }),
});

commandField('tenantCreate', {
  description: 'Creates a tenant.',
  rule: may('tenants:write'),
  noun: 'tenant',
  type: Tenant,
  args: (arg) => ({
    input: arg({ type: TenantCreateInput, required: true, description: 'The new tenant.' }),
    idempotencyKey: idempotencyKeyArg(arg),
  }),
  run: (ctx, { input, idempotencyKey }) => createTenant(ctx, input, idempotencyKey),
});

commandField('tenantUpdate', {
  description: 'Changes the given fields of a tenant.',
  rule: may('tenants:write'),
  noun: 'tenant',
  type: Tenant,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the tenant.' }),
    input: arg({ type: TenantUpdateInput, required: true, description: 'What to change.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, input, expectedVersion }) => updateTenant(ctx, id, input, expectedVersion),
});

commandField('tenantDelete', {
  description: 'Deletes a tenant that has no users, customers, plans, attributes or file-access policies.',
  rule: may('tenants:write'),
  noun: 'tenant',
  type: Tenant,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the tenant.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, expectedVersion }) => deleteTenant(ctx, id, expectedVersion),
});

changeFields({
  noun: 'tenant',
  typeName: 'Tenant',
  type: Tenant,
  entity: tenantEntity,
  rule: may('tenants:read'),
  visibleTo: tenantsVisibleTo,
  feed: (viewer) => viewer.homeFeed,
  isOfTenant: false,
  filter: TenantFilter,
  fields: {
    created: 'tenantCreated',
    updated: 'tenantUpdated',
    deleted: 'tenantDeleted',
    all: 'tenantChanged',
  },
});
