import { requireViewer } from '../../core/context.ts';
import { inherited, signedIn } from '../../core/rights/rules.ts';
import { costing } from '../../graph/limits/field-cost.ts';
import { builder } from '../../graph/schema/builder.ts';
import { Role } from '../../graph/schema/role.ts';
import { UserError } from '../../graph/schema/user-error.ts';
import { type Preview, previewChange } from './config-preview.ts';
import { ConfigUpdateInput } from './config-writes.graph.ts';
import type { TenantImpact } from './impact/impact.ts';
import type { ModuleSwitch } from './impact/module-counts.ts';
import type { BelowImpact, PathImpact, ValueChange } from './impact/path-impact.ts';
import type { PermissionCount, RoleImpact } from './impact/role-counts.ts';
import { ModuleName } from './modules.graph.ts';
import { ConfigScope } from './setting-enums.graph.ts';

const PreviewedValue = builder.objectRef<ValueChange>('PreviewedValue').implement({
  description: 'A change of an effective value.',
  rule: inherited,
  fields: (t) => ({
    before: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The value that acts now. Null if that is the value.',
      resolve: ({ before }) => before,
    }),
    after: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The value that would act. Null if that is the value.',
      resolve: ({ after }) => after,
    }),
    count: t.exposeInt('count', {
      description: 'The number of tenants in which it changes so; at the scope USER, 1 for the viewer.',
    }),
  }),
});

const PreviewedBelow = builder.objectRef<BelowImpact>('PreviewedBelow').implement({
  description:
    'What becomes of the settings that a scope below has of a path: numbers of business types, tenants or users. All of them are kept.',
  rule: inherited,
  fields: (t) => ({
    scope: t.expose('scope', { type: ConfigScope, description: 'The scope that has the settings.' }),
    shadowed: t.exposeInt('shadowed', { description: 'Those that a lock would shadow.' }),
    clamped: t.exposeInt('clamped', { description: 'Those that a stronger floor would clamp.' }),
    invalid: t.exposeInt('invalid', { description: 'Those that would not be valid any more.' }),
    actAgain: t.exposeInt('actAgain', {
      description: 'Those that are shadowed, clamped, invalid or passed over now and would act again.',
    }),
    passedOver: t.exposeInt('passedOver', {
      description: 'Those that a rule by which the platform wins would pass over.',
    }),
  }),
});

const PreviewedPath = builder.objectRef<PathImpact>('PreviewedPath').implement({
  description: 'What a write would do to a path.',
  rule: inherited,
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The path, of which the layer would say something else.' }),
    tenantCount: t.exposeInt('tenantCount', {
      description: 'The number of tenants whose effective value would change.',
    }),
    userCount: t.exposeInt('userCount', {
      description: 'The number of users for whom the effective value would change.',
    }),
    conflictCount: t.exposeInt('conflictCount', {
      description:
        'The number of tenants in which a rule would leave a conflict: the value stays there until it is resolved.',
    }),
    values: t.field({
      type: [PreviewedValue],
      description: 'The changes of the effective value, the most frequent ones first: 20 at most.',
      resolve: ({ values }) => values,
    }),
    below: t.field({
      type: [PreviewedBelow],
      description: 'What becomes of the settings below, by scope; without the scopes in which nothing does.',
      resolve: ({ below }) => below,
    }),
  }),
});

const PreviewedTenant = builder.objectRef<TenantImpact>('PreviewedTenant').implement({
  description: 'A tenant in which effective values would change.',
  rule: inherited,
  fields: (t) => ({
    tenantId: t.exposeID('tenantId', { description: 'The tenant.' }),
    paths: t.stringList({ description: 'The paths of these values.', resolve: ({ paths }) => paths }),
    endedSessionCount: t.exposeInt('endedSessionCount', {
      description: 'The number of sessions of its users that would end.',
    }),
  }),
});

const PreviewedPermission = builder.objectRef<PermissionCount>('PreviewedPermission').implement({
  description: 'A permission that users would gain or lose.',
  rule: inherited,
  fields: (t) => ({
    permission: t.exposeString('permission', { description: 'The permission.' }),
    userCount: t.exposeInt('userCount', { description: 'The number of users.' }),
  }),
});

