import SchemaBuilder, {
  BasePlugin,
  createInputValueMapper,
  mapInputFields,
  type PothosOutputFieldConfig,
  resolveInputTypeConfig,
  type SchemaTypes,
} from '@pothos/core';
import { asRowId } from '../../core/requests/row-id.ts';

/**
 * Reads every ID in the arguments of a field, at any depth, as the id of a row. Pothos uses GraphQL's own ID, which
 * accepts any text, and PostgreSQL would fail on a text that is not a UUID.
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
      // For subscription fields, whose arguments no resolver receives.
      extensions: { ...field.extensions, readArgs },
    };
  }
}

SchemaBuilder.registerPlugin('rowIds', RowIds);
