import {
  type GraphQLField,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  parse,
  print,
} from 'graphql';
import type { Dice } from './dice.ts';
import { givenTo } from './schema-walk.ts';

/** A subscription document that a front end might send. */
export interface RandomDocument {
  readonly root: GraphQLField<unknown, unknown>;
  /** Names of the Boolean variables that include or skip parts of the selection. */
  readonly flags: readonly string[];
  /** The document's text. `literal` is a cursor to write instead of the variable `$after`. */
  text(literal: string | null, isPretty: boolean): string;
}

const FLAGS = ['isWide', 'isDeep'];
const MAX_DEPTH = 4;
/** The largest number of lists: each costs a query for every event, and for every row around it. */
const MAX_LISTS = 4;

/** The alias under which every item has its type. Selections cannot remove it. */
export const KIND = 'itemKind';

/** A text that only the payloads of positions contain. */
export const POSITION = `"${KIND}":"FeedPosition"`;

/**
 * Writes documents of one root field with a random selection. `omitted` names fields that it must not select, as `name`
 * or `Type.name`.
 */
export function randomDocument(
  schema: GraphQLSchema,
  root: GraphQLField<unknown, unknown>,
  dice: Dice,
  omitted: ReadonlySet<string> = new Set(),
): RandomDocument {
  const type = getNamedType(root.type) as GraphQLNamedOutputType;
  // The document with all fields of all types would be too long.
  const isSmall = !isAbstractType(type) || schema.getPossibleTypes(type).length < 8;
  // A document without flags can be compiled.
  const flags = dice.chance(50) ? FLAGS : [];
  const writer = new SelectionWriter(schema, dice, { omitted, flags, isGreedy: isSmall && dice.chance(40) });
  const selection = writer.selection(type, MAX_DEPTH);
  const alias = dice.chance(30) ? 'followed: ' : '';
  const hasName = dice.chance(50);
  return {
    root,
    flags,
    text(literal, isPretty) {
      const args = root.args.filter(({ name }) => literal === null || name !== 'after');
      const declared = [
        ...args.map(({ name, type }) => `$${name}: ${type}`),
        ...flags.map((flag) => `$${flag}: Boolean! = true`),
      ];
      const declarations = declared.length > 0 ? `(${declared.join(', ')})` : '';
      const given = args.map(({ name }) => `${name}: $${name}`);
      if (literal !== null) given.push(`after: ${JSON.stringify(literal)}`);
      // Validation refuses a document that does not use every flag.
      const flagged = flags.map((flag) => `${flag}: __typename @include(if: $${flag})`).join(' ');
      const operation = `subscription ${hasName ? 'Followed' : ''}${declarations} { ${alias}${root.name}${given.length > 0 ? `(${given.join(', ')})` : ''} { ${KIND}: __typename ${flagged} ${selection} } }`;
      const whole = [operation, ...writer.fragments].join('\n');
      return isPretty ? print(parse(whole)) : whole;
    },
  };
}

interface SelectionOptions {
  readonly omitted: ReadonlySet<string>;
  readonly flags: readonly string[];
  readonly isGreedy: boolean;
}

class SelectionWriter {
  readonly fragments: string[] = [];
  readonly #schema: GraphQLSchema;
  readonly #dice: Dice;
  readonly #omitted: ReadonlySet<string>;
  readonly #flags: readonly string[];
  readonly #isGreedy: boolean;
  #count = 0;
  #lists = 0;

  constructor(schema: GraphQLSchema, dice: Dice, { omitted, flags, isGreedy }: SelectionOptions) {
    this.#schema = schema;
    this.#dice = dice;
    this.#omitted = omitted;
    this.#flags = flags;
    this.#isGreedy = isGreedy;
  }

  /** The selection of a type, without the braces. */
  selection(type: GraphQLNamedOutputType, depth: number): string {
    if (isAbstractType(type)) return this.#ofAbstract(type.name, depth);
    if (!isObjectType(type)) return '__typename';
    const own = this.#fields(type, depth);
    const ofInterface = type.getInterfaces().filter(() => this.#dice.chance(25));
    return [own, ...ofInterface.map((one) => this.#on(one, depth))].join(' ');
  }

  #ofAbstract(name: string, depth: number): string {
    const type = this.#schema.getType(name);
    if (!isAbstractType(type)) throw new Error(`${name} is no abstract type.`);
    const members = this.#schema.getPossibleTypes(type);
    const parts = this.#dice.some(members, members.length).map((member) => this.#on(member, depth));
    const [shared] = members.flatMap((member) => member.getInterfaces());
    if (shared && this.#dice.chance(60)) parts.push(this.#on(shared, depth));
    return ['__typename', ...parts].join(' ');
  }

  /** A fragment on a type, inline or by name, sometimes with a condition. */
  #on(type: GraphQLNamedOutputType, depth: number): string {
    const fields =
      isObjectType(type) || isInterfaceType(type) ? this.#fields(type as GraphQLObjectType, depth) : '';
    if (this.#dice.chance(70)) return `... on ${type.name} ${this.#condition()} { ${fields} }`;
    this.#count += 1;
    const name = `Part${this.#count}`;
    this.fragments.push(`fragment ${name} on ${type.name} { ${fields} }`);
    return `...${name} ${this.#condition()}`;
  }

  #fields(type: GraphQLObjectType, depth: number): string {
    const usable = Object.values(type.getFields()).filter(
      (field) => this.#maySelect(type, field) && (depth > 1 || isLeafType(getNamedType(field.type))),
    );
    if (usable.length === 0) return '__typename';
    const selected = this.#isGreedy ? usable : this.#dice.some(usable, 14);
    const written = selected.map((field) => (this.#mayAdd(field) ? this.#field(field, depth) : ''));
    return written.join(' ').trim() || '__typename';
  }

  #maySelect(type: GraphQLObjectType, { name }: GraphQLField<unknown, unknown>): boolean {
    return !this.#omitted.has(name) && !this.#omitted.has(`${type.name}.${name}`);
  }

  #mayAdd(field: GraphQLField<unknown, unknown>): boolean {
    if (!isList(field)) return true;
    this.#lists += 1;
    return this.#lists <= MAX_LISTS;
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const pages = isList(field) ? `(first: ${1 + this.#dice.below(3)})` : '';
    const required = field.args.filter(isRequiredArgument).map((arg) => givenTo(field.name, arg));
    const given = required.length > 0 ? `(${required.join(', ')})` : pages;
    // Two fields of one name with different arguments would not merge.
    const alias = pages || this.#dice.chance(15) ? `${this.#alias()}: ` : '';
    const type = getNamedType(field.type) as GraphQLNamedOutputType;
    const below = isLeafType(type) ? '' : `{ ${this.selection(type, depth - 1)} }`;
    return `${alias}${field.name}${given} ${this.#condition()} ${below}`;
  }

  #alias(): string {
    this.#count += 1;
    return `a${this.#count}`;
  }

  #condition(): string {
    if (this.#flags.length === 0 || !this.#dice.chance(12)) return '';
    return `@${this.#dice.pick(['include', 'skip'])}(if: $${this.#dice.pick(this.#flags)})`;
  }
}

function isList({ args }: GraphQLField<unknown, unknown>): boolean {
  return args.some(({ name }) => name === 'first');
}
