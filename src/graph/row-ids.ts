import SchemaBuilder, {
  BasePlugin,
  createInputValueMapper,
  mapInputFields,
  type PothosOutputFieldConfig,
  resolveInputTypeConfig,
  type SchemaTypes,
} from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import { asRowId } from '../core/row-id.ts';

/**
 * Reads every ID in the arguments of a resolver as the id of a row, however deep it is. Pothos has GraphQL's own ID
 * and no other, which takes any text, and the database would fail on a text that is no UUID.
 */
declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      rowIds: RowIds<Types>;
    }
  }
}

class RowIds<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const ids = mapInputFields(field.args, this.buildCache, (input) =>
      resolveInputTypeConfig(input.type, this.buildCache).name === 'ID' ? true : null,
    );
    if (!ids) return resolver;
    const withRowIds = createInputValueMapper(ids, (value) => asRowId(String(value)));
    return (parent, args, context, info) => resolver(parent, withRowIds(args), context, info);
  }
}

SchemaBuilder.registerPlugin('rowIds', RowIds);
