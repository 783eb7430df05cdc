import { type DocumentNode, Kind, parse, print, type SelectionNode, visit } from 'graphql';
import type { Variables } from '../../test/support/person.ts';
import type { Question } from './question.ts';

/**
 * Makes a question smaller as long as it still leaks: it leaves out variables, and keeps one field of each selection. Asks
 * at most `tries` times.
 */
export async function shrink<Asked extends Question>(
  question: Asked,
  leaks: (smaller: Asked) => Promise<boolean>,
  tries: number,
): Promise<Asked> {
  let smallest = question;
  let left = tries;
  let candidates = smallerThan(smallest);
  while (left > 0) {
    const candidate = candidates.shift();
    if (!candidate) break;
    left -= 1;
    if (!(await leaks(candidate))) continue;
    smallest = candidate;
    candidates = smallerThan(smallest);
  }
  return smallest;
}

/** The questions that are one step smaller, beginning with those that leave out most. */
function smallerThan<Asked extends Question>(question: Asked): Asked[] {
  const { document, variables, twin } = question;
  const parsed = parse(document);
  const documents = placesIn(parsed).map((place) => print(used(keeping(parsed, place))));
  const fewer = Object.keys(variables).map((name) => {
    const without = ({ [name]: _left, ...others }: Variables) => others;
    return { ...question, variables: without(variables), ...(twin && { twin: without(twin) }) };
  });
  return [...documents.map((smaller) => ({ ...question, document: smaller })), ...fewer];
}

/** One of several selections of a set. */
interface Place {
  readonly set: number;
  readonly kept: number;
}

function placesIn(document: DocumentNode): Place[] {
  const places: Place[] = [];
  let set = 0;
  visit(document, {
    SelectionSet({ selections }) {
      if (selections.length > 1) places.push(...selections.map((_one, kept) => ({ set, kept })));
      set += 1;
    },
  });
  return places;
}

function keeping(document: DocumentNode, { set: wanted, kept }: Place): DocumentNode {
  let set = -1;
  return visit(document, {
    SelectionSet(node) {
      set += 1;
      return set === wanted ? { ...node, selections: [node.selections[kept] as SelectionNode] } : undefined;
    },
  });
}

/** Leaves out the fragments and the variables that nothing uses any more: validation refuses them. */
function used(document: DocumentNode): DocumentNode {
  const fragments = namesOf(document, Kind.FRAGMENT_SPREAD);
  const definitions = document.definitions.filter(
    (one) => one.kind !== Kind.FRAGMENT_DEFINITION || fragments.has(one.name.value),
  );
  if (definitions.length < document.definitions.length) return used({ ...document, definitions });
  const variables = namesOf(visit(document, { VariableDefinition: () => null }), Kind.VARIABLE);
  return visit(document, {
    VariableDefinition: ({ variable }) => (variables.has(variable.name.value) ? undefined : null),
  });
}

function namesOf(document: DocumentNode, kind: Kind.FRAGMENT_SPREAD | Kind.VARIABLE): Set<string> {
  const names = new Set<string>();
  visit(document, {
    [kind]: ({ name }: { name: { value: string } }) => {
      names.add(name.value);
    },
  });
  return names;
}
