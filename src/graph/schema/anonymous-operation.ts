import {
  type ExecutionArgs,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  getOperationAST,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** The extension of a root field that asks for no viewer, because it finds out itself who the client is. */
export const ASKS_FOR_NO_VIEWER = { asksForNoViewer: true } as const;

type Execution = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName'>;

/** Whether an operation selects only root fields that ask for no viewer: those that sign in, and introspection. */
export function asksForNoViewer(execution: Execution): boolean {
  const { schema, document, operationName } = execution;
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return false;
  return rootFieldsOf(execution).every((name) => isAnonymous(root, name));
}

/** The names of the root fields that an operation selects, in fragments too. */
export function rootFieldsOf({ document, operationName }: Execution): string[] {
  const operation = getOperationAST(document, operationName);
  if (!operation) return [];
  const fragments = new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );
  return fieldsOf(operation.selectionSet, fragments);
}

function fieldsOf(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    const { selectionSet } =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : (fragments.get(selection.name.value) ?? { selectionSet: null });
    return selectionSet ? fieldsOf(selectionSet, fragments) : [];
  });
}

function isAnonymous(root: GraphQLObjectType, name: string): boolean {
  return name.startsWith('__') || root.getFields()[name]?.extensions.asksForNoViewer === true;
}
