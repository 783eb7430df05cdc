import { getNamedType, isEnumType, isInputObjectType, isObjectType, isRequiredArgument } from 'graphql';
import { schema } from '../../src/schema.ts';

/** A list of the schema, with the root field through which a query reaches it. */
export interface ListOfSchema {
  /** E.g. `Query.payments` or `Unit.payments`. */
  readonly place: string;
  /** The type of its rows. */
  readonly rows: string;
  /** The `orderBy` arguments that it takes; one empty text if it takes none. */
  readonly orders: readonly string[];
  /** Writes a root field that shows the page of these arguments, e.g. `first: 1`, with this selection. */
  readonly page: (args: string, selection: string) => string;
}

const query = schema.getQueryType();
const roots = Object.values(query?.getFields() ?? {});

/** Every list of the schema that a query can reach with the ids of some rows, by the names of their types. */
export function listsOfSchema(ids: Readonly<Record<string, string>>): ListOfSchema[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields()).flatMap((field): ListOfSchema[] => {
        const [, rows] = /^(\w+)Connection$/.exec(getNamedType(field.type).name) ?? [];
        const parent = parentOf(type.name, ids);
        if (!rows || parent === null) return [];
        const given = givenTo(field, ids);
        const list = (args: string, selection: string) => `${field.name}(${given}${args}) ${selection}`;
        return [
          {
            place: `${type.name}.${field.name}`,
            rows,
            orders: ordersOf(field),
            page: (args, selection) =>
              parent ? `${parent} { ${list(args, selection)} }` : list(args, selection),
          },
        ];
      }),
    );
}

/** The root field that gives a row of the type: empty for a root list, null if no root field does. */
function parentOf(type: string, ids: Readonly<Record<string, string>>): string | null {
  if (type === query?.name) return '';
  const root = roots.find((one) => getNamedType(one.type).name === type);
  const required = root?.args.filter(isRequiredArgument).map(({ name }) => name);
  if (required?.length === 0) return root?.name ?? null;
  return required?.join() === 'id' && ids[type] ? `${root?.name}(id: "${ids[type]}")` : null;
}

/** The tenant and the arguments that a list requires, as a text that other arguments can follow. */
function givenTo({ args }: (typeof roots)[number], ids: Readonly<Record<string, string>>): string {
  return args
    .filter((arg) => arg.name === 'tenantId' || isRequiredArgument(arg))
    .map(({ name, type, extensions }) => {
      const isTime = getNamedType(type).name === 'DateTime';
      return `${name}: "${isTime ? new Date().toISOString() : ids[String(extensions.idOf)]}", `;
    })
    .join('');
}

function ordersOf({ args }: (typeof roots)[number]): string[] {
  const order = getNamedType(args.find(({ name }) => name === 'orderBy')?.type);
  const field = isInputObjectType(order) ? getNamedType(order.getFields().field?.type) : null;
  if (!isEnumType(field)) return [''];
  return field
    .getValues()
    .flatMap(({ name }) =>
      ['ASC', 'DESC'].map((direction) => `orderBy: { field: ${name}, direction: ${direction} }, `),
    );
}
