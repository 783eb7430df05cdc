import { requireViewer } from '../../core/context.ts';
import { inherited, may } from '../../core/rules.ts';
import { levelInScope } from '../../core/scope.ts';
import { matches } from '../../core/where.ts';
import { builder } from '../../graph/builder.ts';
import { ChangeEvent, type ChangeItem } from '../../graph/change-event.ts';
import { exposedEntities } from '../../graph/exposed-entities.ts';
import { type FilterShape, toWhere } from '../../graph/filter.ts';
import { followField } from '../../graph/follow-field.ts';
import { toPage } from '../../graph/keyset.ts';
import { feedCursor, pageArgs } from '../../graph/list-page.ts';
import { levelArg } from '../../graph/shared-args.ts';
import { mayReadFeed } from './audit.access.ts';
import { countEntries, feedOfChange, readEntries } from './audit-entries.ts';
import {
  type AuditEntry as EntryShape,
  entriesFor,
  type FilteredEntry,
  filteredEntry,
} from './audit-entry.ts';
import { AuditEntry, AuditEntryConnection } from './audit-entry-type.graph.ts';
import { AuditFilter } from './audit-filter.graph.ts';
import { listCursorOf, seqRangeOf } from './audit-page.ts';

builder.queryField('auditEntry', (t) =>
  t.field({
    type: AuditEntry,
    nullable: true,
    rule: may('audit:read'),
    description: 'One entry of the audit log. Null if there is none that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'The id of the change.' }) },
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

builder.queryField('auditLog', (t) =>
  t.field({
    type: AuditEntryConnection,
    rule: may('audit:read'),
    description:
      'The changes of a tenant, an organization or the platform that the viewer may see, newest first: all that retention has kept, page by page.',
    args: {
      tenantId: levelArg(t.arg),
      filter: t.arg({ type: AuditFilter, description: 'Only entries that match this filter.' }),
      ...pageArgs(t.arg),
    },
    resolve: async (_root, { tenantId, filter, ...args }, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const feed = levelInScope(viewer, tenantId);
      const wanted = toWhere<FilteredEntry>(filter, { schema, typeName: 'AuditEntry', viewer });
      const asked = { viewer, feed, wanted };
      return {
        page: toPage(args, await readEntries(ctx.db, asked, seqRangeOf(args))),
        cursorOf: listCursorOf,
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
    extensions: { shows: exposedEntities.typeNames },
    fields: (t) => ({
      auditEntry: t.expose('auditEntry', { type: AuditEntry, description: 'The entry.' }),
    }),
  });

followField('auditLogAdded', {
  type: AuditLogAdded,
  description:
    'Emits each new entry of the audit log of a tenant, an organization or the platform that the viewer may see.',
  args: (arg) => ({
    tenantId: levelArg(arg),
    filter: arg({ type: AuditFilter, description: 'Only entries that match this filter.' }),
  }),
  spec: {
    rule: may('audit:read'),
    feed: (viewer, { tenantId }) => levelInScope(viewer, tenantId),
    view: (viewer, { filter }, schema) => {
      const wanted = toWhere<FilteredEntry>(filter as FilterShape | null | undefined, {
        schema,
        typeName: 'AuditEntry',
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
    isPersonal: (viewer) => exposedEntities.for(viewer).some((exposed) => exposed.isPersonal?.(viewer)),
    hasPositions: false,
  },
});
