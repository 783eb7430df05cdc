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
 * Compiles what a subscription selects of its items; null if it should be interpreted. The arguments of the followed
 * field are left out: the engine has understood them already, and filters, whose types contain themselves, have code
 * without an end.
 */
export function compileOperation({ schema, document, operationName }: ExecutionArgs): CompiledQuery | null {
  const selection = withoutUnusedVariables(withoutRootArguments(schema, document));
  if (!keepsOrder(selection) || !hasPlainVariables(schema, selection)) return null;
  try {
    const compiled = compileQuery(schema, selection, operationName ?? undefined);
    return isCompiledQuery(compiled) ? compiled : null;
  } catch {
    return null; // what it cannot compile can still be interpreted
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
 * Whether compiled code shows the fields in the same order: not where one is asked for twice on different conditions,
 * nor for names such as `__proto__`, which mean something to the objects that it makes.
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

/** Numbers, texts, choices and lists of them. */
function hasPlainVariables(schema: GraphQLSchema, { definitions }: DocumentNode): boolean {
  const variables = definitions.flatMap((one): readonly VariableDefinitionNode[] =>
    one.kind === Kind.OPERATION_DEFINITION ? (one.variableDefinitions ?? []) : [],
  );
  return variables.every(({ type }) => isLeafType(schema.getType(namedTypeOf(type).name.value)));
}

function namedTypeOf(type: TypeNode): NamedTypeNode {
  return type.kind === Kind.NAMED_TYPE ? type : namedTypeOf(type.type);
}
