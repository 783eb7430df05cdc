import type { GraphQLSchema } from 'graphql';
import { type Change, type EntityRow, rowAfter, rowBefore } from '../core/change.ts';
import type { Viewer } from '../core/viewer.ts';
import { matches } from '../core/where.ts';
import type { ExposedEntity } from './exposed-entities.ts';
import { type FilterShape, toWhere } from './filter.ts';
import type { FollowArgs, FollowSpec, View } from './follow.ts';

export type Verb = 'created' | 'updated' | 'deleted';

/** How changes of one entity are shown as events of one GraphQL type. */
export interface ChangeSource<Row extends EntityRow = EntityRow> extends ExposedEntity<Row> {
  /** Which feed the viewer reads; throws a RequestError for one that the viewer may not follow. */
  readonly feed: (viewer: Viewer, tenantId: string | null) => string;
  /** The GraphQL types of the events, by what they tell; what has none is not told. */
  readonly events: { readonly [Told in Verb]?: string };
}

/** Makes the spec of a field that follows a source. */
export function followSpecOf<Row extends EntityRow>(
  source: ChangeSource<Row>,
  { hasPositions }: Pick<FollowSpec, 'hasPositions'>,
): FollowSpec {
  return {
    rule: source.rule,
    feed: (viewer, { tenantId }) => source.feed(viewer, tenantId ?? null),
    view: (viewer, args, schema) => viewOf(source, viewer, args, schema),
    isPersonal: source.isPersonal ?? (() => false),
    hasPositions,
    shows: { typeName: source.typeName, visibleTo: source.visibleTo },
  };
}

/**
 * Makes the spec of a field that follows one domain event of a row, e.g. that a payment was received. A row that only comes
 * into view by that step is told of, too.
 */
export function followSpecOfDomainEvent<Row extends EntityRow>(
  source: Omit<ChangeSource<Row>, 'events'>,
  { event, happens }: { event: string; happens: StepTest<Row> },
): FollowSpec {
  const spec = followSpecOf({ ...source, events: {} }, { hasPositions: false });
  return {
    ...spec,
    view: (viewer, args, schema) => {
      const sees = sightOf(source, viewer, args, schema);
      return (change) => {
        if (change.entity !== source.entity.name) return null;
        const [before, after] = [rowBefore(change as Change<Row>), rowAfter(change as Change<Row>)];
        if (!sees(after) || !happens(before, after)) return null;
        return { __typename: event, shownAs: source.typeName, change, row: after };
      };
    },
  };
}

/** Whether the step from `before`, null for a creation, to `after` is the event that is meant. */
export type StepTest<Row> = (before: Row | null, after: Row) => boolean;

/**
 * Shows the changes of a source to one viewer. A row that enters its sight by a change was created for this viewer and
 * one that leaves it was deleted, without a word on why.
 */
function viewOf<Row extends EntityRow>(
  source: ChangeSource<Row>,
  viewer: Viewer,
  args: FollowArgs,
  schema: GraphQLSchema,
): View {
  const sees = sightOf(source, viewer, args, schema);
  return (change) => {
    if (change.entity !== source.entity.name) return null;
    const [before, after] = [rowBefore(change as Change<Row>), rowAfter(change as Change<Row>)];
    const verb = verbOf(sees(before), sees(after));
    const event = verb && source.events[verb];
    if (!event) return null;
    const row = (verb === 'deleted' ? before : after) as Row;
    return { __typename: event, shownAs: source.typeName, change, row };
  };
}

/** What the viewer's visibility and the filter together let through. */
function sightOf<Row extends EntityRow>(
  source: Omit<ChangeSource<Row>, 'events'>,
  viewer: Viewer,
  args: FollowArgs,
  schema: GraphQLSchema,
): (row: Row | null) => row is Row {
  const visible = source.visibleTo(viewer);
  const wanted = toWhere<Row>(args.filter as FilterShape | null | undefined, {
    schema,
    typeName: source.typeName,
    viewer,
  });
  return (row): row is Row =>
    row !== null && (!args.id || row.id === args.id) && matches(visible, row) && matches(wanted, row);
}

function verbOf(wasSeen: boolean, isSeen: boolean): Verb | null {
  if (isSeen) return wasSeen ? 'updated' : 'created';
  return wasSeen ? 'deleted' : null;
}
