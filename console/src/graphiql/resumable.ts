import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type VariableNode,
  visit,
} from 'graphql';

/** A subscription as it is sent: with a type in each item, and a cursor to resume from. */
export interface Resumable {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whether FeedPosition is among the items. */
  readonly hasPositions: boolean;
  /** The result as the user asked for it. */
  asAsked(data: Readonly<Record<string, unknown>>): unknown;
}

const AFTER = 'after';

/**
 * Prepares one subscription of a document. A stream that is cut resumes by the variable `after` and is shown by its types,
 * and few documents declare the one and select the other, so both are added. What cannot be added safely is left as it is.
 */
export function resumable(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema | null,
): Resumable {
  const asWritten = {
    query: print(document),
    variables,
    hasPositions: false,
    asAsked: (data: unknown) => data,
  };
  const [root, ...others] = operation.selectionSet.selections;
  if (root?.kind !== Kind.FIELD || others.length > 0) return asWritten;
  const field = schema?.getSubscriptionType()?.getFields()[root.name.value];
  const after = afterOf(document, operation, root, variables, field);
  const addsType = root.selectionSet !== undefined && !root.selectionSet.selections.some(isTypename);
  const sent = visit(document, {
    OperationDefinition(node) {
      if (node !== operation) return undefined;
      const selection: FieldNode = {
        ...root,
        arguments: after
          ? [...(root.arguments ?? []).filter((one) => one.name.value !== AFTER), after.argument]
          : (root.arguments ?? []),
        ...(root.selectionSet && {
          selectionSet: {
            ...root.selectionSet,
            selections: [...(addsType ? [TYPENAME] : []), ...root.selectionSet.selections],
          },
        }),
      };
      return {
        ...node,
        variableDefinitions: after?.definitions ?? node.variableDefinitions ?? [],
        selectionSet: { ...node.selectionSet, selections: [selection] },
      };
    },
  });
  const key = root.alias?.value ?? root.name.value;
  return {
    query: print(sent),
    variables: after?.variables ?? variables,
    hasPositions: hasPositions(field, schema),
    asAsked: (data) => (addsType ? { ...data, [key]: withoutTypename(data[key]) } : data),
  };
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
const AFTER_VARIABLE: VariableNode = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: AFTER } };

/** The argument `after`, as a variable, with the cursor that the user gave; undefined where the field has none. */
function afterOf(
  document: DocumentNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
  root: FieldNode,
  variables: Readonly<Record<string, unknown>>,
  field: GraphQLField<unknown, unknown> | undefined,
) {
  const type = field?.args.find(({ name }) => name === AFTER)?.type;
  const given = root.arguments?.find(({ name }) => name.value === AFTER)?.value;
  if (!type || !['undefined', Kind.STRING, Kind.NULL, Kind.VARIABLE].includes(given?.kind ?? 'undefined')) {
    return undefined;
  }
  const own = given?.kind === Kind.VARIABLE ? given.name.value : undefined;
  const isDeclared = variableDefinitions.some((one) => one.variable.name.value === AFTER);
  // A variable of this name that means something else, or one of another name that is used elsewhere too.
  if (own !== AFTER && (isDeclared || (own !== undefined && countUses(document, own) > 1))) return undefined;
  const cursor = own !== undefined ? variables[own] : given?.kind === Kind.STRING ? given.value : undefined;
  const { [own ?? AFTER]: _replaced, ...others } = variables;
  const kept = variableDefinitions.filter((one) => one.variable.name.value !== (own ?? AFTER));
  return {
    argument: {
      kind: Kind.ARGUMENT as const,
      name: { kind: Kind.NAME as const, value: AFTER },
      value: AFTER_VARIABLE,
    },
    definitions: [
      ...kept,
      {
        kind: Kind.VARIABLE_DEFINITION as const,
        variable: AFTER_VARIABLE,
        type: {
          kind: Kind.NAMED_TYPE as const,
          name: { kind: Kind.NAME as const, value: getNamedType(type).name },
        },
      },
    ],
    variables: { ...others, ...(typeof cursor === 'string' && cursor !== '' && { after: cursor }) },
  };
}

/** How often a document uses a variable, its declaration left out. */
function countUses(document: DocumentNode, name: string): number {
  let count = 0;
  visit(document, {
    VariableDefinition: () => false,
    Variable(node) {
      if (node.name.value === name) count += 1;
    },
  });
  return count;
}

function hasPositions(
  field: GraphQLField<unknown, unknown> | undefined,
  schema: GraphQLSchema | null,
): boolean {
  const type = field && getNamedType(field.type);
  return (
    isAbstractType(type) && (schema?.getPossibleTypes(type) ?? []).some(({ name }) => name === 'FeedPosition')
  );
}

function isTypename(selection: SelectionNode): boolean {
  return selection.kind === Kind.FIELD && selection.name.value === '__typename' && !selection.alias;
}

function withoutTypename(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  const { __typename, ...rest } = item as Record<string, unknown>;
  return rest;
}
