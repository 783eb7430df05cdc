import { type DocumentNode, type GraphQLSchema, getOperationAST } from 'graphql';
import { nodeCounter } from './node-count.ts';
import { type OperationLimits, tooComplex } from './operation-limits.ts';
import { pageSizes } from './page-size.ts';

/** One operation of a validated document, with the variables as the client sent them. */
export interface AskedOperation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * Refuses an operation whose answer could cost more than the budget, before anything is read: four nested lists of a
 * hundred are a hundred million rows in five lines.
 */
export function assertCost(
  schema: GraphQLSchema,
  { document, operationName, variables }: AskedOperation,
  { maxNodes }: Pick<OperationLimits, 'maxNodes'>,
): void {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!root) return; // execution reports the fault
  const count = nodeCounter(schema, document, pageSizes(operation, variables ?? {}));
  const nodes = count(operation.selectionSet, root);
  if (nodes <= maxNodes) return;
  throw tooComplex(
    `The answer could cost as much as ${nodes} objects; ${maxNodes} are allowed (MAX_NODES). Request smaller pages or fewer fields.`,
    operation,
  );
}
