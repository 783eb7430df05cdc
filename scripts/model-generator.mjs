// A Prisma generator that writes src/generated/models.ts: the properties of each table that the recipes use. Prisma's
// client has no public description of the models at run time, and no API provides a column's native type, the order of
// an enum's values, or the effect of deleting a row on the rows that refer to it.
import { writeFileSync } from 'node:fs';
import generatorHelper from '@prisma/generator-helper';
import { isAmount } from './minor-units.mjs';

/** The kinds of columns that lists, filters and inputs tell apart, by Prisma's names of their types. */
const KINDS = {
  String: 'text',
  Int: 'integer',
  BigInt: 'bigint',
  Boolean: 'boolean',
  DateTime: 'time',
  Json: 'json',
  Bytes: 'bytes',
};

function kindOf(field) {
  if (field.kind === 'enum') return 'enum';
  if (field.nativeType?.[0] === 'Uuid') return 'id';
  if (isAmount(field)) return 'minorUnits';
  const kind = KINDS[field.type];
  if (!kind) throw new Error(`Columns of the type ${field.type} have no kind yet: ${field.name} is one.`);
  return kind;
}

function columnOf(field, enums) {
  const { name, dbName, kind, type, isRequired, isList, hasDefaultValue } = field;
  return {
    name,
    kind: kindOf(field),
    isNullable: !isRequired,
    isList,
    hasDefault: hasDefaultValue,
    ...(dbName && { dbName }),
    ...(kind === 'enum' && { enumName: type, values: enums.get(type) }),
  };
}

/** The columns by which rows of this model keep rows of other models from being deleted. */
function holdsOf({ fields }) {
  const holding = fields.filter(({ relationOnDelete }) => relationOnDelete === 'Restrict');
  return Object.fromEntries(holding.map(({ relationFromFields: [column], type }) => [column, type]));
}

/** Whether a field is the fold of another one (scripts/folded-models.mjs). Rows and images do not show it. */
function isFold(name, { fields }) {
  const source = name.endsWith('Fold') ? name.slice(0, -'Fold'.length) : null;
  return [name, source].every((one) => fields.some((field) => field.name === one));
}

/** PostgreSQL cuts longer names; Prisma cuts them before its suffix. */
const MAX_NAME = 63;

/** The name that Prisma gives a unique index in the database, unless the model names it with `map`. */
function defaultName(table, columns) {
  const suffix = '_key';
  return [table, ...columns].join('_').slice(0, MAX_NAME - suffix.length) + suffix;
}

/**
 * The unique indexes of a name within something, e.g. of a plan within its tenant, with their columns. A unique column
 * alone is a code, e.g. a slug or an address, of which there is one spelling.
 */
function uniqueNamesOf({ name, dbName: table = name, fields }, indexes) {
  const inDatabase = (column) => fields.find((field) => field.name === column)?.dbName ?? column;
  const ofModel = indexes.filter(
    ({ model, type, isDefinedOnField }) => model === name && type === 'unique' && !isDefinedOnField,
  );
  return Object.fromEntries(
    ofModel.map((index) => {
      const columns = index.fields.map((field) => field.name);
      return [index.dbName ?? defaultName(table, columns.map(inDatabase)), columns];
    }),
  );
}

function modelOf(model, enums, indexes) {
  const columns = model.fields
    .filter(({ kind, name }) => kind !== 'object' && !isFold(name, model))
    .map((field) => {
      const { name, ...column } = columnOf(field, enums);
      return [name, { ...column, ...(isFold(`${name}Fold`, model) && { isFolded: true }) }];
    });
  return {
    table: model.dbName ?? model.name,
    columns: Object.fromEntries(columns),
    holds: holdsOf(model),
    uniqueNames: uniqueNamesOf(model, indexes),
  };
}

generatorHelper.generatorHandler({
  onManifest: () => ({
    prettyName: 'the description of the models',
    defaultOutput: '../../src/generated/models.ts',
  }),
  onGenerate: async ({ dmmf: { datamodel }, generator: { output } }) => {
    const enums = new Map(
      datamodel.enums.map(({ name, values }) => [name, values.map((value) => value.name)]),
    );
    const models = Object.fromEntries(
      datamodel.models.map((model) => [model.name, modelOf(model, enums, datamodel.indexes)]),
    );
    const text = [
      '// Generated from prisma/models; see scripts/model-generator.mjs.',
      `export const MODELS = ${JSON.stringify(models, null, 2)} as const;`,
      `export const ENUMS = ${JSON.stringify(Object.fromEntries(enums), null, 2)} as const;`,
      '',
    ];
    writeFileSync(output.value, text.join('\n'));
  },
});
