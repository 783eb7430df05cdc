import { type FieldNode, Kind, type OperationDefinitionNode, type ValueNode } from 'graphql';
import { DEFAULT_PAGE, MAX_PAGE } from '../pages/keyset.ts';

/** Returns the largest number of entities in a field's page. */
export type PageSize = (field: FieldNode) => number;

/**
 * Reads the page sizes of an operation from `first` and `last`, also where they are variables. The variables are as the
 * client sent them; a value that is not a number is refused later, when it is coerced.
 */
export function pageSizes(
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): PageSize {
  const read = (node: ValueNode | undefined): unknown => {
    if (node?.kind === Kind.INT) return Number(node.value);
    if (node?.kind !== Kind.VARIABLE) return undefined;
    const name = node.name.value;
    if (Object.hasOwn(variables, name)) return variables[name];
    const declared = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return read(declared?.defaultValue);
  };
  return (field) => {
    const given = (field.arguments ?? [])
      .filter(({ name }) => name.value === 'first' || name.value === 'last')
      .map(({ value }) => read(value))
      .filter((size): size is number => typeof size === 'number' && size >= 0);
    return given.length === 0 ? DEFAULT_PAGE : Math.min(Math.max(...given), MAX_PAGE);
  };
}
