import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLUnionType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql';
import { WALKED_PURPOSE } from './walked-purpose.ts';

/** A root field, and the kind of operation in which it is selected. */
export interface RootField {
  readonly operation: 'query' | 'mutation' | 'subscription';
  readonly field: GraphQLField<unknown, unknown>;
}

/** A single value in the arguments of a field. */
export interface Leaf {
  /** The root field whose argument it is in. */
  readonly root: string;
  /** The names that lead to it, joined by dots. */
  readonly path: string;
  readonly type: GraphQLLeafType;
  /** The type whose field it is; null for an argument. */
  readonly holder: string | null;
  /** The `extensions.idOf` of the nearest argument or input field: the type whose id it is; null if there is none. */
  readonly idOf: string | null;
  /** The type whose rows the root field lists; null for another field. */
  readonly lists: string | null;
}

export type Fill = (leaf: Leaf) => unknown;

type Input = GraphQLArgument | GraphQLInputField;

/** Every field with which an operation can begin. */
export function rootFields(schema: GraphQLSchema): RootField[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  return roots.flatMap(([operation, type]) =>
    Object.values(type?.getFields() ?? {}).map((field) => ({ operation, field })),
  );
}

/** The optional leaves of a field's arguments. A filter within a filter is entered once. */
export function optionalLeaves(root: RootField): Leaf[] {
  return placedLeaves(root).flatMap(({ isAlways, ...leaf }) => (isAlways ? [] : [leaf]));
}

/** Every leaf of a field's arguments. */
export function allLeaves(root: RootField): Leaf[] {
  return placedLeaves(root).map(({ isAlways: _, ...leaf }) => leaf);
}

function placedLeaves({ field }: RootField): (Leaf & { isAlways: boolean })[] {
  const below = (input: Input, place: Place): (Leaf & { isAlways: boolean })[] => {
    const type = getNamedType(input.type);
    const here = within(place, input);
    if (isLeafType(type)) return [{ ...leafAt(field, here, type), isAlways: here.isAlways }];
    if (place.types.filter((name) => name === type.name).length > 1) return [];
    const inside = { ...here, holder: type.name, types: [...place.types, type.name] };
    return Object.values(type.getFields()).flatMap((inner) => below(inner, inside));
  };
  return field.args.flatMap((arg) => below(arg, ROOT));
}

interface Place {
  readonly path: string;
  readonly isAlways: boolean;
  readonly holder: string | null;
  readonly idOf: string | null;
  readonly types: readonly string[];
}

const ROOT: Place = { path: '', isAlways: true, holder: null, idOf: null, types: [] };

function within(place: Place, input: Input): Place {
  const path = place.path ? `${place.path}.${input.name}` : input.name;
  const { idOf = place.idOf } = input.extensions as { idOf?: string };
  return { ...place, path, idOf, isAlways: place.isAlways && isRequired(input) };
}

function leafAt(field: RootField['field'], { path, holder, idOf }: Place, type: GraphQLLeafType): Leaf {
  const [, lists = null] = /^(\w+)Connection$/.exec(getNamedType(field.type).name) ?? [];
  return { root: field.name, path, type, holder, idOf, lists };
}

function isRequired(input: Input): boolean {
  return isRequiredInputField(input as GraphQLInputField) || isRequiredArgument(input as GraphQLArgument);
}

/** Makes arguments: the required ones, the optional leaves whose paths are in `chosen`, and all that these require. */
export function argumentsOf(
  { field }: RootField,
  chosen: readonly string[],
  fill: Fill,
): Record<string, unknown> {
  const isAsked = (path: string) => chosen.some((one) => one === path || one.startsWith(`${path}.`));
  const fieldsOf = (inputs: readonly Input[], place: Place): Record<string, unknown> =>
    Object.fromEntries(
      inputs
        .map((input) => ({ input, here: within(place, input) }))
        .filter(({ input, here }) => isRequired(input) || isAsked(here.path))
        .map(({ input, here }) => [input.name, valueOfType(input.type, here)]),
    );
  const valueOfType = (type: GraphQLInputType, place: Place): unknown => {
    const nullable = getNullableType(type);
    if (isListType(nullable)) return [valueOfType(nullable.ofType, place)];
    if (isInputObjectType(nullable)) {
      return fieldsOf(Object.values(nullable.getFields()), { ...place, holder: nullable.name });
    }
    return fill(leafAt(field, place, nullable as GraphQLLeafType));
  };
  return fieldsOf(field.args, ROOT);
}

/** The leaves that `argumentsOf` fills for the same choice. */
export function filledLeaves(root: RootField, chosen: readonly string[]): Leaf[] {
  const leaves: Leaf[] = [];
  argumentsOf(root, chosen, (leaf) => leaves.push(leaf));
  return leaves;
}

/**
 * Writes an operation of one root field. Its arguments are variables, and it selects all fields down to `depth`. Of a
 * field that takes `types`, as `changes` does, it selects the events of the type `only`, or the fields that all events
 * share: a document with all events would grow with every entity.
 */
