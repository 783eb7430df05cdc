import { requireViewer, type ViewerContext } from '../../core/context.ts';
import { badArgument, noSuch } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { type InputOf, parseInput } from '../../core/requests/input.ts';
import { inherited } from '../../core/rights/rules.ts';
import { tenantInScope } from '../../core/rights/scope.ts';
import { requireModuleOf } from '../../core/rows/required-module.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { FileAccessPolicy } from '../../generated/prisma/client.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { costing } from '../../graph/limits/field-cost.ts';
import { connectionOf } from '../../graph/pages/connection-type.ts';
import { pageArgs } from '../../graph/pages/page-args.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { usersVisibleTo } from '../users/users.access.ts';
import { readCondition } from './conditions/condition.ts';
import { FailedCondition } from './failed-condition.graph.ts';
import type { CountedFailure } from './failure-counts.ts';
import { fileAccessPolicies, mayPreview } from './file-access-policies.access.ts';
import { FileAccessEffect } from './file-access-policies.graph.ts';
import { readPath } from './file-path.ts';
import { policyTriedInput, requireEvaluable, wholeDraft } from './policy-input.ts';
import { type PolicyPreview, previewPolicies } from './policy-preview.ts';
import { type AccessChangeRow, pageOfChanges } from './preview-page.ts';
import type { TriedPolicy } from './tried-policy.ts';

const PREVIEW = sentences('BAD_USER_INPUT', {
  REMOVAL_OF_NONE: 'Argument "{argument}": "id" must name the policy.',
  PATH_COUNT: 'Argument "{argument}": 1 to {max} of them.',
});

const MAX_PATHS = 20;

builder.objectRef<AccessChangeRow>('AccessChange').implement({
  description: 'A user who would gain or lose access to a file.',
  rule: inherited,
  fields: (t) => ({
    user: t.prismaField({
      type: 'User',
      description: 'The user.',
      resolve: (_query, { user }) => user,
    }),
    path: t.exposeString('path', { description: 'The file, with a slash at the beginning.' }),
    before: t.expose('before', { type: FileAccessEffect, description: 'The decision now.' }),
    after: t.expose('after', { type: FileAccessEffect, description: 'The decision after the change.' }),
  }),
});

const PreviewedFailure = builder.objectRef<CountedFailure>('PreviewedFailure').implement({
  description: 'A condition that could not be evaluated in a preview.',
  rule: inherited,
  fields: (t) => ({
    condition: t.field({
      type: FailedCondition,
      description: 'The condition, with the reason.',
      resolve: (failure) => failure,
    }),
    count: t.exposeInt('count', { description: 'The number of pairs of user and file for which it failed.' }),
  }),
});

const FileAccessPolicyPreview = builder.objectRef<PolicyPreview>('FileAccessPolicyPreview').implement({
  description:
    'The active users visible to the viewer who would gain or lose access; none in a suspended tenant.',
  rule: inherited,
  fields: (t) => ({
    gainedCount: t.int({
      description: 'The number of pairs of user and file that would become allowed.',
      resolve: ({ changes }) => changes.filter(({ after }) => after === 'ALLOW').length,
    }),
    lostCount: t.int({
      description: 'The number of pairs of user and file that would become denied.',
      resolve: ({ changes }) => changes.filter(({ after }) => after === 'DENY').length,
    }),
    failures: t.field({
      type: [PreviewedFailure],
      description:
        'The conditions that could not be evaluated after the change, for all users and paths, the most frequent ones first: 20 at most.',
      resolve: ({ failures }) => failures,
    }),
    changes: t.field({
      type: connectionOf('AccessChange'),
      description: 'These pairs, by the ids of the users and then by path.',
      // A cursor of this list holds the id of a user.
      args: pageArgs(t.arg, { type: 'User' }),
      resolve: (preview, args, ctx) => pageOfChanges(ctx, preview, args),
    }),
  }),
});

