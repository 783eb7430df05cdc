import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

/** An argument of a field, or a field of an input type. */
export interface DeclaredInput {
  /** `Type.field(argument)` or `Input.field`. */
  readonly place: string;
  readonly type: GraphQLInputType;
  /** The name of its type, without lists and nullability. */
  readonly leaf: string;
}

/** Lists every argument and every input field of a schema. */
export function declaredInputs(schema: GraphQLSchema): DeclaredInput[] {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const declared = (place: string, { type }: { readonly type: GraphQLInputType }): DeclaredInput => ({
    place,
    type,
    leaf: getNamedType(type).name,
  });
  return types.flatMap((type) => {
    if (isInputObjectType(type)) {
      return Object.values(type.getFields()).map((field) => declared(`${type.name}.${field.name}`, field));
    }
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields()).flatMap(({ name, args }) =>
      args.map((argument) => declared(`${type.name}.${name}(${argument.name})`, argument)),
    );
  });
}
