import {
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isUnionType,
  Kind,
  type NamedTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import { DEFAULT_PAGE } from '../pages/keyset.ts';
import { costOfField } from './field-cost.ts';
import type { PageSize } from './page-size.ts';

/** As large as so many objects; rules of their own bound how often these fields are requested, and how deep. */
const COSTS_OF_INTROSPECTION: Readonly<Record<string, number>> = { __schema: 2_000, __type: 100 };

/** Counts the objects that one value of a type can bring into the answer; costly fields count as several. */
export type CountNodes = (selections: SelectionSetNode, type: GraphQLCompositeType) => number;

/**
 * Counts the objects that an answer can contain; costly fields count as several. Every page counts as full, every
 * branch as taken, and directives are ignored. Each fragment is counted once however often it is spread, as in
 * sizeMeter.
 */
export function nodeCounter(schema: GraphQLSchema, document: DocumentNode, pageSize: PageSize): CountNodes {
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const known = new Map<string, number>();

  const ofSet: CountNodes = ({ selections }, type) =>
    selections.reduce((sum, selection) => sum + ofSelection(selection, type), 0);

  const ofSelection = (selection: SelectionNode, type: GraphQLCompositeType): number => {
    switch (selection.kind) {
      case Kind.FIELD:
        return ofField(selection, type);
      case Kind.INLINE_FRAGMENT:
        return ofSet(selection.selectionSet, narrowed(type, selection.typeCondition));
      case Kind.FRAGMENT_SPREAD:
        return ofFragment(selection.name.value, type);
    }
  };

  const ofField = (field: FieldNode, parent: GraphQLCompositeType): number => {
    const definition = fieldsOf(parent)[field.name.value];
    if (!definition) return COSTS_OF_INTROSPECTION[field.name.value] ?? 0;
    if (!field.selectionSet) return 0; // a leaf
    const type = getNamedType(definition.type);
    if (!isCompositeType(type) || type.name === 'PageInfo') return 0;
    const inner = ofSet(field.selectionSet, type);
    const isPaged = definition.args.some(({ name }) => name === 'first' || name === 'last');
    const cost = costOfField(definition);
    if (isPaged) return cost + pageSize(field) * inner;
    // The lists of a connection are as long as its page, and that factor is applied where the page is requested.
    const length = isList(definition.type) && !('pageInfo' in fieldsOf(parent)) ? DEFAULT_PAGE : 1;
    return length * (cost + inner);
  };

  const ofFragment = (name: string, type: GraphQLCompositeType): number => {
    const counted = known.get(name);
    if (counted !== undefined) return counted;
    known.set(name, 0); // ends a cycle of fragments, which GraphQL's own rules refuse
    const fragment = fragments.get(name);
    const nodes = fragment ? ofSet(fragment.selectionSet, narrowed(type, fragment.typeCondition)) : 0;
    known.set(name, nodes);
    return nodes;
  };

  const narrowed = (type: GraphQLCompositeType, condition: NamedTypeNode | undefined) => {
    const narrow = condition && typeFromAST(schema, condition);
    return isCompositeType(narrow) ? narrow : type;
  };

  return ofSet;
}

function fieldsOf(type: GraphQLCompositeType) {
  return isUnionType(type) ? {} : type.getFields();
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type));
}
