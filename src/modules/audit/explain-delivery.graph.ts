import { requireViewer, type ViewerContext } from '../../core/context.ts';
import { noSuch } from '../../core/requests/errors.ts';
import { asRowId } from '../../core/requests/row-id.ts';
import { inherited, type Rule } from '../../core/rights/rules.ts';
import { isCustomerRole } from '../../core/rights/viewer.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { costing } from '../../graph/limits/field-cost.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { users } from '../users/users.access.ts';
import { mayReadFeed } from './audit.access.ts';
import { feedOfChange, readEntries } from './audit-entries.ts';
import type { AuditEntry } from './audit-entry.ts';
import {
  type DeliveryVerdict,
  type DeliveryExplanation as Explanation,
  explainedDelivery,
  type DeliveryStep as Step,
  type StepName,
  type StepOutcome,
  type StepReason,
} from './delivery-steps.ts';
import { areRightsOfThen } from './rights-since.ts';

/** An explanation says what a user may do, and which values of a row it sees: who may read both for itself may ask. */
const mayExplain: Rule = ({ permissions, role }) =>
  !isCustomerRole(role) &&
  (['audit:read', 'diffs:read', 'permissions:read', 'users:read'] as const).every((one) =>
    permissions.has(one),
  );

/** It reads the latest changes of the levels of the user. */
const COST = 1_000;

const Verdict = builder.enumType('DeliveryVerdict', {
  description: 'Whether a user received a change.',
  values: {
    DELIVERED: { description: 'Each stream of `changes` of that feed that was open delivered it.' },
    NOT_DELIVERED: { description: 'No stream of the user delivered it.' },
    NOT_KNOWN: { description: 'No one can say any more.' },
  } as const satisfies Record<DeliveryVerdict, object>,
});

const Name = builder.enumType('DeliveryStepName', {
  description: 'A decision on the way of a change to a user, in the order in which it is made.',
  values: {
    RIGHTS: { description: 'Whether the rights of the user are still those of that moment.' },
    USER: { description: 'Whether the user may act.' },
    FEED: { description: 'Whether the user may follow the feed of the change.' },
    PERMISSION: { description: 'Whether the user may read such entities at all.' },
    ROW: { description: 'Whether the user sees the row before or after the change.' },
    VIEW: { description: 'Whether the change is in the part of the row that the user sees.' },
    FIELDS: { description: 'Which of the changed fields the user does not see.' },
    FILTER: { description: 'Whether the filter of a subscription let it through.' },
  } as const satisfies Record<StepName, object>,
});

const Outcome = builder.enumType('DeliveryStepOutcome', {
  description: 'What a decision was.',
  values: {
    PASSED: { description: 'The next step decides.' },
    STOPPED: { description: 'Nothing was delivered.' },
    NOT_KNOWN: { description: 'No one can say.' },
  } as const satisfies Record<StepOutcome, object>,
});

const Reason = builder.enumType('DeliveryReason', {
  description: 'Why a decision is as it is.',
  values: {
    RIGHTS_NOT_KNOWN: {
      description:
        'The rights of the user have changed since, or more has changed since than is looked through.',
    },
    USER_MAY_NOT_ACT: { description: 'The user may not act, or acts by API tokens alone.' },
    FEED_OUT_OF_REACH: { description: 'The change is in the feed of a level that the user may not follow.' },
    NO_STREAM_SHOWS_IT: { description: 'Such changes are in the audit log alone.' },
    PERMISSION_MISSING: { description: 'The user lacks the permission to read such entities.' },
    ROW_NOT_VISIBLE: { description: 'The user sees the row neither before nor after the change.' },
    CHANGE_NOT_SHOWN: { description: 'The user sees the row, and nothing of what changed in it.' },
    FIELDS_HIDDEN: { description: 'The user received the change without some of its fields.' },
    FILTER_NOT_KNOWN: {
      description:
        'No one keeps the filters of subscriptions, nor whether one was open: a filter can have held it back.',
    },
  } as const satisfies Record<StepReason, object>,
});

const DeliveryStep = builder.objectRef<Step>('DeliveryStep').implement({
  description: 'A decision on the way of a change to a user.',
  rule: inherited,
  fields: (t) => ({
    step: t.expose('step', { type: Name, description: 'The decision.' }),
    outcome: t.expose('outcome', { type: Outcome, description: 'What it was.' }),
    reason: t.expose('reason', {
      type: Reason,
      nullable: true,
      description: 'Why. Null if there is nothing to say.',
    }),
    hiddenFields: t.stringList({
      description:
        'The changed fields that the viewer sees and the user does not; empty in other steps than FIELDS.',
      resolve: ({ hiddenFields }) => [...hiddenFields],
    }),
  }),
});

const DeliveryExplanation = builder.objectRef<Explanation>('DeliveryExplanation').implement({
  description: 'Why a user received a change, or did not.',
  rule: inherited,
  fields: (t) => ({
    verdict: t.expose('verdict', { type: Verdict, description: 'Whether it was delivered.' }),
    reason: t.expose('reason', {
      type: Reason,
      nullable: true,
      description: 'The reason of the step that decided. Null if the change was delivered.',
    }),
    steps: t.field({
      type: [DeliveryStep],
      description: 'The decisions up to the one that decided.',
      resolve: ({ steps }) => [...steps],
    }),
  }),
});

builder.queryField('explainDelivery', (t) =>
  t.field({
    type: DeliveryExplanation,
    rule: mayExplain,
    description:
      'Explains why a user received a change, or did not, step by step as the server decides. A change or a user that the viewer does not see is answered like one that does not exist.',
    ...costing(COST),
    args: {
      changeId: t.arg.id({
        required: true,
        description:
          'The id of the change: the `eventId` of its events, the `id` of its entry in the audit log.',
        ...idOf('AuditEntry'),
      }),
      userId: t.arg.id({ required: true, description: 'The id of the user.', ...idOf('User') }),
    },
    resolve: async (_root, { changeId, userId }, ctx, { schema }) => {
      const acting = requireViewer(ctx);
      const [entry, user] = [await entryFor(acting, String(changeId)), await userFor(acting, String(userId))];
      const levels = { ...user, organizationOfTenant: user.tenant?.organizationId ?? null };
      const areRightsKnown = await areRightsOfThen(ctx.db, entry.change, levels);
      const viewer = await ctx.rightsOf(user.id);
      return explainedDelivery({ entry, asker: acting.viewer, viewer, areRightsKnown, schema });
    },
  }),
);

async function entryFor({ viewer, db }: ViewerContext, changeId: string): Promise<AuditEntry> {
  const id = asRowId(changeId);
  const feed = await feedOfChange(db, id);
  if (!feed || !mayReadFeed(viewer, feed)) throw noSuch('AuditEntry');
  const asked = { viewer, feed, wanted: { id } };
  const [entry] = await readEntries(db, asked, { above: null, below: null, take: 1, end: 'NEWEST' });
  if (!entry) throw noSuch('AuditEntry');
  return entry;
}

async function userFor({ viewer, db }: ViewerContext, userId: string) {
  const user = await db.user.findFirst({
    where: { AND: [{ id: asRowId(userId) }, toPrismaWhere(users.visibleTo(viewer))] },
    select: { id: true, tenantId: true, organizationId: true, tenant: { select: { organizationId: true } } },
  });
  if (!user) throw noSuch('User');
  return user;
}
