import { sentences } from '../../core/requests/fault.ts';

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

/** The refusals of an operation that exceeds a limit. */
export const TOO_COMPLEX = sentences('QUERY_TOO_COMPLEX', {
  TOO_DEEP: 'The operation is {count} levels deep; {max} are allowed (MAX_DEPTH).',
  TOO_MANY_ALIASES: 'The operation has {count} aliases; {max} are allowed (MAX_ALIASES).',
  TOO_MANY_MUTATIONS: 'The operation has {count} mutations; {max} are allowed (MAX_ROOT_MUTATIONS).',
  ALIASED_INTROSPECTION: 'Introspection takes no aliases, as on "{name}".',
  VARIABLES_TOO_DEEP: 'The variables are more than {max} levels deep.',
  TOO_MANY_NODES:
    'The answer could cost as much as {count} objects; {max} are allowed (MAX_NODES). Request smaller pages or fewer fields.',
  TOO_MANY_STATEMENTS:
    'The operation could take as many as {count} database statements; {max} are allowed (MAX_STATEMENTS). Request smaller pages, or fewer lists and counts in the rows of a list.',
});
