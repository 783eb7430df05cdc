import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import { tenantInScope } from '../../core/scope.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { FileAccessPolicy as FileAccessPolicyRow } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { changeFields } from '../../graph/change-fields.ts';
import { commandField } from '../../graph/command-field.ts';
import { connectionType } from '../../graph/connection-type.ts';
import { toWhere } from '../../graph/filter.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { Node } from '../../graph/node.ts';
import { orderInput } from '../../graph/order-input.ts';
import { expectedVersionArg, idempotencyKeyArg, tenantArg } from '../../graph/shared-args.ts';
import { fileAccessPoliciesVisibleTo } from './file-access-policies.access.ts';
import { fileAccessPolicyEntity } from './file-access-policies.changes.ts';
import {
  createFileAccessPolicy,
  deleteFileAccessPolicy,
  updateFileAccessPolicy,
} from './file-access-policies.commands.ts';
import { FileAccessPolicyFilter } from './policy-filter.graph.ts';
import { CONDITION, FileAccessEffect, PATTERN } from './policy-terms.graph.ts';

export const FileAccessPolicy = builder.prismaObject('FileAccessPolicy', {
  description: 'Says which users of a tenant may, or may not, open which files.',
  interfaces: [Node],
  rule: may('file-access-policies:read'),
  fields: (t) => ({
    tenantId: t.exposeID('tenantId', { description: 'The tenant whose users and files it applies to.' }),
    name: t.exposeString('name', { description: 'The name.' }),
    filePattern: t.exposeString('filePattern', { description: PATTERN }),
    condition: t.exposeString('condition', { description: CONDITION }),
    conditionCost: t.exposeInt('conditionCost', {
      description: 'How many steps the condition takes at most; 10,000 are allowed.',
    }),
    attributeNames: t.exposeStringList('attributeNames', {
      description:
        'The attributes that the condition names or may name, sorted; `*` if it makes up names, so that it may ask for any.',
    }),
    effect: t.expose('effect', { type: FileAccessEffect, description: 'What it does where it holds.' }),
    isEnabled: t.exposeBoolean('isEnabled', {
      description: 'Whether the policy is enabled: decisions consider enabled policies only.',
    }),
  }),
});

const FileAccessPolicyOrder = orderInput('FileAccessPolicy', 'file-access policies', {
  NAME: { column: 'name', description: 'By name.' },
  CREATED_AT: { column: 'createdAt', description: 'By the time of creation.' },
  UPDATED_AT: { column: 'updatedAt', description: 'By the time of the last change.' },
});

const FileAccessPolicyConnection = connectionType('FileAccessPolicy', FileAccessPolicy);

builder.queryField('fileAccessPolicy', (t) =>
  t.prismaField({
    type: FileAccessPolicy,
    nullable: true,
    rule: may('file-access-policies:read'),
    description: 'One file-access policy. Null if there is none that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'The id of the policy.' }) },
    resolve: (query, _root, { id }, ctx) => {
      const visible = toPrismaWhere(fileAccessPoliciesVisibleTo(requireViewer(ctx).viewer));
      return ctx.db.fileAccessPolicy.findFirst({ ...query, where: { AND: [{ id }, visible] } });
    },
  }),
);

builder.queryField('fileAccessPolicies', (t) =>
  t.field({
    type: FileAccessPolicyConnection,
    rule: may('file-access-policies:read'),
    description: 'The file-access policies of a tenant, by name unless ordered otherwise.',
    args: {
      tenantId: tenantArg(t.arg),
      filter: t.arg({ type: FileAccessPolicyFilter, description: 'Only policies that match this filter.' }),
      orderBy: t.arg({ type: FileAccessPolicyOrder, description: 'The order of the list.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { tenantId: named, filter, orderBy, ...args }, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const tenantId = tenantInScope(viewer, named);
      const wanted = toWhere(filter, { schema, typeName: 'FileAccessPolicy', viewer });
      return listPage<FileAccessPolicyRow>(ctx, {
        args,
        orderBy,
        defaultOrder: { column: 'name', direction: 'asc' },
        where: { AND: [{ tenantId }, fileAccessPoliciesVisibleTo(viewer), wanted] },
        feed: tenantId,
        find: (query) => ctx.db.fileAccessPolicy.findMany(query),
        count: (where) => ctx.db.fileAccessPolicy.count({ where }),
      });
    },
  }),
);

const FileAccessPolicyCreateInput = builder.inputType('FileAccessPolicyCreateInput', {
  description: 'A new file-access policy.',
  fields: (t) => ({
    tenantId: t.id({ description: 'The tenant. Optional for users who belong to a single tenant.' }),
    name: t.string({ description: 'The name, 200 characters at most; the pattern if absent.' }),
    filePattern: t.string({ required: true, description: PATTERN }),
    condition: t.string({ required: true, description: CONDITION }),
    effect: t.field({ type: FileAccessEffect, required: true, description: 'What it does where it holds.' }),
    isEnabled: t.boolean({ description: 'Whether the policy is enabled; true by default.' }),
  }),
});

const FileAccessPolicyUpdateInput = builder.inputType('FileAccessPolicyUpdateInput', {
  description: 'Changes to a file-access policy. An omitted field keeps its value.',
  fields: (t) => ({
    name: t.string({ description: 'The name, 200 characters at most.' }),
    filePattern: t.string({ description: PATTERN }),
    condition: t.string({ description: CONDITION }),
    effect: t.field({ type: FileAccessEffect, description: 'What it does where it holds.' }),
    isEnabled: t.boolean({
      description: 'Whether the policy is enabled: decisions consider enabled policies only.',
    }),
  }),
});

commandField('fileAccessPolicyCreate', {
  description:
    'Creates a file-access policy. It takes effect with the next decision. A tenant has 500 at most.',
  rule: may('file-access-policies:write'),
  noun: 'fileAccessPolicy',
  type: FileAccessPolicy,
  args: (arg) => ({
    input: arg({ type: FileAccessPolicyCreateInput, required: true, description: 'The new policy.' }),
    idempotencyKey: idempotencyKeyArg(arg),
  }),
  run: (ctx, { input, idempotencyKey }) => createFileAccessPolicy(ctx, input, idempotencyKey),
});

commandField('fileAccessPolicyUpdate', {
  description: 'Changes the given fields of a file-access policy. It takes effect with the next decision.',
  rule: may('file-access-policies:write'),
  noun: 'fileAccessPolicy',
  type: FileAccessPolicy,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the policy.' }),
    input: arg({ type: FileAccessPolicyUpdateInput, required: true, description: 'What to change.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, input, expectedVersion }) => updateFileAccessPolicy(ctx, id, input, expectedVersion),
});

commandField('fileAccessPolicyDelete', {
  description: 'Deletes a file-access policy.',
  rule: may('file-access-policies:write'),
  noun: 'fileAccessPolicy',
  type: FileAccessPolicy,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the policy.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, expectedVersion }) => deleteFileAccessPolicy(ctx, id, expectedVersion),
});

changeFields({
  noun: 'fileAccessPolicy',
  typeName: 'FileAccessPolicy',
  type: FileAccessPolicy,
  entity: fileAccessPolicyEntity,
  rule: may('file-access-policies:read'),
  visibleTo: fileAccessPoliciesVisibleTo,
  feed: tenantInScope,
  isOfTenant: true,
  filter: FileAccessPolicyFilter,
  fields: {
    created: 'fileAccessPolicyCreated',
    updated: 'fileAccessPolicyUpdated',
    deleted: 'fileAccessPolicyDeleted',
    all: 'fileAccessPolicyChanged',
  },
});
