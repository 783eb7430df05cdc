import { isEnumType } from 'graphql';
import type { Dice } from './dice.ts';
import type { Variables } from './person.ts';
import { cursorAt, type Ids, idFor, isIdentity, valueFor } from './schema-values.ts';
import { argumentsOf, type Leaf, optionalLeaves, type RootField } from './schema-walk.ts';

/** The subject of a question: ids, and a text by which a row could be found. */
export interface Subject {
  readonly ids: Ids;
  readonly text: string;
}

const MOST = 5;
const TIMES = ['2020-01-01T00:00:00Z', '2100-01-01T00:00:00Z'];
const COLUMNS = ['label', 'title', 'name', 'createdAt', 'updatedAt'];

/** Fills arguments of a root field at random, so that the same question can be asked about one subject and another. */
export function randomQuestion(root: RootField, dice: Dice): (subject: Subject) => Variables {
  const optional = optionalLeaves(root);
  const chosen = optional.length > 0 ? dice.some(optional, MOST).map(({ path }) => path) : [];
  const makers = new Map<string, (subject: Subject) => unknown>();
  return (subject) =>
    argumentsOf(root, chosen, (leaf) => {
      const make = makers.get(leaf.path) ?? randomMaker(leaf, root, dice);
      makers.set(leaf.path, make);
      return make(subject);
    });
}

function randomMaker(leaf: Leaf, root: RootField, dice: Dice): (subject: Subject) => unknown {
  const { type } = leaf;
  if (isEnumType(type)) return fixed(dice.pick(type.getValues()).name);
  if (isIdentity(leaf))
    return leaf.type.name === 'String' ? pageCursor(leaf, dice) : ({ ids }) => idFor(leaf, ids);
  switch (type.name) {
    case 'Int':
    case 'MinorUnits':
      return fixed(1 + dice.below(3));
    case 'DateTime':
      return fixed(dice.pick(TIMES));
    case 'String': {
      // A mutation writes its texts, so it gets none that would be taken for the neighbour's.
      if (root.operation === 'mutation') return fixed(valueFor(leaf));
      const length = dice.pick([7, 20, 1_000]);
      return ({ text }) => text.slice(0, length);
    }
    default:
      return fixed(valueFor(leaf));
  }
}

/** Cursors of lists are not signed: a client can make one with any position. */
function pageCursor({ lists }: Leaf, dice: Dice): (subject: Subject) => string {
  const direction = dice.pick(['asc', 'desc']);
  const column = dice.pick(COLUMNS);
  const type = dice.pick(['User', 'Unit', 'Payment', 'MaintenanceRequest']);
  return ({ ids, text }) => {
    const value = /(At|^since)$/.test(column) ? TIMES[0] : text;
    return cursorAt(`${lists}.${column} ${direction}`, value, ids[type]);
  };
}

function fixed(value: unknown): () => unknown {
  return () => value;
}
