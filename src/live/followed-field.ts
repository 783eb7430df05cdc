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
import type { FollowArgs, FollowPlan } from '../graph/follow.ts';

/** The one field of a subscription operation, with its arguments and how it is followed. */
export interface FollowedField {
  readonly name: string;
  readonly plan: FollowPlan;
  readonly args: FollowArgs;
  /** The coerced variables of the operation. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The variable that says where to start, if it says nothing else. */
  readonly startVariable: string | null;
}

/** Finds what a subscription operation follows; the errors are those of its variables and arguments. */
export function followedField(args: ExecutionArgs): FollowedField | readonly GraphQLError[] {
  const execution = buildExecutionContext(args);
  if (!('schema' in execution)) return execution;
  const { schema, fragments, operation, variableValues } = execution;
  const root = schema.getSubscriptionType();
  if (!root) return [new GraphQLError('The schema has no subscriptions.')];
  const fields = collectFields(schema, fragments, variableValues, root, operation.selectionSet);
  // Validation has seen to it that there is one; with @skip or @include on it there may be none.
  const [node] = [...fields.values()].flat();
  const field: GraphQLField<unknown, unknown> | undefined = node && root.getFields()[node.name.value];
  const { follow: plan, readArgs = asTheyAre } = field?.extensions ?? {};
  if (!node || !field || !plan)
    return [new GraphQLError('The operation selects no field that can be followed.')];
  try {
    return {
      name: field.name,
      plan,
      args: readArgs(getArgumentValues(field, node, variableValues)),
      variables: variableValues,
      startVariable: startVariable(node, args),
    };
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
