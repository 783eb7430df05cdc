import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isCompositeType,
} from 'graphql';
import { refusedBy } from '../schema/refused-by.ts';
import { costOfField, statementsOfField } from './field-cost.ts';
import { type OperationLimits, TOO_COMPLEX } from './operation-limits.ts';
import { pageSizes } from './page-size.ts';
import { worstCase } from './worst-case.ts';

/** One operation of a validated document, with the variables as the client sent them. */
export interface AskedOperation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** As large as so many objects; rules of their own bound how often these fields are requested, and how deep. */
const OBJECTS_OF_INTROSPECTION: Readonly<Record<string, number>> = { __schema: 2_000, __type: 100 };

/**
 * Refuses an operation that could cost more than the limits, before anything is read: four nested lists of a hundred
 * are a hundred million rows in five lines, and each list or count in the rows of a list is a statement of its own.
 */
export function assertCost(
  schema: GraphQLSchema,
  { document, operationName, variables }: AskedOperation,
  { maxNodes, maxStatements }: Pick<OperationLimits, 'maxNodes' | 'maxStatements'>,
): void {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!root) return; // execution reports the fault
  const pageSize = pageSizes(operation, variables ?? {});
  const countObjects = worstCase(schema, document, pageSize, {
    of: objectsOfField,
    ofIntrospection: OBJECTS_OF_INTROSPECTION,
  });
  const nodes = countObjects(operation.selectionSet, root);
  if (nodes > maxNodes) {
    throw refusedBy(TOO_COMPLEX.TOO_MANY_NODES({ count: nodes, max: maxNodes }), { nodes: operation });
  }
  const countStatements = worstCase(schema, document, pageSize, {
    of: (field, parent) => (parent === root ? 1 : statementsOfField(field)),
    ofIntrospection: {},
  });
  const statements = countStatements(operation.selectionSet, root);
  if (statements > maxStatements) {
    const fault = TOO_COMPLEX.TOO_MANY_STATEMENTS({ count: statements, max: maxStatements });
    throw refusedBy(fault, { nodes: operation });
  }
}

function objectsOfField(field: GraphQLField<unknown, unknown>): number {
  const type = getNamedType(field.type);
  return isCompositeType(type) && type.name !== 'PageInfo' ? costOfField(field) : 0;
}