export function documentOf(
  schema: GraphQLSchema,
  { operation, field }: RootField,
  depth: number,
  only: string | null = null,
): string {
  const variables = field.args.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const args = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const type = getNamedType(field.type);
  const fragments = new Map<string, string>();
  const selection =
    isUnionType(type) && typesOf(field).length > 0
      ? selectionOfEvents(schema, type, depth, { only, fragments })
      : selectionOf(schema, type, depth, fragments);
  const whole = `${operation} ${inParentheses(variables)} { ${field.name}${inParentheses(args)} ${selection} }`;
  return [whole, ...fragments.values()].join(' ');
}

function inParentheses(list: string): string {
  return list ? `(${list})` : '';
}

/** The types that a field can be asked for one by one: the names of the enum, and the types that they mean. */
export function typesOf({ args }: RootField['field']): readonly { name: string; value: string }[] {
  const type = args.find(({ name }) => name === 'types')?.type;
  const named = type && getNamedType(type);
  return isEnumType(named) ? named.getValues() : [];
}

/** The events of a union for rows of one type. */
export function eventsOf(union: GraphQLUnionType, type: string): GraphQLObjectType[] {
  return union
    .getTypes()
    .filter(({ extensions }) => (extensions.shows as string[] | undefined)?.includes(type));
}

function selectionOfEvents(
  schema: GraphQLSchema,
  union: GraphQLUnionType,
  depth: number,
  { only, fragments }: { only: string | null; fragments: Map<string, string> },
): string {
  const events = only ? eventsOf(union, only) : [];
  const others = union.getTypes().filter((member) => member.extensions.shows === undefined);
  const common = only ? [] : sharedInterfacesOf(union);
  const parts = [...events, ...others, ...common].map(
    (member) => `... on ${member.name} ${selectionOf(schema, member, depth, fragments)}`,
  );
  return `{ __typename ${parts.join(' ')} }`;
}

/** The interfaces of events, without those of the events of one entity. */
function sharedInterfacesOf(union: GraphQLUnionType): readonly GraphQLInterfaceType[] {
  const interfaces = new Set(union.getTypes().flatMap((member) => member.getInterfaces()));
  const shownBy = (one: GraphQLInterfaceType) =>
    union
      .getTypes()
      .filter((member) => member.getInterfaces().includes(one))
      .flatMap(({ extensions }) => (extensions.shows as string[] | undefined) ?? []);
  return [...interfaces].filter((one) => new Set(shownBy(one)).size > 1);
}

/**
 * Selects every scalar of a type, and of the types that it leads to in `depth` steps. With `fragments` what is selected of a
 * type is written once for each depth, as a fragment of its own: a document grows with the types, and not with the ways to
 * them.
 */
export function selectionOf(
  schema: GraphQLSchema,
  type: GraphQLNamedOutputType,
  depth: number,
  fragments: Map<string, string> | null = null,
): string {
  if (isLeafType(type)) return '';
  if (isUnionType(type)) {
    const parts = type
      .getTypes()
      .map((member) => `... on ${member.name} ${selectionOf(schema, member, depth, fragments)}`);
    return `{ __typename ${parts.join(' ')} }`;
  }
  const fields = Object.values(type.getFields())
    .filter((field) => depth > 0 || isLeafType(getNamedType(field.type)))
    .map((field) => {
      const inner = getNamedType(field.type);
      const selection = fragments
        ? spreadOf(schema, inner, depth - 1, fragments)
        : selectionOf(schema, inner, depth - 1);
      return `${field.name}${pageOf(type, field)} ${selection}`;
    });
  return `{ __typename ${fields.join(' ')} }`;
}

/** Names the fragment of a type at a depth, and writes it if it is the first to be named. */
function spreadOf(
  schema: GraphQLSchema,
  type: GraphQLNamedOutputType,
  depth: number,
  fragments: Map<string, string>,
): string {
  if (isLeafType(type)) return '';
  const name = `${type.name}_${depth}`;
  if (!fragments.has(name)) {
    const fields = selectionOf(schema, type, depth, fragments);
    fragments.set(name, `fragment ${name} on ${type.name} ${fields}`);
  }
  return `{ ...${name} }`;
}

/** The value of the required argument of a field below the root; throws for an argument that the walk does not know. */
export function givenTo(place: string, { name }: Pick<GraphQLArgument, 'name'>): string {
  if (name === 'path') return 'path: "/canary/file.txt"';
  if (name === 'purpose') return `purpose: "${WALKED_PURPOSE}"`;
  throw new Error(`${place}(${name}) cannot be filled by the walk. Tell test/support/schema-walk.ts.`);
}

function pageOf(type: GraphQLNamedOutputType, { name, args }: GraphQLField<unknown, unknown>): string {
  const required = args.filter(isRequiredArgument);
  if (required.length > 0)
    return `(${required.map((arg) => givenTo(`${type.name}.${name}`, arg)).join(', ')})`;
  return args.some((arg) => arg.name === 'first') ? '(first: 3)' : '';
}
