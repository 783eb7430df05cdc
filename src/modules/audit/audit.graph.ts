import { requireViewer } from '../../core/context.ts';
import { inherited, may } from '../../core/rights/rules.ts';
import { ofOneFeed } from '../../core/rights/scope.ts';
import { matches } from '../../core/rights/where.ts';
import { ChangeEvent, type ChangeItem } from '../../graph/events/change-event.ts';
import { followField } from '../../graph/events/follow-field.ts';
import { type FilterShape, toWhere } from '../../graph/inputs/filter.ts';
import { connectionOf } from '../../graph/pages/connection-type.ts';
import { toPage } from '../../graph/pages/keyset.ts';
import { pageArgs } from '../../graph/pages/page-args.ts';
import { feedCursor } from '../../graph/pages/row-page.ts';
import { followedRows } from '../../graph/rows/followed-rows.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { scopeArgs } from '../../graph/schema/shared-args.ts';
import { mayReadFeed } from './audit.access.ts';
import { countEntries, feedOfChange, readEntries } from './audit-entries.ts';
import {
  type AuditEntry as EntryShape,
  entriesFor,
  type FilteredEntry,
  filteredEntry,
} from './audit-entry.ts';
import { AuditEntry } from './audit-entry-type.graph.ts';
import { AuditFilter } from './audit-filter.graph.ts';
import { listCursorOf, seqRangeOf } from './audit-page.ts';

builder.queryField('auditEntry', (t) =>
  t.field({
    type: AuditEntry,
    nullable: true,
    rule: may('audit:read'),
    description: 'One entry of the audit log. Null if there is none that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'The id of the change.', ...idOf('AuditEntry') }) },
    resolve: async (_root, { id }, ctx) => {
      const { viewer } = requireViewer(ctx);
      const feed = await feedOfChange(ctx.db, id);
      if (!feed || !mayReadFeed(viewer, feed)) return null;
      const asked = { viewer, feed, wanted: { id } };
      const [entry] = await readEntries(ctx.db, asked, { above: null, below: null, take: 1, end: 'NEWEST' });
      return entry ?? null;
    },
  }),
);

const AUDIT_FILTER = { typeName: 'AuditEntry', filterName: AuditFilter.name } as const;

builder.queryField('auditLog', (t) =>
  t.field({
    type: connectionOf('AuditEntry'),
    rule: may('audit:read'),
    description:
      'The changes of a tenant, an organization or the platform that the viewer may see, newest first: all that retention has kept, page by page.',
    args: {
      ...scopeArgs(t.arg, ofOneFeed),
      filter: t.arg({ type: AuditFilter, description: 'Only entries that match this filter.' }),
      ...pageArgs(t.arg, { type: 'AuditEntry' }),
    },
    resolve: async (_root, { tenantId, organizationId, filter, ...args }, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const feed = ofOneFeed.feed(viewer, tenantId, organizationId);
      const wanted = toWhere<FilteredEntry>(filter, { ...AUDIT_FILTER, schema, viewer });
      const asked = { viewer, feed, wanted };
      return {
        page: toPage(args, await readEntries(ctx.db, asked, seqRangeOf(args))),
        cursorOf: (entry: EntryShape) => listCursorOf(entry),
        feedCursor: () => feedCursor(ctx, feed),
        countAll: () => countEntries(ctx.db, asked),
      };
    },
  }),
);

const AuditLogAdded = builder
  .objectRef<ChangeItem & { readonly auditEntry: EntryShape }>('AuditLogAdded')
  .implement({
    description: 'An entry was added to the audit log.',
    rule: inherited,
    interfaces: [ChangeEvent],
    extensions: { shows: followedRows.types },
    fields: (t) => ({
      auditEntry: t.expose('auditEntry', { type: AuditEntry, description: 'The entry.' }),
    }),
  });

followField('auditLogAdded', {
  type: AuditLogAdded,
  description:
    'Emits each new entry of the audit log of a tenant, an organization or the platform that the viewer may see.',
  args: (arg) => ({
    ...scopeArgs(arg, ofOneFeed),
    filter: arg({ type: AuditFilter, description: 'Only entries that match this filter.' }),
  }),
  spec: {
    rule: may('audit:read'),
    feed: (viewer, { tenantId, organizationId }) => ofOneFeed.feed(viewer, tenantId, organizationId),
    view: (viewer, { filter }, schema) => {
      const wanted = toWhere<FilteredEntry>(filter as FilterShape | null | undefined, {
        ...AUDIT_FILTER,
        schema,
        viewer,
      });
      const show = entriesFor(viewer);
      return (change) => {
        const auditEntry = show(change);
        if (!auditEntry || !matches(wanted, filteredEntry(auditEntry))) return null;
        const row = auditEntry.after ?? auditEntry.before ?? change.image;
        return { __typename: 'AuditLogAdded', shownAs: auditEntry.typeName, change, row, auditEntry };
      };
    },
    isPersonal: (viewer) => followedRows.for(viewer).some((rows) => rows.isPersonal?.(viewer)),
    hasPositions: false,
  },
});
