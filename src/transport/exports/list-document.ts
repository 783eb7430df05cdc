import {
  type GraphQLField,
  GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { allows, type Rule } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';

/** A column of an export: the path of its value in a row. */
export interface ExportColumn {
  readonly name: string;
  readonly path: readonly string[];
  /** Whether its values are numbers, which a spreadsheet never calculates. */
  readonly isNumber: boolean;
}

/** A list that can be exported, with the columns that a viewer may read. */
export interface ExportedList {
  readonly name: string;
  readonly columns: readonly ExportColumn[];
  /** The names of the columns that the type has and the viewer may not read. */
  readonly closed: ReadonlySet<string>;
  /** The types of the arguments that an export passes on, by name. */
  readonly argumentTypes: ReadonlyMap<string, string>;
}

const PASSED_ON = ['tenantId', 'organizationId', 'filter', 'orderBy'];
const NUMBERS = new Set(['Int', 'Float', 'MinorUnits']);

type Field = GraphQLField<unknown, unknown>;

/** The list that a query field gives; null if there is no list of this name. */
export function exportedList(schema: GraphQLSchema, name: string, viewer: Viewer): ExportedList | null {
  const field = Object.hasOwn(schema.getQueryType()?.getFields() ?? {}, name)
    ? schema.getQueryType()?.getFields()[name]
    : undefined;
  const row = field && rowTypeOf(field);
  if (!row || field.args.some((arg) => isNonNullType(arg.type))) return null;
  const all = Object.values(row.getFields()).flatMap((one) => columnsOf(one));
  const isOpen = ({ fields }: Found) => fields.every((one) => mayRead(one, viewer));
  return {
    name,
    columns: all.filter(isOpen).map(({ column }) => column),
    closed: new Set(all.filter((one) => !isOpen(one)).map(({ column }) => column.name)),
    argumentTypes: new Map(
      field.args.filter((arg) => PASSED_ON.includes(arg.name)).map((arg) => [arg.name, String(arg.type)]),
    ),
  };
}

/** The document that reads a page of the columns. */
export function documentOf(
  { name, argumentTypes }: ExportedList,
  columns: readonly ExportColumn[],
  passed: readonly string[],
): string {
  const declared = passed.map((one) => `, $${one}: ${argumentTypes.get(one)}`).join('');
  const given = passed.map((one) => `, ${one}: $${one}`).join('');
  const selected = columns.map(({ path }) =>
    path.reduceRight((inner, one) => (inner ? `${one} { ${inner} }` : one), ''),
  );
  return `query Export($first: Int, $after: String${declared}) {
  ${name}(first: $first, after: $after${given}) {
    nodes { __typename ${selected.join(' ')} }
    pageInfo { hasNextPage endCursor }
  }
}`;
}

interface Found {
  readonly column: ExportColumn;
  readonly fields: readonly Field[];
}

/** The type of the rows of a list; null for a field that is no list with pages. */
function rowTypeOf({ type, args }: Field): GraphQLObjectType | null {
  const page = getNamedType(type);
  const isPaged = ['first', 'after'].every((name) => args.some((arg) => arg.name === name));
  if (!isPaged || !(page instanceof GraphQLObjectType)) return null;
  const row = getNamedType(page.getFields().nodes?.type);
  return row instanceof GraphQLObjectType ? row : null;
}

/** The columns of a field: its value, the parts of an amount of money, or the id of the row that it leads to. */
function columnsOf(field: Field): Found[] {
  const { name, args } = field;
  if (args.length > 0) return [];
  const type = getNamedType(field.type);
  if (isLeafType(type)) {
    const isNumber = NUMBERS.has(type.name) && !isListType(getNullableType(field.type));
    return [{ column: { name, path: [name], isNumber }, fields: [field] }];
  }
  if (!(type instanceof GraphQLObjectType) || isListType(getNullableType(field.type))) return [];
  const parts = type.getFields();
  if (type.name === 'Money') {
    return Object.values(parts).map((part) => ({
      column: {
        name: `${name}.${part.name}`,
        path: [name, part.name],
        isNumber: NUMBERS.has(getNamedType(part.type).name),
      },
      fields: [field],
    }));
  }
  if (!parts.id || !type.getInterfaces().some((one) => one.name === 'Node')) return [];
  return [{ column: { name: `${name}Id`, path: [name, 'id'], isNumber: false }, fields: [field, parts.id] }];
}

function mayRead({ extensions }: Field, viewer: Viewer): boolean {
  const { rules = [] } = extensions as { rules?: readonly Rule[] };
  return rules.every((rule) => allows(rule, viewer));
}
