import type { BrokenLink, ChainCheck } from '../../changes/audit-chain.ts';
import { ChainChecks } from '../../changes/chain-checks.ts';
import { requireViewer } from '../../core/context.ts';
import { inherited, may } from '../../core/rights/rules.ts';
import { noSuchTenant, ofOneLevel } from '../../core/rights/scope.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { costing } from '../../graph/limits/field-cost.ts';
import { builder } from '../../graph/schema/builder.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { mayKnowActors } from './audit.access.ts';

const mayReadAudit = may('audit:read');

const BrokenReason = builder.enumType('AuditChainBrokenReason', {
  description: 'What is wrong at the first place at which a chain does not hold.',
  values: {
    ROW_MISSING: { description: 'There is no change of this number.' },
    CONTENT_CHANGED: {
      description:
        "What the change says of the entity, or its actor's name or address, is not what was written.",
    },
    ROW_CHANGED: {
      description:
        'Something else in the change is not what was written, or the change before it was altered together with its hash.',
    },
    HEAD_MISMATCH: {
      description:
        'The feed does not end, or begin, where its head says: the head was altered, or changes were added.',
    },
  } as const,
});

const BrokenAuditEntry = builder
  .objectRef<BrokenLink & { readonly feed: string }>('BrokenAuditEntry')
  .implement({
    description: 'The first place at which a chain does not hold.',
    rule: inherited,
    fields: (t) => ({
      reason: t.expose('reason', { type: BrokenReason, description: 'What is wrong at that position.' }),
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
        description: 'Whether nothing that was looked at is broken.',
        resolve: ({ broken }) => broken === null,
      }),
      checkedCount: t.exposeInt('checkedCount', {
        description: 'How many changes were looked at: 100,000, or what five seconds allow, at most.',
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
      headHash: t.exposeString('hash', {
        nullable: true,
        description:
          'The hash of the change there, in hexadecimal digits. Recorded elsewhere, it proves later whether anything before it was altered, even by the owner of the database. Null while there is no change.',
      }),
      firstBroken: t.field({
        type: BrokenAuditEntry,
        nullable: true,
        description: 'The first place that is broken. Null if none is.',
        resolve: ({ broken, feed }) => broken && { ...broken, feed },
      }),
    }),
  });

/** How much happens in a level, and whether its log was tampered with, is for its staff. */
function mayVerify(viewer: Viewer): boolean {
  return mayReadAudit(viewer) && mayKnowActors(viewer);
}

const checks = new ChainChecks();

builder.queryField('verifyAuditChain', (t) =>
  t.field({
    // One for each operation, where MAX_NODES is what it is when unset.
    ...costing(6_000),
    type: AuditChainReport,
    rule: mayVerify,
    description:
      'Recomputes the hashes of the changes of a tenant, an organization or the platform, in order, and names the first one that is broken. Counts as 6,000 objects of MAX_NODES; a node checks two feeds at a time.',
    args: {
      tenantId: tenantArg(t.arg, ofOneLevel),
      after: t.arg({
        type: 'Cursor',
        description:
          'Start after this change, e.g. where an earlier check ended. If omitted, at the beginning.',
      }),
    },
    resolve: async (_root, { tenantId, after }, ctx) => {
      const { db, deadline } = ctx;
      const feed = ofOneLevel.feed(requireViewer(ctx).viewer, tenantId);
      const from = after == null ? 0 : await ctx.feedPositions.seqOf(feed, after);
      const found = await checks.run(db, feed, from, deadline);
      if (!found) throw noSuchTenant();
      return { ...found, feed };
    },
  }),
);
