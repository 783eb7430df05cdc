import {
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
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
import { isPaged, mostOfField } from './field-cost.ts';
import type { PageSize } from './page-size.ts';

/** The cost of one value of each field, in any unit. The fields of its selection are counted separately. */
export interface FieldCosts {
  readonly of: (field: GraphQLField<unknown, unknown>, parent: GraphQLCompositeType) => number;
  /** The cost of `__schema` and `__type`. */
  readonly ofIntrospection: Readonly<Record<string, number>>;
}

/** Returns what one value of a type can cost at most with a selection. */
export type WorstCase = (selections: SelectionSetNode, type: GraphQLCompositeType) => number;

/** A cost in two parts: of a value itself, and of each item if the value is a page. */
interface Cost {
  readonly once: number;
  readonly each: number;
}

const NOTHING: Cost = { once: 0, each: 0 };

/**
 * Adds up what an answer can cost. Every page counts as full, every list without pages as one of the
 * length that its field declares or of a page, every branch as taken, and directives are ignored. Each
 * fragment is counted once however often it is spread, as in sizeMeter.
 */
export function worstCase(
  schema: GraphQLSchema,
  document: DocumentNode,
  pageSize: PageSize,
  costs: FieldCosts,
): WorstCase {
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const known = new Map<string, Cost>();

  const ofSet = ({ selections }: SelectionSetNode, type: GraphQLCompositeType): Cost =>
    selections.map((selection) => ofSelection(selection, type)).reduce(together, NOTHING);

  const ofSelection = (selection: SelectionNode, type: GraphQLCompositeType): Cost => {
    switch (selection.kind) {
      case Kind.FIELD:
        return ofField(selection, type);
      case Kind.INLINE_FRAGMENT:
        return ofSet(selection.selectionSet, narrowed(type, selection.typeCondition));
      case Kind.FRAGMENT_SPREAD:
        return ofFragment(selection.name.value, type);
    }
  };

  const ofField = (field: FieldNode, parent: GraphQLCompositeType): Cost => {
    const definition = fieldsOf(parent)[field.name.value];
    if (!definition) return { once: costs.ofIntrospection[field.name.value] ?? 0, each: 0 };
    const type = getNamedType(definition.type);
    const inner = field.selectionSet && isCompositeType(type) ? ofSet(field.selectionSet, type) : NOTHING;
    const cost = costs.of(definition, parent) + inner.once;
    const ofItems = (isPaged(definition) ? pageSize(field) : DEFAULT_PAGE) * inner.each;
    if (!isList(definition.type)) return { once: cost + ofItems, each: 0 };
    // The lists of a connection are as long as its page, which is known where the page is requested.
    return isConnection(parent)
      ? { once: 0, each: cost + ofItems }
      : { once: (mostOfField(definition) ?? DEFAULT_PAGE) * (cost + ofItems), each: 0 };
  };

  const ofFragment = (name: string, type: GraphQLCompositeType): Cost => {
    const counted = known.get(name);
    if (counted !== undefined) return counted;
    known.set(name, NOTHING); // ends a cycle of fragments, which GraphQL's own rules refuse
    const fragment = fragments.get(name);
    const cost = fragment ? ofSet(fragment.selectionSet, narrowed(type, fragment.typeCondition)) : NOTHING;
    known.set(name, cost);
    return cost;
  };

  const narrowed = (type: GraphQLCompositeType, condition: NamedTypeNode | undefined) => {
    const narrow = condition && typeFromAST(schema, condition);
    return isCompositeType(narrow) ? narrow : type;
  };

  return (selections, type) => {
    const { once, each } = ofSet(selections, type);
    return once + DEFAULT_PAGE * each;
  };
}

function together(one: Cost, other: Cost): Cost {
  return { once: one.once + other.once, each: one.each + other.each };
}

function isConnection(type: GraphQLCompositeType): boolean {
  return 'pageInfo' in fieldsOf(type);
}

function fieldsOf(type: GraphQLCompositeType) {
  return isUnionType(type) ? {} : type.getFields();
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type));
}
