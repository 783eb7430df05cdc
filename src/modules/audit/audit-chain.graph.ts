import type { BrokenLink, ChainCheck } from '../../changes/audit-chain.ts';
import { ChainChecks } from '../../changes/chain-checks.ts';
import { requireViewer } from '../../core/context.ts';
import { inherited, may } from '../../core/rights/rules.ts';
import { noSuchTenant, ofOneFeed } from '../../core/rights/scope.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { costing } from '../../graph/limits/field-cost.ts';
import { builder } from '../../graph/schema/builder.ts';
import { scopeArgs } from '../../graph/schema/shared-args.ts';
import { mayKnowActors } from './audit.access.ts';

const mayReadAudit = may('audit:read');

const BrokenReason = builder.enumType('AuditChainBrokenReason', {
  description: 'The fault at the first position at which a chain is broken.',
  values: {
    ROW_MISSING: { description: 'The change of this number is missing.' },
    CONTENT_CHANGED: {
      description:
        "The data of the entity in the change, or its actor's name or address, is not as it was written.",
    },
    ROW_CHANGED: {
      description:
        'Other data in the change is not as it was written, or the change before it was altered together with its hash.',
    },
    HEAD_MISMATCH: {
      description:
        'The feed does not begin or end where its head says: the head was altered, or changes were added.',
    },
  } as const,
});

const BrokenAuditEntry = builder
  .objectRef<BrokenLink & { readonly feed: string }>('BrokenAuditEntry')
  .implement({
    description: 'The first position at which a chain is broken.',
    rule: inherited,
    fields: (t) => ({
      reason: t.expose('reason', { type: BrokenReason, description: 'The fault at that position.' }),
      number: t.exposeInt('seq', { description: 'The number of the change in its feed, from 1.' }),
      eventId: t.exposeID('eventId', {
        nullable: true,
        description: 'The id of the change. Null where there is none to name.',
      }),
      cursor: t.field({
        type: 'Cursor',
        description:
          'The position of the change. Pass it as `after` to check what follows, e.g. where the change is known to have been erased.',
        resolve: ({ feed, seq }, _args, { feedPositions }) => feedPositions.cursorAt(feed, seq),
      }),
    }),
  });

const AuditChainReport = builder
  .objectRef<ChainCheck & { readonly feed: string }>('AuditChainReport')
  .implement({
    description:
      'Whether the changes of a feed are those that were written, in that order, and none is missing. Each is linked by a hash to the one before it.',
    rule: inherited,
    fields: (t) => ({
      isIntact: t.boolean({
        description: 'Whether all checked changes are intact.',
        resolve: ({ broken }) => broken === null,
      }),
      checkedCount: t.exposeInt('checkedCount', {
        description: 'The number of changes checked, at most 100,000 or as many as five seconds allow.',
      }),
      erasedCount: t.exposeInt('erasedCount', {
        description:
          'The number of checked changes from which a person was erased. Their links are intact; what they were before cannot be shown any more.',
      }),
      isComplete: t.exposeBoolean('isComplete', {
        description:
          'Whether the end of the feed was reached; if not, and nothing is broken, continue after `cursor`.',
      }),
      cursor: t.field({
        type: 'Cursor',
        description:
          'The position up to which the chain is intact. Pass it as `after` to check what follows.',
        resolve: ({ feed, upTo }, _args, { feedPositions }) => feedPositions.cursorAt(feed, upTo),
      }),
      startHash: t.exposeString('startHash', {
        nullable: true,
        description:
          'The hash that the change at `after` has now, in hexadecimal digits. If it is not the `headHash` that was recorded with that cursor, the chain up to there was written again. Null if the check began at the beginning.',
      }),
      headHash: t.exposeString('hash', {
        nullable: true,
        description:
          'The hash of the change there, in hexadecimal digits. Recorded elsewhere, it proves later whether anything before it was altered, even by the owner of the database. Null while there is no change.',
      }),
      firstBroken: t.field({
        type: BrokenAuditEntry,
        nullable: true,
        description: 'The first broken position. Null if there is none.',
        resolve: ({ broken, feed }) => broken && { ...broken, feed },
      }),
    }),
  });

/** Only staff may learn how many changes a level has, and whether its log was altered. */
function mayVerify(viewer: Viewer): boolean {
  return mayReadAudit(viewer) && mayKnowActors(viewer);
}

const checks = new ChainChecks();

builder.queryField('verifyAuditChain', (t) =>
  t.field({
    // The default of MAX_NODES allows one check for each operation.
    ...costing(6_000),
    type: AuditChainReport,
    rule: mayVerify,
    description:
      'Recomputes the hashes of the changes of a tenant, an organization or the platform, in order, and names the first one that is broken. Counts as 6,000 objects of MAX_NODES; a node checks two feeds at a time.',
    args: {
      ...scopeArgs(t.arg, ofOneFeed),
      after: t.arg({
        type: 'Cursor',
        description:
          'Start after this change, e.g. where an earlier check ended. If omitted, at the beginning.',
      }),
    },
    resolve: async (_root, { tenantId, organizationId, after }, ctx) => {
      const { db, deadline } = ctx;
      const feed = ofOneFeed.feed(requireViewer(ctx).viewer, tenantId, organizationId);
      const from = after == null ? 0 : await ctx.feedPositions.seqOf(feed, after);
      const found = await checks.run(db, feed, from, deadline);
      if (!found) throw noSuchTenant();
      return { ...found, feed };
    },
  }),
);
