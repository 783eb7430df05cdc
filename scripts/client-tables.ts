import { type GraphQLSchema, isObjectType, isScalarType, isSpecifiedScalarType, isUnionType } from 'graphql';

/** The TypeScript types of our scalars, as JSON carries them. */
const TYPES: Readonly<Record<string, string>> = {
  CurrencyCode: 'string',
  Cursor: 'string',
  DateTime: 'string',
  JSON: 'unknown',
  MinorUnits: 'number',
};

/** The TypeScript type of each scalar of the schema. Throws for one that has none yet. */
export function scalarTypes(schema: GraphQLSchema): Record<string, string> {
  const own = Object.values(schema.getTypeMap()).filter(
    (type) => isScalarType(type) && !isSpecifiedScalarType(type),
  );
  return Object.fromEntries(
    own.map(({ name }) => {
      const type = TYPES[name];
      if (!type) throw new Error(`The scalar ${name} needs a TypeScript type in scripts/client-tables.ts`);
      return [name, type];
    }),
  );
}

/** The module with the entities of which there are live lists: all whose `…Changed` field takes `snapshot`. */
export function liveTable(schema: GraphQLSchema): string {
  const lines = Object.values(schema.getSubscriptionType()?.getFields() ?? {}).flatMap(
    ({ name, type, args }) => {
      const change = schema.getType(String(type).replace('!', ''));
      if (!args.some((arg) => arg.name === 'snapshot') || !isUnionType(change)) return [];
      const entity = change.name.replace(/Change$/, '');
      const row = entity.charAt(0).toLowerCase() + entity.slice(1);
      if (name !== `${row}Changed`) throw new Error(`The client expects ${row}Changed, and it is ${name}`);
      const own = args.map((arg) => arg.name).filter((arg) => arg !== 'after' && arg !== 'snapshot');
      const types = change.getTypes().filter((item) => isObjectType(item) && 'eventId' in item.getFields());
      const isCarrier = (item: (typeof types)[number]) => row in item.getFields();
      const carriers = types.filter(isCarrier).map(String);
      const gone = types.filter((item) => !isCarrier(item)).map(String);
      return [`  ${entity}: ['${own.join(' ')}', '${carriers.join(' ')}', '${gone.join(' ')}'],`];
    },
  );
  return `// Written by \`npm run schema\`.

/** For each entity with a live list: the arguments of its field, the events that carry a row, and that of one that left. */
export const LIVE: Readonly<Record<string, readonly [parameters: string, carriers: string, gone: string]>> = {
${lines.join('\n')}
};
`;
}