const FileAccessPolicyTriedInput = inputType(
  'FileAccessPolicyTriedInput',
  'A draft of a policy. When an existing policy is tried, an omitted field keeps its value.',
  policyTriedInput,
);

builder.queryField('fileAccessPolicyPreview', (t) =>
  t.field({
    // The default of MAX_NODES allows one preview for each operation.
    ...costing(6_000),
    type: FileAccessPolicyPreview,
    rule: mayPreview,
    description:
      'Previews which users would gain or lose access if a policy were created, changed or removed. Changes nothing. For staff who may read both file-access policies and permissions. It covers 10,000 users and 20 paths at most, and counts as 6,000 objects of MAX_NODES.',
    args: {
      id: t.arg.id({
        description: 'The policy to change or remove. If omitted, a new one.',
        ...idOf(fileAccessPolicies.type),
      }),
      tenantId: t.arg.id({
        description:
          'The tenant of a new policy. Optional for users who belong to a single tenant, and with `id`.',
        ...idOf('Tenant'),
      }),
      input: t.arg({
        type: FileAccessPolicyTriedInput,
        description: 'The draft of the policy. If omitted, the stored policy.',
      }),
      isRemoved: t.arg.boolean({ description: 'Whether it would be removed. Needs `id`.' }),
      paths: t.arg.stringList({ required: true, description: 'The paths of the files, 1 to 20.' }),
    },
    resolve: async (_root, { id, tenantId: named, input, isRemoved, paths: texts }, context) => {
      const ctx = requireViewer(context);
      requireModuleOf(fileAccessPolicies.entity, ctx.viewer);
      const paths = readPaths(texts);
      const existing = id ? await policyInView(ctx, id) : null;
      if (isRemoved && !existing) throw badArgument(PREVIEW.REMOVAL_OF_NONE({ argument: 'isRemoved' }));
      const tenantId = existing?.tenantId ?? tenantInScope(ctx.viewer, named);
      requireModuleOf(fileAccessPolicies.entity, ctx.viewer, tenantId);
      const tried = input ? triedPolicy(existing, input) : existing;
      const asking = { tenantId, deadline: ctx.deadline };
      return previewPolicies(ctx.db, asking, {
        // The effect is the same whichever of several policies decides, so their order does not matter.
        change: (policies) => {
          const others = policies.filter((policy) => policy.id !== existing?.id);
          return tried && !isRemoved ? [...others, tried] : others;
        },
        users: {
          AND: [{ tenantId, isActive: true }, { NOT: { status: 'LOCKED' } }, usersVisibleTo(ctx.viewer)],
        },
        paths,
        now: ctx.clock.now(),
      });
    },
  }),
);

function readPaths(texts: readonly string[]): string[] {
  if (texts.length < 1 || texts.length > MAX_PATHS)
    throw badArgument(PREVIEW.PATH_COUNT({ argument: 'paths', max: MAX_PATHS }));
  return texts.map((text) => readPath(text, 'paths'));
}

async function policyInView({ db, viewer }: ViewerContext, id: string): Promise<FileAccessPolicy> {
  const visible = toPrismaWhere(fileAccessPolicies.visibleTo(viewer));
  const policy = await db.fileAccessPolicy.findFirst({ where: { AND: [{ id }, visible] } });
  if (!policy) throw noSuch(fileAccessPolicies.type);
  return policy;
}

/** Returns the policy after the change; throws BAD_USER_INPUT for one that a command would refuse. */
function triedPolicy(existing: FileAccessPolicy | null, input: object): TriedPolicy {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
  const policy = accepted({ ...existing, ...given }, existing?.condition);
  const { isEnabled = true } = policy;
  return { ...policy, isEnabled, conditionCost: readCondition(policy.condition).cost };
}

function accepted(draft: object, conditionBefore: string | undefined) {
  const policy = parseInput(wholeDraft, draft as InputOf<typeof wholeDraft>);
  requireEvaluable(policy.condition, conditionBefore);
  return policy;
}
