import SchemaBuilder, {
  BasePlugin,
  createInputValueMapper,
  mapInputFields,
  type PothosOutputFieldConfig,
  resolveInputTypeConfig,
  type SchemaTypes,
} from '@pothos/core';
import { asRowId } from '../core/row-id.ts';

/**
 * Reads every ID in the arguments of a field as the id of a row, however deep it is. Pothos has GraphQL's own ID
 * and no other, which takes any text, and the database would fail on a text that is no UUID.
 */
declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    readArgs?: ReadArgs;
  }
}

declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      rowIds: RowIds<Types>;
    }
  }
}

type ReadArgs = (args: object) => Record<string, unknown>;

class RowIds<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const ids = mapInputFields(field.args, this.buildCache, (input) =>
      resolveInputTypeConfig(input.type, this.buildCache).name === 'ID' ? true : null,
    );
    if (!ids) return field;
    const map = createInputValueMapper(ids, (value) => asRowId(String(value)));
    const readArgs: ReadArgs = (args) => map(args);
    return {
      ...field,
      argMappers: [...(field.argMappers ?? []), readArgs],
      // For followed fields, whose arguments no resolver is given.
      extensions: { ...field.extensions, readArgs },
    };
  }
}

SchemaBuilder.registerPlugin('rowIds', RowIds);
