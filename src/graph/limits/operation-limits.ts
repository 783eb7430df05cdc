import { type ASTNode, GraphQLError } from 'graphql';

/**
 * The limits of one operation, on every transport. HTTP, event streams and WebSocket apply the same four steps:
 * parseWithin, validation with limitRules in addition to GraphQL's own, assertVariables, assertCost.
 */
export interface OperationLimits {
  readonly maxDocumentBytes: number;
  readonly maxTokens: number;
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxRootMutations: number;
  readonly maxNodes: number;
  readonly maxStatements: number;
}

/** Refuses an operation that exceeds a limit; the message names the limit. */
export function tooComplex(message: string, nodes: ASTNode | null = null): GraphQLError {
  return new GraphQLError(message, { nodes, extensions: { code: 'QUERY_TOO_COMPLEX' } });
}
