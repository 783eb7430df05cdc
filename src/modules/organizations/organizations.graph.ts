import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Organization as OrganizationRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { changeFields } from '../../graph/change-fields.ts';
import { commandField } from '../../graph/command-field.ts';
import { connectionType } from '../../graph/connection-type.ts';
import { DateTimeFilter, filterInput, IdFilter, StringFilter, toWhere } from '../../graph/filter.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { rowLoader } from '../../graph/loader.ts';
import { Node } from '../../graph/node.ts';
import { orderInput } from '../../graph/order-input.ts';
import { expectedVersionArg, idempotencyKeyArg } from '../../graph/shared-args.ts';
import { organizationsVisibleTo } from './organizations.access.ts';
import { organizationEntity } from './organizations.changes.ts';
import { createOrganization, deleteOrganization, updateOrganization } from './organizations.commands.ts';

const Organization = builder.prismaObject('Organization', {
  description: 'A company that owns one or more tenants.',
  interfaces: [Node],
  rule: may('organizations:read'),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name.' }),
    slug: t.exposeString('slug', { description: 'Name used in URLs, unique among organizations.' }),
  }),
});

const organizationOfId = rowLoader({
  find: ({ organization }, ids) => organization.findMany({ where: { id: { in: ids } } }),
  visibleTo: organizationsVisibleTo,
});

builder.prismaObjectField('Tenant', 'organization', (t) =>
  t.field({
    type: Organization,
    nullable: true,
    rule: may('organizations:read'),
    columns: ['organizationId'],
    description: 'The organization that owns it. Null if the viewer may not see it.',
    resolve: ({ organizationId }, _args, ctx) => organizationOfId(ctx, organizationId),
  }),
);

const OrganizationFilter = filterInput('Organization', 'organizations', (t) => ({
  id: t.field({ type: IdFilter, description: 'By id.' }),
  name: t.field({ type: StringFilter, description: 'By name.' }),
  slug: t.field({ type: StringFilter, description: 'By slug.' }),
  createdAt: t.field({ type: DateTimeFilter, description: 'By the time of creation.' }),
  updatedAt: t.field({ type: DateTimeFilter, description: 'By the time of the last change.' }),
}));

const OrganizationOrder = orderInput('Organization', 'organizations', {
  NAME: { column: 'name', description: 'By name.' },
  SLUG: { column: 'slug', description: 'By slug.' },
  CREATED_AT: { column: 'createdAt', description: 'By the time of creation.' },
  UPDATED_AT: { column: 'updatedAt', description: 'By the time of the last change.' },
});

const OrganizationConnection = connectionType('Organization', Organization);

builder.queryField('organization', (t) =>
  t.prismaField({
    type: Organization,
    nullable: true,
    rule: may('organizations:read'),
    description: 'One organization. Null if there is none that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'The id of the organization.' }) },
    resolve: (query, _root, { id }, ctx) => {
      const visible = toPrismaWhere(organizationsVisibleTo(requireViewer(ctx).viewer));
      return ctx.db.organization.findFirst({ ...query, where: { AND: [{ id }, visible] } });
    },
  }),
);

builder.queryField('organizations', (t) =>
  t.field({
    type: OrganizationConnection,
    rule: may('organizations:read'),
    description: 'The organizations that the viewer may see, by name unless ordered otherwise.',
    args: {
      filter: t.arg({ type: OrganizationFilter, description: 'Only organizations that match this filter.' }),
      orderBy: t.arg({ type: OrganizationOrder, description: 'The order of the list.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { filter, orderBy, ...args }, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const wanted = toWhere(filter, { schema, typeName: 'Organization', viewer });
      return listPage<OrganizationRow>(ctx, {
        args,
        orderBy,
        defaultOrder: { column: 'name', direction: 'asc' },
        where: { AND: [organizationsVisibleTo(viewer), wanted] },
        feed: viewer.homeFeed,
        find: (query) => ctx.db.organization.findMany(query),
        count: (where) => ctx.db.organization.count({ where }),
      });
    },
  }),
);

const OrganizationCreateInput = builder.inputType('OrganizationCreateInput', {
  description: 'A new organization.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The name, 200 characters at most.' }),
    slug: t.string({
      required: true,
      description: 'Name used in URLs, unique among organizations: 2 to 50 of `a-z`, `0-9` and hyphens.',
    }),
  }),
});

const OrganizationUpdateInput = builder.inputType('OrganizationUpdateInput', {
  description: 'Changes to an organization. An omitted field keeps its value.',
  fields: (t) => ({
    name: t.string({ description: 'The name, 200 characters at most.' }),
    slug: t.string({
      description: 'Name used in URLs, unique among organizations: 2 to 50 of `a-z`, `0-9` and hyphens.',
    }),
  }),
});

commandField('organizationCreate', {
  description: 'Creates an organization.',
  rule: may('organizations:write'),
  noun: 'organization',
  type: Organization,
  args: (arg) => ({
    input: arg({ type: OrganizationCreateInput, required: true, description: 'The new organization.' }),
    idempotencyKey: idempotencyKeyArg(arg),
  }),
  run: (ctx, { input, idempotencyKey }) => createOrganization(ctx, input, idempotencyKey),
});

commandField('organizationUpdate', {
  description: 'Changes the given fields of an organization.',
  rule: may('organizations:write'),
  noun: 'organization',
  type: Organization,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the organization.' }),
    input: arg({ type: OrganizationUpdateInput, required: true, description: 'What to change.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, input, expectedVersion }) => updateOrganization(ctx, id, input, expectedVersion),
});

commandField('organizationDelete', {
  description: 'Deletes an organization that has neither tenants nor users.',
  rule: may('organizations:write'),
  noun: 'organization',
  type: Organization,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the organization.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, expectedVersion }) => deleteOrganization(ctx, id, expectedVersion),
});

changeFields({
  noun: 'organization',
  typeName: 'Organization',
  type: Organization,
  entity: organizationEntity,
  rule: may('organizations:read'),
  visibleTo: organizationsVisibleTo,
  feed: (viewer) => viewer.homeFeed,
  isOfTenant: false,
  filter: OrganizationFilter,
  fields: {
    created: 'organizationCreated',
    updated: 'organizationUpdated',
    deleted: 'organizationDeleted',
    all: 'organizationChanged',
  },
});
