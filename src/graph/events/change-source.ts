import type { GraphQLSchema } from 'graphql';
import type { Viewer } from '../../core/rights/viewer.ts';
import { matches } from '../../core/rights/where.ts';
import { type Change, type EntityRow, rowAfter, rowBefore, rowLost } from '../../core/rows/change.ts';
import { isBeyondView, type PartialView } from '../../core/rows/partial-view.ts';
import { requireModuleOf } from '../../core/rows/required-module.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { type FilterShape, toWhere } from '../inputs/filter.ts';
import type { FollowArgs, FollowSpec, View } from './follow.ts';

export type Verb = 'created' | 'updated' | 'deleted';

/** Some rows, and the GraphQL types of the events for their changes; a verb without a type is not delivered. */
export interface ChangeSource<Row extends EntityRow = EntityRow> {
  readonly rows: Rows<Row>;
  readonly events: { readonly [Shown in Verb]?: string };
}

/** Makes the spec of a subscription field for a source. */
export function followSpecOf<Row extends EntityRow>(
  source: ChangeSource<Row>,
  { hasPositions }: Pick<FollowSpec, 'hasPositions'>,
): FollowSpec {
  const { entity, rule, scope, isPersonal, type, visibleTo } = source.rows;
  return {
    rule,
    feed: (viewer, { tenantId, organizationId }) => {
      const feed = scope.feed(viewer, tenantId, organizationId);
      requireModuleOf(entity, viewer, tenantId);
      return feed;
    },
    entities: () => [entity.name],
    view: (viewer, args, schema) => viewOf(source, viewer, args, schema),
    isPersonal: isPersonal ?? (() => false),
    hasPositions,
    shows: { typeName: type, visibleTo },
  };
}

/**
 * Makes the spec of a subscription field for one domain event of a row, e.g. that a payment was received. It also
 * delivers a row that comes into view by that step.
 */
export function followSpecOfDomainEvent<Row extends EntityRow>(
  rows: Rows<Row>,
  { event, happens }: { event: string; happens: StepTest<Row> },
): FollowSpec {
  return {
    ...followSpecOf({ rows, events: {} }, { hasPositions: false }),
    view: (viewer, args, schema) => {
      const isVisible = visibilityOf(rows, viewer, args, schema);
      const view = rows.viewFor?.(viewer);
      return (change) => {
        if (change.entity !== rows.entity.name) return null;
        const [before, after] = [rowBefore(change as Change<Row>), rowAfter(change as Change<Row>)];
        if (
          !isVisible(after) ||
          !happens(before, after, view) ||
          (before && isBeyondView(before, after, view))
        )
          return null;
        return { __typename: event, shownAs: rows.type, change, row: after };
      };
    },
  };
}

/**
 * Tells whether the step from `before`, null for a creation, to `after` is the event, for viewers of a view; undefined for
 * those who see all columns.
 */
export type StepTest<Row> = (before: Row | null, after: Row, view: PartialView<Row> | undefined) => boolean;

/**
 * Maps the changes of a source to the events of one viewer. A row that comes into view by a change was created for this
 * viewer, and a row that leaves the view was deleted; the event says whether the viewer still sees it elsewhere. An
 * update of which the viewer sees nothing is no event. A row that its feed loses was deleted for every viewer of such
 * rows, whatever its filter: what is known of the row can be older or younger than the row that is lost.
 */
function viewOf<Row extends EntityRow>(
  { rows, events }: ChangeSource<Row>,
  viewer: Viewer,
  args: FollowArgs,
  schema: GraphQLSchema,
): View {
  const isVisible = visibilityOf(rows, viewer, args, schema);
  const isShown = visibilityOf(rows, viewer, { ...args, filter: null }, schema);
  const view = rows.viewFor?.(viewer);
  return (change) => {
    if (change.entity !== rows.entity.name) return null;
    const lost = rowLost(change as Change<Row>);
    const [before, after] = [lost ?? rowBefore(change as Change<Row>), rowAfter(change as Change<Row>)];
    const wasVisible = lost ? isShown(lost) : isVisible(before);
    const verb = verbOf(wasVisible, isVisible(after));
    const event = verb && events[verb];
    if (!event || (verb === 'updated' && isBeyondView(before as Row, after as Row, view))) return null;
    const shown = { __typename: event, shownAs: rows.type, change };
    if (verb !== 'deleted') return { ...shown, row: after as Row };
    return { ...shown, row: before as Row, reason: !lost && isShown(after) ? 'FILTERED' : 'GONE' };
  };
}

/** Tells whether a row passes both the viewer's visibility and the arguments. */
function visibilityOf<Row extends EntityRow>(
  { type, visibleTo }: Rows<Row>,
  viewer: Viewer,
  args: FollowArgs,
  schema: GraphQLSchema,
): (row: Row | null) => row is Row {
  const visible = visibleTo(viewer);
  const filter = args.filter as FilterShape | null | undefined;
  const wanted = toWhere<Row>(filter, { schema, typeName: type, viewer });
  return (row): row is Row =>
    row !== null && (!args.id || row.id === args.id) && matches(visible, row) && matches(wanted, row);
}

function verbOf(wasVisible: boolean, isVisible: boolean): Verb | null {
  if (isVisible) return wasVisible ? 'updated' : 'created';
  return wasVisible ? 'deleted' : null;
}
