import {
  type GraphQLField,
  type GraphQLInputObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
} from 'graphql';
import { canaries } from './canaries.ts';
import type { Dice } from './dice.ts';
import type { Variables } from './person.ts';

/** The rows of one tenant that arguments can name. */
export interface Known {
  readonly tenantId: string;
  readonly ids: readonly string[];
}

/** Chooses arguments of a subscription field: the same ones for each tenant, except for the ids in them. */
export function randomArguments(
  { args }: GraphQLField<unknown, unknown>,
  dice: Dice,
): (known: Known) => Variables {
  const makers = args.flatMap(({ name, type }): [string, (known: Known) => unknown][] => {
    const named = getNamedType(type);
    if (name === 'id' && dice.chance(10)) return [[name, someId(dice)]];
    if (name === 'types' && isEnumType(named) && dice.chance(35)) {
      const types = dice.some(named.getValues(), 4).map((value) => value.name);
      return [[name, () => types]];
    }
    if (name === 'filter' && isInputObjectType(named) && dice.chance(35)) {
      return [[name, randomFilter(named, dice, 2)]];
    }
    return [];
  });
  return (known) => Object.fromEntries(makers.map(([name, make]) => [name, make(known)]));
}

type Make = (known: Known) => unknown;

function someId(dice: Dice): Make {
  const index = dice.below(1_000);
  return ({ ids }) => ids[index % ids.length];
}

function randomFilter(type: GraphQLInputObjectType, dice: Dice, depth: number): Make {
  const fields = Object.values(type.getFields());
  const columns = fields.filter(({ name }) => !['and', 'or', 'not'].includes(name));
  const tests = dice.some(columns, 2).map((column): [string, Make] => {
    return [column.name, randomTest(getNamedType(column.type) as GraphQLInputObjectType, dice)];
  });
  const own: Make = (known) => Object.fromEntries(tests.map(([name, make]) => [name, make(known)]));
  if (depth === 1 || dice.chance(40)) return own;
  const other = randomFilter(type, dice, depth - 1);
  const joint = dice.pick(['and', 'or', 'not']);
  if (joint === 'not') return (known) => ({ not: other(known) });
  return (known) => ({ [joint]: [own(known), other(known)] });
}

function randomTest(type: GraphQLInputObjectType, dice: Dice): Make {
  const [first] = Object.values(type.getFields());
  const operand = first && getNamedType(first.type);
  if (isEnumType(operand)) {
    const values = dice.some(operand.getValues(), 3).map(({ name }) => name);
    return () => ({ in: values });
  }
  switch (type.name.replace(/^Nullable/, '')) {
    case 'IdFilter': {
      const some = [someId(dice), someId(dice), someId(dice)];
      return (known) => ({ in: some.map((make) => make(known)) });
    }
    case 'StringFilter': {
      const contains = dice.pick(['a', 'e', '1', '2', 'canary', 'tenant-0']);
      return () => ({ contains });
    }
    case 'StringListFilter': {
      const has = canaries.attribute(String(dice.below(20)));
      return () => ({ has });
    }
    case 'BooleanFilter': {
      const equals = dice.chance(50);
      return () => ({ equals });
    }
    case 'IntFilter':
    case 'MinorUnitsFilter': {
      const test = dice.pick([{ gt: 0 }, { lte: 90_000 }]);
      return () => test;
    }
    case 'CurrencyFilter':
      return () => ({ in: ['EUR'] });
    case 'DateTimeFilter': {
      const test = dice.pick([{ gt: '2020-01-01T00:00:00Z' }, { lte: '2100-01-01T00:00:00Z' }]);
      return () => test;
    }
    default:
      throw new Error(`No test of a ${type.name} is known. Tell test/support/random-arguments.ts.`);
  }
}
