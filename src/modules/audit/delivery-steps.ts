import type { GraphQLSchema } from 'graphql';
import { RequestError } from '../../core/requests/errors.ts';
import { allows } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { matches } from '../../core/rights/where.ts';
import { type Change, rowAfter, rowBefore, rowLost } from '../../core/rows/change.ts';
import { everyChange } from '../../graph/events/every-change.ts';
import type { FollowArgs, FollowSpec } from '../../graph/events/follow.ts';
import { followedRows } from '../../graph/rows/followed-rows.ts';
import type { AuditEntry } from './audit-entry.ts';
import { changedFieldsOf } from './field-diffs.ts';

/** The decisions of the engine, in its order. */
export type StepName = 'RIGHTS' | 'USER' | 'FEED' | 'PERMISSION' | 'ROW' | 'VIEW' | 'FIELDS' | 'FILTER';

/** Why a decision is as it is. */
export type StepReason =
  | 'RIGHTS_NOT_KNOWN'
  | 'USER_MAY_NOT_ACT'
  | 'FEED_OUT_OF_REACH'
  | 'NO_STREAM_SHOWS_IT'
  | 'PERMISSION_MISSING'
  | 'ROW_NOT_VISIBLE'
  | 'CHANGE_NOT_SHOWN'
  | 'FIELDS_HIDDEN'
  | 'FILTER_NOT_KNOWN';

/** The outcome of a step. */
export type StepOutcome = 'PASSED' | 'STOPPED' | 'NOT_KNOWN';

export interface DeliveryStep {
  readonly step: StepName;
  readonly outcome: StepOutcome;
  /** Null: there is nothing to say. */
  readonly reason: StepReason | null;
  /** The changed fields that the asker sees and the user does not. */
  readonly hiddenFields: readonly string[];
}

export type DeliveryVerdict = 'DELIVERED' | 'NOT_DELIVERED' | 'NOT_KNOWN';

/** Why a user received a change, or did not. */
export interface DeliveryExplanation {
  readonly verdict: DeliveryVerdict;
  /** The reason of the step that decided; null if the change was delivered. */
  readonly reason: StepReason | null;
  readonly steps: readonly DeliveryStep[];
}

/** The change as the asker sees it, the asker, and the rights of the user at the change. */
export interface AskedDelivery {
  readonly entry: AuditEntry;
  readonly asker: Viewer;
  /** Null: the user may not act. */
  readonly viewer: Viewer | null;
  /** Whether these rights were those of the moment of the change. */
  readonly areRightsKnown: boolean;
  readonly schema: GraphQLSchema;
}

/**
 * Explains whether a stream of all changes (`changes`) of the feed delivers a change to a user. Each step asks the function
 * by which the engine decides, and the last of them, the view, is the engine's decision itself.
 */
export function explainedDelivery(asked: AskedDelivery): DeliveryExplanation {
  const steps: DeliveryStep[] = [];
  for (const next of STEPS) {
    const step = next(asked);
    steps.push(step);
    if (step.outcome === 'STOPPED') return { verdict: 'NOT_DELIVERED', reason: step.reason, steps };
    if (step.step === 'RIGHTS' && step.outcome === 'NOT_KNOWN')
      return { verdict: 'NOT_KNOWN', reason: step.reason, steps };
  }
  return { verdict: 'DELIVERED', reason: null, steps };
}

const STEPS: readonly ((asked: AskedDelivery) => DeliveryStep)[] = [
  ({ areRightsKnown }) =>
    areRightsKnown
      ? passed('RIGHTS')
      : { ...passed('RIGHTS'), outcome: 'NOT_KNOWN', reason: 'RIGHTS_NOT_KNOWN' },
  ({ viewer }) => unless(viewer === null, 'USER', 'USER_MAY_NOT_ACT'),
  ({ viewer, entry, schema }) =>
    unless(!reachesFeed(viewer, entry.change.feed, schema), 'FEED', 'FEED_OUT_OF_REACH'),
  ({ viewer, entry: { change } }) =>
    everyChange.shows(change.entity)
      ? unless(rowsOf(change, viewer).length === 0, 'PERMISSION', 'PERMISSION_MISSING')
      : stopped('PERMISSION', 'NO_STREAM_SHOWS_IT'),
  ({ viewer, entry: { change } }) => unless(!seesRow(change, viewer), 'ROW', 'ROW_NOT_VISIBLE'),
  ({ viewer, entry: { change }, schema }) =>
    unless(shownBy(change, viewer, schema) === null, 'VIEW', 'CHANGE_NOT_SHOWN'),
  hiddenFieldsStep,
  () => ({ ...passed('FILTER'), outcome: 'NOT_KNOWN', reason: 'FILTER_NOT_KNOWN' }),
];

function passed(step: StepName): DeliveryStep {
  return { step, outcome: 'PASSED', reason: null, hiddenFields: [] };
}

function stopped(step: StepName, reason: StepReason): DeliveryStep {
  return { ...passed(step), outcome: 'STOPPED', reason };
}

function unless(isStopped: boolean, step: StepName, reason: StepReason): DeliveryStep {
  return isStopped ? stopped(step, reason) : passed(step);
}

/** The spec that the engine executes for a stream of all changes. */
function specIn(schema: GraphQLSchema): FollowSpec {
  const spec = schema.getSubscriptionType()?.getFields().changes?.extensions.follow;
  if (!spec) throw new Error('The schema has no stream of all changes.');
  return spec;
}

/** Whether any arguments of the stream lead the user to a feed. */
function reachesFeed(viewer: Viewer | null, feed: string, schema: GraphQLSchema): boolean {
  const spec = specIn(schema);
  if (!viewer || !allows(spec.rule, viewer)) return false;
  return [{}, { tenantId: feed }, { organizationId: feed }].some(
    (args) => feedOf(spec, viewer, args) === feed,
  );
}

function feedOf(spec: FollowSpec, viewer: Viewer, args: FollowArgs): string | null {
  try {
    return spec.feed(viewer, args);
  } catch (error) {
    if (error instanceof RequestError) return null;
    throw error;
  }
}

/** The rows of the entity of a change that the user may read at all. */
function rowsOf({ entity }: Change, viewer: Viewer | null) {
  return viewer ? followedRows.for(viewer).filter((rows) => rows.entity.name === entity) : [];
}

function seesRow(change: Change, viewer: Viewer | null): boolean {
  const versions = [rowLost(change), rowBefore(change), rowAfter(change)].filter((row) => row !== null);
  return rowsOf(change, viewer).some(
    ({ visibleTo }) => viewer && versions.some((row) => matches(visibleTo(viewer), row)),
  );
}

/** The event that the engine makes of a change for the user; null for none. */
function shownBy(change: Change, viewer: Viewer | null, schema: GraphQLSchema) {
  return viewer && specIn(schema).view(viewer, {}, schema)(change);
}

function hiddenFieldsStep({ entry, asker, viewer, schema }: AskedDelivery): DeliveryStep {
  const seen = shownBy(entry.change, viewer, schema);
  const typeName = seen?.shownAs ?? entry.typeName;
  const own = changedFieldsOf({ ...entry, typeName }, viewer, schema);
  const hiddenFields = changedFieldsOf(entry, asker, schema).filter((field) => !own.includes(field));
  return { ...passed('FIELDS'), reason: hiddenFields.length > 0 ? 'FIELDS_HIDDEN' : null, hiddenFields };
}
