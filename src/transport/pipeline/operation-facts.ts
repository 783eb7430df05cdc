import { createHash } from 'node:crypto';
import { type ExecutionArgs, getOperationAST, Kind, type OperationTypeNode } from 'graphql';

/** Clients choose the names of their operations. Longer ones are cut. */
const MAX_NAME = 64;
const KEPT = 48;
const HASHED = 8;

/** The facts of an operation that logs and spans name: nothing that it asks for or brings along. */
export interface OperationFacts {
  readonly kind: OperationTypeNode;
  /** The name that the client gave it, cut; null for none. */
  readonly name: string | null;
  /** Its first field, as the schema names it; null for a fragment. */
  readonly field: string | null;
}

/** Returns the facts of an operation that was validated. */
export function factsOf({ document, operationName }: ExecutionArgs): OperationFacts {
  const operation = getOperationAST(document, operationName);
  const [first] = operation?.selectionSet.selections ?? [];
  return {
    kind: operation?.operation ?? ('query' as OperationTypeNode),
    name: operation?.name ? cutName(operation.name.value) : null,
    field: first?.kind === Kind.FIELD ? first.name.value : null,
  };
}

/** Cuts a long name. Its hash tells it from others with the same beginning. */
function cutName(name: string): string {
  if (name.length <= MAX_NAME) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASHED);
  return `${name.slice(0, KEPT)}~${hash}`;
}
