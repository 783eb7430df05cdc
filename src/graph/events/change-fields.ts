import type { InputRef } from '@pothos/core';
import type { EntityRow } from '../../core/rows/change.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { capitalized } from '../../lib/capitalized.ts';
import { uncapitalized } from '../../lib/uncapitalized.ts';
import { withArticle } from '../../lib/with-article.ts';
import type { FilterShape } from '../inputs/filter.ts';
import { listOrderOf } from '../inputs/order-input.ts';
import { builder } from '../schema/builder.ts';
import { idOf } from '../schema/id-of.ts';
import { scopeArgs } from '../schema/shared-args.ts';
import { type EventFields, entityEvent, FeedPosition, FeedReset, goneEvent } from './change-event.ts';
import { followSpecOf, followSpecOfDomainEvent, type StepTest, type Verb } from './change-source.ts';
import { everyChange } from './every-change.ts';
import { followField } from './follow-field.ts';
import { placedEvent } from './placed-event.ts';
import { snapshotArg, snapshotRowsOf, snapshotType } from './snapshot.ts';
import type { SubscriptionArg } from './subscription-field.ts';
import { windowArgs, windowOf } from './window.ts';

/**
 * The names of the subscription fields: one for each verb that clients can subscribe to separately, and one for all of
 * them.
 */
type FieldNames = { readonly [Followed in Verb]?: string } & { readonly all: string };

/** The names of the subscription fields of rows with a filter: any update can make a row leave the view. */
type FilteredFieldNames = FieldNames & { readonly deleted: string };

/** The filter of the rows; null where a viewer sees at most one row. */
type Filter = InputRef<FilterShape> | null;

const VERBS = ['created', 'updated', 'deleted'] as const satisfies readonly Verb[];
const WHEN: Record<Verb, string> = {
  created:
    'comes into view: it was created, or it changed so that the viewer sees it or it matches the filter',
  updated: 'in view is updated',
  deleted:
    'leaves the view: it was deleted, or it changed so that the viewer no longer sees it or it no longer matches the filter',
};

/**
 * Declares the subscription fields of some rows: their creations, updates and deletions, each an event with the entity
 * under its noun, and one ordered stream of all of them that also delivers its position.
 */
export function changeFields<Row extends EntityRow, Chosen extends Filter>(
  rows: Rows<Row>,
  filter: Chosen,
  names: Chosen extends null ? FieldNames : FilteredFieldNames,
): void {
  const events = VERBS.flatMap((verb) => {
    const name = names[verb];
    return name ? [{ verb, name, event: capitalized(name) }] : [];
  });
  const args = (arg: SubscriptionArg) => selectionArgs(rows, filter, arg);
  const types = events.map(({ verb, name, event }) => {
    const type = eventType(rows, verb, event);
    followField(name, {
      type,
      description: `Emits when ${withArticle(rows.type)} ${WHEN[verb]}.`,
      args,
      spec: followSpecOf({ rows, events: { [verb]: event } }, { hasPositions: false }),
    });
    return type;
  });
  const spec = followSpecOf(
    { rows, events: Object.fromEntries(events.map(({ verb, event }) => [verb, event])) },
    { hasPositions: true },
  );
  const order = names.deleted ? listOrderOf(rows) : undefined;
  const goneType = capitalized(names.deleted ?? '');
  followField(names.all, {
    type: builder.unionType(`${rows.type}Change`, {
      description: `What happened to one ${rows.type} in view, or how far the stream has come.`,
      types: [snapshotType(rows), ...(order ? [placedEvent(rows)] : []), ...types, FeedReset, FeedPosition],
    }),
    description: `Emits everything that happens to each ${rows.type} in view, as one ordered stream.`,
    args: (arg) => ({
      ...args(arg),
      snapshot: snapshotArg(arg, rows),
      ...(order && windowArgs(arg, rows, order)),
    }),
    spec: {
      ...spec,
      snapshot: (viewer, given, schema) => snapshotRowsOf(rows, viewer, given, schema),
      ...(order && {
        window: (viewer, given, schema) => windowOf(rows, { order, goneType }, viewer, given, schema),
      }),
    },
  });
  everyChange.add(rows, spec, types);
}

/**
 * Declares the subscription field `name` for one domain event of some rows, e.g. `paymentReceived`. The same change is
 * also an event `<noun>Created` or `<noun>Updated`: this field is for clients that need nothing else.
 */
export function domainEventField<Row extends EntityRow>(
  name: string,
  rows: Rows<Row>,
  {
    description,
    filter,
    happens,
    fields,
  }: {
    /** The event, as a sentence for authors of clients. */
    readonly description: string;
    readonly filter: Filter;
    readonly happens: StepTest<Row>;
    /** The fields of the event beside the entity. They show columns that every viewer of the rows may read. */
    readonly fields?: EventFields;
  },
): void {
  const event = capitalized(name);
  followField(name, {
    type: entityEvent(event, description, rows, fields),
    description: `Emits when ${uncapitalized(description)}`,
    args: (arg) => selectionArgs(rows, filter, arg),
    spec: followSpecOfDomainEvent(rows, { event, happens }),
  });
}

function eventType<Row extends EntityRow>(rows: Rows<Row>, verb: Verb, name: string) {
  const what = verb === 'updated' ? 'changed' : `was ${name.slice(rows.type.length).toLowerCase()}`;
  const description = `${capitalized(withArticle(rows.type))} ${what}, as the viewer sees it.`;
  return verb === 'deleted' ? goneEvent(name, description, rows) : entityEvent(name, description, rows);
}

function selectionArgs<Row extends EntityRow>(
  { scope, type }: Rows<Row>,
  filter: Filter,
  arg: SubscriptionArg,
) {
  return {
    ...scopeArgs(arg, scope),
    ...(filter && {
      id: arg.id({ description: `Only the ${type} with this id.`, ...idOf(type) }),
      filter: arg({ type: filter, description: 'Only what matches this filter.' }),
    }),
  };
}