const PreviewedRole = builder.objectRef<RoleImpact>('PreviewedRole').implement({
  description:
    'What the users of a role would gain and lose. What a user holds beside its role it neither gains nor loses.',
  rule: inherited,
  fields: (t) => ({
    role: t.expose('role', { type: Role, description: 'The role.' }),
    userCount: t.exposeInt('userCount', {
      description: 'The number of users whose permissions would change.',
    }),
    granted: t.field({
      type: [PreviewedPermission],
      description: 'What users would gain.',
      resolve: ({ granted }) => granted,
    }),
    revoked: t.field({
      type: [PreviewedPermission],
      description: 'What users would lose.',
      resolve: ({ revoked }) => revoked,
    }),
  }),
});

const PreviewedModule = builder.objectRef<ModuleSwitch>('PreviewedModule').implement({
  description: 'A module that would be switched, also one that is off with another one.',
  rule: inherited,
  fields: (t) => ({
    name: t.expose('name', { type: ModuleName, description: 'The module.' }),
    onCount: t.exposeInt('onCount', { description: 'The number of tenants that would get it.' }),
    offCount: t.exposeInt('offCount', { description: 'The number of tenants that would be without it.' }),
  }),
});

const ConfigChangePreview = builder.objectRef<Preview>('ConfigChangePreview').implement({
  description:
    'What a write would do, when every tenant below has adopted it: exact numbers, and examples. Users of a suspended tenant count, and erased ones do not.',
  rule: inherited,
  fields: (t) => ({
    userErrors: t.field({
      type: [UserError],
      description: 'Why the write would be refused, and then the preview has nothing else.',
      resolve: ({ userErrors }) => userErrors,
    }),
    previewToken: t.string({
      nullable: true,
      description:
        'For `configUpdate` or `configRollback` of the same changes: refused with VERSION_CONFLICT if the layer, one above it, a rule or the catalogue has changed since. Null if the write would be refused.',
      resolve: ({ token }) => token,
    }),
    tenantCount: t.exposeInt('tenantCount', {
      description: 'The number of tenants in which an effective value would change.',
    }),
    userCount: t.exposeInt('userCount', {
      description: 'The number of users for whom an effective value would change.',
    }),
    conflictCount: t.exposeInt('conflictCount', {
      description: 'The number of conflicts that rules would leave, in all tenants together.',
    }),
    endedSessionCount: t.exposeInt('endedSessionCount', {
      description:
        'The number of sessions that would end, because the rules of sign-in that would act do not allow them; the users of these sign in again.',
    }),
    tenants: t.field({
      type: [PreviewedTenant],
      description: 'The first 20 of these tenants, by id.',
      resolve: ({ tenants }) => tenants,
    }),
    paths: t.field({
      type: [PreviewedPath],
      description: 'The paths of which the layer would say something else.',
      resolve: ({ paths }) => paths,
    }),
    roles: t.field({
      type: [PreviewedRole],
      description: 'The roles whose users would gain or lose permissions.',
      resolve: ({ roles }) => roles,
    }),
    modules: t.field({
      type: [PreviewedModule],
      description: 'The modules that would be switched.',
      resolve: ({ modules }) => modules,
    }),
  }),
});

builder.queryField('configChangePreview', (t) =>
  t.field({
    // The default of MAX_NODES allows one preview for each operation.
    ...costing(6_000),
    type: ConfigChangePreview,
    rule: signedIn,
    description:
      'Previews `configUpdate`, or with `toVersion` a `configRollback`, by the same checks and computation. Changes nothing. For viewers that may write the layer and read all of the configuration, and for each user about its own. It counts as 6,000 objects of MAX_NODES.',
    args: {
      input: t.arg({ type: ConfigUpdateInput, required: true, description: 'The changes.' }),
      toVersion: t.arg.int({
        description: 'The version whose values and modes to write again, instead of changes in `input`.',
      }),
    },
    resolve: (_root, args, ctx) => previewChange(requireViewer(ctx), args),
  }),
);
