import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';

/**
 * Every query and mutation can be null. GraphQL passes the error of a field that cannot be null on to its parent: at the
 * root, one refused query would take the others along, and one refused mutation would hide what the others wrote.
 */
declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      nullableRoots: NullableRoots<Types>;
    }
  }
}

class NullableRoots<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    if (field.kind !== 'Query' && field.kind !== 'Mutation') return field;
    return { ...field, type: { ...field.type, nullable: true } };
  }
}

SchemaBuilder.registerPlugin('nullableRoots', NullableRoots);
