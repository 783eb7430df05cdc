import {
  type ExecutionArgs,
  type FieldNode,
  type GraphQLError,
  type GraphQLField,
  getArgumentValues,
  Kind,
  visit,
} from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import { buildExecutionContext } from 'graphql/execution/execute.js';
import { sentences } from '../../core/requests/fault.ts';
import type { FollowArgs, FollowSpec } from '../../graph/events/follow.ts';
import type { ListenSpec } from '../../graph/events/listen-field.ts';
import type { ObserveSpec } from '../../graph/events/observe-field.ts';
import { refusedBy } from '../../graph/schema/refused-by.ts';

const FIELD = sentences('BAD_USER_INPUT', {
  NO_SUBSCRIPTIONS: 'The schema has no subscriptions.',
  NOTHING_TO_FOLLOW: 'The operation selects no field that can be followed.',
});

/** The root field of a subscription to the changes of a feed. */
export interface FeedField extends FieldCall {
  readonly kind: 'follow';
  readonly spec: FollowSpec;
  /** Whether the stream begins with a snapshot, unless it resumes. */
  readonly wantsSnapshot: boolean;
  /** Whether it is about the first rows of a list only. */
  readonly wantsWindow: boolean;
}

/** The root field of a subscription to signals. */
export interface SignalField extends FieldCall {
  readonly kind: 'listen';
  readonly spec: ListenSpec;
}

/** The root field of a subscription to the state of a leased set. */
export interface StateField extends FieldCall {
  readonly kind: 'observe';
  readonly spec: ObserveSpec;
}

/** The errors of an operation that cannot be subscribed to. */
export interface FieldErrors {
  readonly kind: 'errors';
  readonly errors: readonly GraphQLError[];
}

interface FieldCall {
  readonly name: string;
  readonly args: FollowArgs;
  /** The coerced variables of the operation. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The variable that gives the start position and is used for nothing else. */
  readonly startVariable: string | null;
}

/**
 * Finds the root field of a subscription operation, with its arguments and its spec; otherwise the errors of its
 * variables and arguments. It coerces as graphql-js does, with two functions that the package does not document
 * (docs/relied-on-internals.md).
 */
export function rootField(args: ExecutionArgs): FeedField | SignalField | StateField | FieldErrors {
  const execution = buildExecutionContext(args);
  if (!('schema' in execution)) return refused(...execution);
  const { schema, fragments, operation, variableValues } = execution;
  const root = schema.getSubscriptionType();
  if (!root) return refused(refusedBy(FIELD.NO_SUBSCRIPTIONS()));
  const fields = collectFields(schema, fragments, variableValues, root, operation.selectionSet);
  // Validation allows exactly one field. With @skip or @include there may be none.
  const [node] = [...fields.values()].flat();
  const field: GraphQLField<unknown, unknown> | undefined = node && root.getFields()[node.name.value];
  const { follow, listen, observe, readArgs = unchanged } = field?.extensions ?? {};
  if (!node || !field) return refused(nothingToFollow());
  try {
    const call = {
      name: field.name,
      args: readArgs(getArgumentValues(field, node, variableValues)),
      variables: variableValues,
      startVariable: startVariable(node, args),
    };
    const wantsSnapshot = follow?.snapshot !== undefined && call.args.snapshot === true;
    const wantsWindow = wantsSnapshot && follow?.window !== undefined && call.args.first != null;
    if (follow) return { kind: 'follow', ...call, spec: follow, wantsSnapshot, wantsWindow };
    if (observe) return { kind: 'observe', ...call, spec: observe };
    return listen ? { kind: 'listen', ...call, spec: listen } : refused(nothingToFollow());
  } catch (error) {
    return refused(error as GraphQLError);
  }
}

function refused(...errors: readonly GraphQLError[]): FieldErrors {
  return { kind: 'errors', errors };
}

function nothingToFollow(): GraphQLError {
  return refusedBy(FIELD.NOTHING_TO_FOLLOW());
}

function unchanged(args: object): FollowArgs {
  return args as FollowArgs;
}

function startVariable(node: FieldNode, { document }: ExecutionArgs): string | null {
  const value = node.arguments?.find(({ name }) => name.value === 'after')?.value;
  if (value?.kind !== Kind.VARIABLE) return null;
  const name = value.name.value;
  let uses = 0;
  visit(document, {
    Variable(variable) {
      if (variable.name.value === name) uses += 1;
    },
  });
  // The declaration and this use.
  return uses === 2 ? name : null;
}
