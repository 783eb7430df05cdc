import { requireViewer, type ViewerContext } from '../../core/context.ts';
import { noSuch, RequestError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { inherited, may, type Rule, signedIn } from '../../core/rights/rules.ts';
import { matches } from '../../core/rights/where.ts';
import { requireModuleOf } from '../../core/rows/required-module.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { User as UserRow } from '../../generated/prisma/client.ts';
import { costing } from '../../graph/limits/field-cost.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { usersVisibleTo } from '../users/users.access.ts';
import { ConditionFile, ConditionUser } from './conditions/vocabulary.ts';
import { type Decision, type DecisionReason, decide, inTurn, policiesAbout } from './decision.ts';
import { FailedCondition } from './failed-condition.graph.ts';
import { fileAccessPolicies, mayAskAboutOthers } from './file-access-policies.access.ts';
import { FileAccessEffect, FileAccessPolicy } from './file-access-policies.graph.ts';
import { readPath } from './file-path.ts';
import { policiesInForce } from './policies-in-force.ts';

const CLOSED = sentences('FORBIDDEN', {
  DECISIONS_OF_OTHERS: 'You are not allowed to access the decisions about others.',
});

const AccessDecisionReason = builder.enumType('AccessDecisionReason', {
  description: 'The reason for an access decision.',
  values: {
    ALLOWED_BY_POLICY: { description: 'A policy allows it, and none denies it.' },
    DENIED_BY_POLICY: { description: 'A policy denies it.' },
    DENIED_BY_FAILED_POLICY: {
      description: 'The condition of a policy that denies failed, e.g. because an attribute is missing.',
    },
    NO_POLICY_MATCHES: { description: 'No policy allows it, and none denies it.' },
    USER_INACTIVE: { description: 'The account is inactive or locked, or its tenant is suspended.' },
  } as const satisfies Record<DecisionReason, object>,
});

type DecisionAt = Decision & { readonly decidedAt: Date };

const AccessDecision = builder.objectRef<DecisionAt>('AccessDecision').implement({
  description: 'Whether a user may open a file, by the policies and attributes at that moment.',
  rule: inherited,
  fields: (t) => ({
    isAllowed: t.boolean({
      description: 'Whether the user may open the file.',
      resolve: ({ effect }) => effect === 'ALLOW',
    }),
    effect: t.expose('effect', {
      type: FileAccessEffect,
      description: 'ALLOW if the user may open the file, otherwise DENY.',
    }),
    reason: t.expose('reason', { type: AccessDecisionReason, description: 'The reason.' }),
    policy: t.field({
      type: FileAccessPolicy,
      nullable: true,
      rule: may('file-access-policies:read'),
      description:
        'The policy that decided, the oldest one of those that decide alike. Null if none did or the viewer may not see it.',
      resolve: ({ policy }, _args, ctx) =>
        policy && matches(fileAccessPolicies.visibleTo(requireViewer(ctx).viewer), policy) ? policy : null,
    }),
    failures: t.field({
      type: [FailedCondition],
      nullable: true,
      rule: may('file-access-policies:read'),
      description:
        'The conditions that could not be evaluated, in the order in which they were tried: policies that deny first, and none after the policy that decided; the first 20. Null if the viewer may not read file-access policies.',
      resolve: ({ failures }, _args, ctx) =>
        failures.filter(({ policy }) =>
          matches(fileAccessPolicies.visibleTo(requireViewer(ctx).viewer), policy),
        ),
    }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', description: 'The time of the decision.' }),
  }),
});

/** Decides about a user by its row; in an event, the row is the user right after the change. */
async function decisionAbout(
  { db, viewer, clock, deadline }: ViewerContext,
  user: UserRow,
  path: string,
): Promise<DecisionAt> {
  const decidedAt = clock.now();
  const { tenantId, isActive, status } = user;
  requireModuleOf(fileAccessPolicies.entity, viewer, tenantId);
  const force = tenantId ? await policiesInForce(db, tenantId) : null;
  if (!isActive || status === 'LOCKED' || force?.isSuspended) {
    return { effect: 'DENY', reason: 'USER_INACTIVE', policy: null, failures: [], decidedAt };
  }
  // Users of no tenant have no policies.
  if (!tenantId || !force) {
    return { effect: 'DENY', reason: 'NO_POLICY_MATCHES', policy: null, failures: [], decidedAt };
  }
  const asking = { tenantId, deadline };
  const about = await policiesAbout(force.policies, path, asking);
  const asked = await inTurn(asking, () => new ConditionUser(user, force.pool));
  const facts = { user: asked, file: new ConditionFile(path), now: decidedAt };
  return { ...(await decide(about, facts, asking)), decidedAt };
}

/** The cost of a decision. At worst, the decisions that one operation may request take some seconds of a processor. */
const DECISION = costing(50);

builder.queryField('accessDecision', (t) =>
  t.field({
    ...DECISION,
    type: AccessDecision,
    rule: signedIn,
    description:
      'Whether a user may open a file. Every user may ask about itself; a viewer who may read file-access policies and permissions may ask about others. Counts as 50 objects of MAX_NODES.',
    args: {
      userId: t.arg.id({ description: 'The user. If omitted, the viewer.', ...idOf('User') }),
      path: t.arg.string({ required: true, description: 'The path of the file, 1,000 characters at most.' }),
    },
    resolve: async (_root, { userId, path: text }, context) => {
      const ctx = requireViewer(context);
      const { viewer } = ctx;
      const path = readPath(text, 'path');
      const id = userId ?? viewer.userId;
      if (id !== viewer.userId && !mayAskAboutOthers(viewer))
        throw new RequestError(CLOSED.DECISIONS_OF_OTHERS());
      const visible = toPrismaWhere(usersVisibleTo(viewer));
      const user = await ctx.db.user.findFirst({ where: { AND: [{ id }, visible] } });
      if (!user) throw noSuch('User');
      return decisionAbout(ctx, user, path);
    },
  }),
);

const mayReadOrSelf: Rule<UserRow> = (viewer, user) =>
  mayAskAboutOthers(viewer) || user?.id === viewer.userId;

builder.prismaObjectField('User', 'accessDecision', (t) =>
  t.field({
    ...DECISION,
    type: AccessDecision,
    nullable: true,
    rule: mayReadOrSelf,
    isPersonal: (viewer) => !mayAskAboutOthers(viewer),
    // It depends on many columns, policies and attributes, so no column stands for it in `changedFields`.
    columns: [],
    description:
      'Whether the user may open a file. In an event: for the user after the change, under the current policies. Counts as 50 objects of MAX_NODES. Null if the viewer is not this user and may not read both file-access policies and permissions.',
    args: {
      path: t.arg.string({ required: true, description: 'The path of the file, 1,000 characters at most.' }),
    },
    resolve: (user, { path }, ctx) => decisionAbout(requireViewer(ctx), user, readPath(path, 'path')),
  }),
);
