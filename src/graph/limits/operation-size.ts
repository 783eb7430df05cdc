import { type FragmentDefinitionNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';

/** The size of a selection after every fragment is inlined. */
export interface OperationSize {
  /** Levels of fields. */
  readonly depth: number;
  readonly aliases: number;
  /** Fields of the top level. */
  readonly fields: number;
}

const NOTHING: OperationSize = { depth: 0, aliases: 0, fields: 0 };

/**
 * Measures selections. `@skip` and `@include` are ignored, because the size of an operation must not depend on its
 * variables. Introspection counts as one field, as it needs more levels than data does and has a rule of its own.
 *
 * Each fragment is measured once however often it is spread: fragments that each spread the next one twice describe 2^n
 * fields in n lines, and counting them one by one would be the attack.
 */
export function sizeMeter(
  fragmentOf: (name: string) => FragmentDefinitionNode | null | undefined,
): (selections: SelectionSetNode) => OperationSize {
  const known = new Map<string, OperationSize>();

  const ofSet = (set: SelectionSetNode | undefined): OperationSize =>
    (set?.selections ?? []).map(ofSelection).reduce(together, NOTHING);

  const ofSelection = (selection: SelectionNode): OperationSize => {
    switch (selection.kind) {
      case Kind.FIELD: {
        const inner = selection.name.value.startsWith('__') ? NOTHING : ofSet(selection.selectionSet);
        return { depth: inner.depth + 1, aliases: inner.aliases + (selection.alias ? 1 : 0), fields: 1 };
      }
      case Kind.INLINE_FRAGMENT:
        return ofSet(selection.selectionSet);
      case Kind.FRAGMENT_SPREAD:
        return ofFragment(selection.name.value);
    }
  };

  const ofFragment = (name: string): OperationSize => {
    const measured = known.get(name);
    if (measured) return measured;
    known.set(name, NOTHING); // ends a cycle of fragments, which GraphQL's own rules refuse
    const size = ofSet(fragmentOf(name)?.selectionSet);
    known.set(name, size);
    return size;
  };

  return ofSet;
}

function together(one: OperationSize, other: OperationSize): OperationSize {
  return {
    depth: Math.max(one.depth, other.depth),
    aliases: one.aliases + other.aliases,
    fields: one.fields + other.fields,
  };
}
