import { requireViewer } from '../../core/context.ts';
import { noSuch } from '../../core/requests/errors.ts';
import { inherited, type Rule } from '../../core/rights/rules.ts';
import { isCustomerRole } from '../../core/rights/viewer.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { ConsentRecord as ConsentRecordRow } from '../../generated/prisma/client.ts';
import { Actor } from '../../graph/events/change-event.ts';
import { connectionOf } from '../../graph/pages/connection-type.ts';
import { pageArgs } from '../../graph/pages/page-args.ts';
import { tablePage } from '../../graph/pages/row-page.ts';
import { builder } from '../../graph/schema/builder.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { ConsentEvidenceKind } from './consent-steps.graph.ts';
import { consents } from './consents.access.ts';
import { ConsentChannel, ConsentState, StaffTeam } from './consents.graph.ts';

const ConsentStep = enumType('ConsentStep', 'A step of a consent.', {
  REQUEST: 'It was granted, and waits for the subject to confirm it.',
  GRANT: 'It was granted.',
  CONFIRM: 'The subject confirmed it.',
  REVOKE: 'It was revoked, or refused before it was ever granted.',
  EXPIRE: 'It reached its end.',
  SUPERSEDE: 'A newer notice required consent again.',
});

const isStaff: Rule = ({ role }) => !isCustomerRole(role);

builder.prismaObject('ConsentRecord', {
  description:
    'One change of a consent, as the ledger has it: records are added and never changed. The state of the consent is that of its last record.',
  rule: inherited,
  fields: (t) => ({
    id: t.id({ description: 'The id of the record.', resolve: ({ id }) => id }),
    consentVersion: t.int({
      description: 'The version of the consent after the change.',
      resolve: ({ consentVersion }) => consentVersion,
    }),
    step: t.field({
      type: ConsentStep,
      description: 'The step that was taken.',
      resolve: ({ step }) => step,
    }),
    previousState: t.field({
      type: ConsentState,
      nullable: true,
      description: 'The state before. Null if there was no consent.',
      resolve: ({ previousState }) => previousState,
    }),
    state: t.field({ type: ConsentState, description: 'The state after.', resolve: ({ state }) => state }),
    noticeVersion: t.int({
      nullable: true,
      description: 'The version of the notice that was shown last. Null if none was shown.',
      resolve: ({ noticeVersion }) => noticeVersion,
    }),
    language: t.string({
      nullable: true,
      description: 'The language in which it was shown. Null if none was shown.',
      resolve: ({ language }) => language,
    }),
    channel: t.field({
      type: ConsentChannel,
      description: 'The way in which it changed.',
      resolve: ({ channel }) => channel,
    }),
    staffTeam: t.field({
      type: StaffTeam,
      nullable: true,
      description: 'The team of the staff that made the change. Null if staff did not make it.',
      resolve: ({ staffTeam }) => staffTeam,
    }),
    requiredNoticeVersion: t.int({
      nullable: true,
      description: 'The version of the notice that requires consent again. Null for other steps.',
      resolve: ({ requiredNoticeVersion }) => requiredNoticeVersion,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The end after the change. Null if it has none.',
      resolve: ({ expiresAt }) => expiresAt,
    }),
    recordedAt: t.field({
      type: 'DateTime',
      description: 'The time of the change, by the clock of the database.',
      resolve: ({ recordedAt }) => recordedAt,
    }),
    actor: t.field({
      type: Actor,
      description: 'The author of the change.',
      resolve: ({ actorKind, actorId, actorName, actorOfPlatform }) => ({
        kind: actorKind,
        id: actorId,
        name: actorName,
        isOfPlatform: actorOfPlatform,
      }),
    }),
    evidenceKind: t.field({
      type: ConsentEvidenceKind,
      nullable: true,
      rule: isStaff,
      description:
        'The kind of the evidence. Null if the subject made the change, or the viewer is not staff.',
      resolve: ({ evidenceKind }) => evidenceKind,
    }),
    evidenceReference: t.string({
      nullable: true,
      rule: isStaff,
      description:
        'Where the evidence is found. Null if the subject made the change, or the viewer is not staff.',
      resolve: ({ evidenceReference }) => evidenceReference,
    }),
  }),
});

builder.queryField('consentHistory', (t) =>
  t.field({
    type: connectionOf('ConsentRecord'),
    rule: consents.rule,
    description:
      'The records of a consent, the first one first. NOT_FOUND for a consent that the viewer may not see.',
    args: {
      id: t.arg.id({ required: true, description: 'The id of the consent.', ...idOf('Consent') }),
      ...pageArgs(t.arg, { type: 'ConsentRecord' }),
    },
    resolve: async (_root, { id, ...args }, ctx) => {
      const visible = toPrismaWhere(consents.visibleTo(requireViewer(ctx).viewer));
      const consent = await ctx.db.consent.findFirst({ where: { AND: [{ id }, visible] } });
      if (!consent) throw noSuch('Consent');
      return tablePage<ConsentRecordRow>(ctx, ctx.db.consentRecord, {
        args,
        order: [{ rows: 'ConsentRecord', column: 'consentVersion', kind: 'integer', direction: 'asc' }],
        where: { consentId: id },
        feed: consent.tenantId,
      });
    },
  }),
);
