import {
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLSchema,
  isLeafType,
  Kind,
  type NamedTypeNode,
  TypeInfo,
  type TypeNode,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';

/**
 * Compiles the selection of a subscription; null if it has to be interpreted. The arguments of the root field are left
 * out: the engine has read them already, and the compiler does not terminate on filters, whose types contain
 * themselves.
 */
export function compileOperation({ schema, document, operationName }: ExecutionArgs): CompiledQuery | null {
  const selection = withoutUnusedVariables(withoutRootArguments(schema, document));
  if (!keepsOrder(selection) || !hasPlainVariables(schema, selection)) return null;
  try {
    const compiled = compileQuery(schema, selection, operationName ?? undefined);
    return isCompiledQuery(compiled) ? compiled : null;
  } catch {
    return null; // an operation that cannot be compiled can still be interpreted
  }
}

function withoutRootArguments(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const types = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field: (field) =>
        types.getParentType() === schema.getSubscriptionType() ? { ...field, arguments: [] } : undefined,
    }),
  );
}

function withoutUnusedVariables(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  return visit(document, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
}

/**
 * Whether compiled code returns the fields in the same order as graphql-js. It may not for directives, which can select
 * a field twice under different conditions, nor for aliases such as `__proto__`, which have a meaning for its objects.
 */
function keepsOrder(document: DocumentNode): boolean {
  let isPlain = true;
  visit(document, {
    Directive() {
      isPlain = false;
    },
    Field({ alias }) {
      if (alias?.value.startsWith('__')) isPlain = false;
    },
  });
  return isPlain;
}

/** Whether all variables are scalars, enums or lists of them. */
function hasPlainVariables(schema: GraphQLSchema, { definitions }: DocumentNode): boolean {
  const variables = definitions.flatMap((one): readonly VariableDefinitionNode[] =>
    one.kind === Kind.OPERATION_DEFINITION ? (one.variableDefinitions ?? []) : [],
  );
  return variables.every(({ type }) => isLeafType(schema.getType(namedTypeOf(type).name.value)));
}

function namedTypeOf(type: TypeNode): NamedTypeNode {
  return type.kind === Kind.NAMED_TYPE ? type : namedTypeOf(type.type);
}
