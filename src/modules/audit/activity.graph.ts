import { requireViewer } from '../../core/context.ts';
import { asRowId } from '../../core/requests/row-id.ts';
import { inherited, may } from '../../core/rights/rules.ts';
import { ofOneFeed } from '../../core/rights/scope.ts';
import { isCustomerRole } from '../../core/rights/viewer.ts';
import { matches } from '../../core/rights/where.ts';
import { ChangeEvent, type ChangeItem } from '../../graph/events/change-event.ts';
import { followField } from '../../graph/events/follow-field.ts';
import { type FilterShape, toWhere } from '../../graph/inputs/filter.ts';
import { listing } from '../../graph/limits/field-cost.ts';
import { connectionOf } from '../../graph/pages/connection-type.ts';
import { type Page, type PageArgs, toPage } from '../../graph/pages/keyset.ts';
import { pageArgs } from '../../graph/pages/page-args.ts';
import { feedCursor } from '../../graph/pages/row-page.ts';
import { followedRows } from '../../graph/rows/followed-rows.ts';
import { builder } from '../../graph/schema/builder.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { type ArgBuilder, scopeArgs } from '../../graph/schema/shared-args.ts';
import { activityTexts, type ActivityText as TextShape } from './activity-catalogue.ts';
import { aboutCustomer, isAbout } from './activity-customer.ts';
import { countActivities, readActivities } from './activity-entries.ts';
import { activitiesFor, type ActivityEntry as EntryShape } from './activity-entry.ts';
import { ActivityEntry, ActivityFilter } from './activity-type.graph.ts';
import { type FilteredEntry, filteredEntry } from './audit-entry.ts';
import { cursorAtSeq, listCursorOf, seqRangeOf } from './audit-page.ts';

const mayRead = may('activity:read');

const ACTIVITY_FILTER = { typeName: 'ActivityEntry', filterName: ActivityFilter.name } as const;

function activityArgs(arg: ArgBuilder) {
  return {
    ...scopeArgs(arg, ofOneFeed),
    customerId: arg.id({
      description: 'Only what happened to this customer, and to rows that name it.',
      ...idOf('Customer'),
    }),
    filter: arg({ type: ActivityFilter, description: 'Only entries that match this filter.' }),
  };
}

builder.queryField('activityFeed', (t) =>
  t.field({
    type: connectionOf('ActivityEntry'),
    rule: mayRead,
    description:
      'What happened in a tenant, an organization or the platform to rows that the viewer sees, in words, the latest first. Equal steps of one actor on one row within 15 minutes are one entry, and so are the changes of a bulk job. A page looks at no more than 10,000 changes: it may be shorter than requested, or empty, and yet have a next page after its `endCursor`. `totalCount` has the entries of the latest 10,000 changes.',
    args: { ...activityArgs(t.arg), ...pageArgs(t.arg, { type: 'ActivityEntry' }) },
    resolve: async (_root, { tenantId, organizationId, customerId, filter, ...args }, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const feed = ofOneFeed.feed(viewer, tenantId, organizationId);
      const wanted = toWhere<FilteredEntry>(filter, { ...ACTIVITY_FILTER, schema, viewer });
      const customer = customerId ? aboutCustomer(viewer, schema, asRowId(customerId)) : null;
      const asked = { viewer, feed, wanted, customer, schema };
      const { entries, lookedUpTo } = await readActivities(ctx.db, asked, seqRangeOf(args, 'activity'));
      return {
        page: lookedUpTo === null ? toPage(args, entries) : cutPage(args, entries, lookedUpTo),
        cursorOf: ({ entry }: EntryShape) => listCursorOf(entry, 'activity'),
        feedCursor: () => feedCursor(ctx, feed),
        countAll: () => countActivities(ctx.db, asked),
      };
    },
  }),
);

/** A page that has looked at as much as it may, and continues where it stopped. */
function cutPage(args: PageArgs, entries: readonly EntryShape[], lookedUpTo: number): Page<EntryShape> {
  const page = toPage(args, entries);
  const cursor = cursorAtSeq(lookedUpTo, 'activity');
  return args.last != null
    ? { ...page, hasPreviousPage: true, startCursor: cursor }
    : { ...page, hasNextPage: true, endCursor: cursor };
}

const ActivityText = builder.objectRef<TextShape>('ActivityText').implement({
  description: 'A text of the activity feed.',
  rule: inherited,
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The name of the text: the `messageKey` of entries.' }),
    text: t.exposeString('text', {
      description:
        'The text in English. ` {name}` stands for the name of the row; it is left out, with its space, where an entry has none.',
    }),
  }),
});

/** More texts than there are entities times their steps, and words of rooms. */
const MAX_TEXTS = 1_000;

builder.queryField('activityTexts', (t) =>
  t.field({
    type: [ActivityText],
    rule: mayRead,
    ...listing(MAX_TEXTS),
    description: 'All texts of the activity feed, for clients that translate.',
    resolve: () => [...activityTexts()],
  }),
);

const ActivityAdded = builder
  .objectRef<ChangeItem & { readonly activity: EntryShape }>('ActivityAdded')
  .implement({
    description:
      'Something happened. An entry of the same id stands for earlier changes of the same kind: add the count to it.',
    rule: inherited,
    interfaces: [ChangeEvent],
    extensions: { shows: followedRows.types },
    fields: (t) => ({
      activity: t.expose('activity', {
        type: ActivityEntry,
        description: 'The entry, for this change alone.',
      }),
    }),
  });

followField('activityAdded', {
  type: ActivityAdded,
  description:
    'Emits what happens in a tenant, an organization or the platform to rows that the viewer sees, in words.',
  args: (arg) => activityArgs(arg as ArgBuilder),
  spec: {
    rule: mayRead,
    feed: (viewer, { tenantId, organizationId }) => ofOneFeed.feed(viewer, tenantId, organizationId),
    view: (viewer, { filter, customerId }, schema) => {
      const wanted = toWhere<FilteredEntry>(filter as FilterShape | null | undefined, {
        ...ACTIVITY_FILTER,
        schema,
        viewer,
      });
      const customer = customerId ? aboutCustomer(viewer, schema, asRowId(String(customerId))) : null;
      const show = activitiesFor(viewer, schema);
      return (change) => {
        const activity = show(change);
        if (!activity || !matches(wanted, filteredEntry(activity.entry))) return null;
        if (customer && !isAbout(customer, change)) return null;
        const { entry } = activity;
        const row = entry.after ?? entry.before ?? change.image;
        return { __typename: 'ActivityAdded', shownAs: entry.typeName, change, row, activity };
      };
    },
    isPersonal: (viewer) =>
      isCustomerRole(viewer.role) || followedRows.for(viewer).some((rows) => rows.isPersonal?.(viewer)),
    hasPositions: false,
  },
});
