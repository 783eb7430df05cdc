import {
  type ExecutionArgs,
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  getArgumentValues,
  Kind,
  visit,
} from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import { buildExecutionContext } from 'graphql/execution/execute.js';
import type { FollowArgs, FollowSpec } from '../graph/follow.ts';
import type { ListenSpec } from '../graph/listen-field.ts';

/** The one field of a subscription operation that follows a feed, with its arguments and how it is followed. */
export interface FollowedField extends FieldCall {
  readonly spec: FollowSpec;
}

/** The one field of a subscription operation that hears signals. */
export interface ListenedField extends FieldCall {
  readonly listen: ListenSpec;
}

interface FieldCall {
  readonly name: string;
  readonly args: FollowArgs;
  /** The coerced variables of the operation. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The variable that says where to start, if it says nothing else. */
  readonly startVariable: string | null;
}

/** Finds what a subscription operation follows or hears; the errors are those of its variables and arguments. */
export function subscribedField(
  args: ExecutionArgs,
): FollowedField | ListenedField | readonly GraphQLError[] {
  const execution = buildExecutionContext(args);
  if (!('schema' in execution)) return execution;
  const { schema, fragments, operation, variableValues } = execution;
  const root = schema.getSubscriptionType();
  if (!root) return [new GraphQLError('The schema has no subscriptions.')];
  const fields = collectFields(schema, fragments, variableValues, root, operation.selectionSet);
  // Validation has seen to it that there is one; with @skip or @include on it there may be none.
  const [node] = [...fields.values()].flat();
  const field: GraphQLField<unknown, unknown> | undefined = node && root.getFields()[node.name.value];
  const { follow: spec, listen, readArgs = asTheyAre } = field?.extensions ?? {};
  if (!node || !field || !(spec || listen))
    return [new GraphQLError('The operation selects no field that can be followed.')];
  try {
    const call = {
      name: field.name,
      args: readArgs(getArgumentValues(field, node, variableValues)),
      variables: variableValues,
      startVariable: startVariable(node, args),
    };
    return listen ? { ...call, listen } : { ...call, spec: spec as FollowSpec };
  } catch (error) {
    return [error as GraphQLError];
  }
}

function asTheyAre(args: object): FollowArgs {
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
  // Its declaration and this use.
  return uses === 2 ? name : null;
}
