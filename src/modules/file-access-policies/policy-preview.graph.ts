import { requireViewer, type ViewerContext } from '../../core/context.ts';
import { badArgument, noSuch, UserErrors } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import { inherited } from '../../core/rules.ts';
import { tenantInScope } from '../../core/scope.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { FileAccessPolicy } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { connectionType } from '../../graph/connection-type.ts';
import { costing } from '../../graph/limits/field-cost.ts';
import { pageArgs } from '../../graph/list-page.ts';
import { usersVisibleTo } from '../users/users.access.ts';
import { readCondition } from './conditions/condition.ts';
import { fileAccessPoliciesVisibleTo, mayPreview } from './file-access-policies.access.ts';
import { readPath } from './file-path.ts';
import { triedInput } from './policy-input.ts';
import { type PolicyPreview, previewPolicies, type TriedPolicy } from './policy-preview.ts';
import { CONDITION, FileAccessEffect, PATTERN } from './policy-terms.graph.ts';
import { type AccessChangeRow, pageOfChanges } from './preview-page.ts';

const MAX_PATHS = 20;

const AccessChange = builder.objectRef<AccessChangeRow>('AccessChange').implement({
  description: 'A user for whom a file would be opened or closed.',
  rule: inherited,
  fields: (t) => ({
    user: t.prismaField({
      type: 'User',
      description: 'The user.',
      resolve: (_query, { user }) => user,
    }),
    path: t.exposeString('path', { description: 'The file, with a slash at the beginning.' }),
    before: t.expose('before', { type: FileAccessEffect, description: 'What is decided now.' }),
    after: t.expose('after', { type: FileAccessEffect, description: 'What would be decided.' }),
  }),
});

const AccessChangeConnection = connectionType('AccessChange', AccessChange);

const FileAccessPolicyPreview = builder.objectRef<PolicyPreview>('FileAccessPolicyPreview').implement({
  description:
    'Which of the active users that the viewer may see would gain or lose access; nobody in a suspended tenant.',
  rule: inherited,
  fields: (t) => ({
    gainedCount: t.int({
      description: 'How many pairs of user and file would be allowed.',
      resolve: ({ changes }) => changes.filter(({ after }) => after === 'ALLOW').length,
    }),
    lostCount: t.int({
      description: 'How many pairs of user and file would be denied.',
      resolve: ({ changes }) => changes.filter(({ after }) => after === 'DENY').length,
    }),
    changes: t.field({
      type: AccessChangeConnection,
      description: 'Those pairs, by the ids of the users and then by path.',
      args: pageArgs(t.arg),
      resolve: (preview, args, ctx) => pageOfChanges(ctx, preview, args),
    }),
  }),
});

const FileAccessPolicyTriedInput = builder.inputType('FileAccessPolicyTriedInput', {
  description: 'A draft of a policy. When an existing policy is tried, an omitted field keeps its value.',
  fields: (t) => ({
    filePattern: t.string({ description: PATTERN }),
    condition: t.string({ description: CONDITION }),
    effect: t.field({ type: FileAccessEffect, description: 'What it does where it holds.' }),
    isEnabled: t.boolean({ description: 'Whether the policy is enabled; true by default for a new one.' }),
  }),
});

builder.queryField('fileAccessPolicyPreview', (t) =>
  t.field({
    // One for each operation, where MAX_NODES is what it is when unset.
    ...costing(6_000),
    type: FileAccessPolicyPreview,
    rule: mayPreview,
    description:
      'Who would gain or lose access if a policy were created, changed or removed. Changes nothing. For staff who may read both file-access policies and permissions. It asks about 10,000 users and 20 paths at most, and counts as 6,000 objects of MAX_NODES.',
    args: {
      id: t.arg.id({ description: 'The policy to change or remove. If omitted, a new one.' }),
      tenantId: t.arg.id({
        description:
          'The tenant of a new policy. Optional for users who belong to a single tenant, and with `id`.',
      }),
      input: t.arg({
        type: FileAccessPolicyTriedInput,
        description: 'The draft of the policy. If omitted, the policy as it is.',
      }),
      isRemoved: t.arg.boolean({ description: 'Whether it would be removed. Needs `id`.' }),
      paths: t.arg.stringList({ required: true, description: 'The files to ask about, 1 to 20.' }),
    },
    resolve: async (_root, { id, tenantId: named, input, isRemoved, paths: texts }, context) => {
      const ctx = requireViewer(context);
      const paths = readPaths(texts);
      const existing = id ? await policyInView(ctx, id) : null;
      if (isRemoved && !existing) throw badArgument('isRemoved', 'say by "id" which policy is meant.');
      const tenantId = existing?.tenantId ?? tenantInScope(ctx.viewer, named);
      const tried = input ? triedPolicy(existing, input) : existing;
      const asking = { tenantId, deadline: ctx.deadline };
      return previewPolicies(ctx.db, asking, {
        // Which of several decides makes no difference to what is decided, so neither does their order.
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
  if (texts.length < 1 || texts.length > MAX_PATHS) throw badArgument('paths', `1 to ${MAX_PATHS} of them.`);
  return texts.map((text) => readPath(text, 'paths'));
}

async function policyInView({ db, viewer }: ViewerContext, id: string): Promise<FileAccessPolicy> {
  const visible = toPrismaWhere(fileAccessPoliciesVisibleTo(viewer));
  const policy = await db.fileAccessPolicy.findFirst({ where: { AND: [{ id }, visible] } });
  if (!policy) throw noSuch('file-access policy');
  return policy;
}

/** The policy as it would be; throws BAD_USER_INPUT for one that could not be written. */
function triedPolicy(existing: FileAccessPolicy | null, input: object): TriedPolicy {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
  const policy = accepted({ ...existing, ...given });
  return { ...policy, conditionCost: readCondition(policy.condition).cost };
}

/** A query has no `userErrors`, so what a command would say there is said as the fault of the argument. */
function accepted(policy: object) {
  try {
    return parseInput(triedInput, policy);
  } catch (error) {
    if (!(error instanceof UserErrors)) throw error;
    throw badArgument('input', error.message);
  }
}
