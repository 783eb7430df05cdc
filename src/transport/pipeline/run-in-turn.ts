import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { unauthenticated } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { OperationBudget } from '../../core/requests/operation-budget.ts';
import { refusedBy } from '../../graph/schema/refused-by.ts';
import { SharedPlaces } from '../../lib/shared-places.ts';
import { asGraphQLError } from '../../operations/as-graphql-error.ts';
import { clientOf, operationOf, type PipelineContext } from './operation-source.ts';

export interface TurnLimits {
  /** OPERATIONS_PER_USER. */
  readonly operationsPerUser: number;
  /** MAX_STATEMENTS. */
  readonly maxStatements: number;
}

/** So many times as many wait as run. */
const WAITING_FOR_EACH = 20;
/** The part of its time for which an operation may wait; the rest is for its work. */
const WAITING_PART = 0.5;
const RETRY_S = 1;

const TURNS = sentences('RATE_LIMITED', {
  TOO_MANY_AT_ONCE:
    'At most {max} queries and mutations run at a time (OPERATIONS_PER_USER), and too many wait: send fewer together.',
});

/** The budgets of operations that run or have run. */
const budgets = new WeakMap<PipelineContext, OperationBudget>();

/** The budget of an operation; null for one that has not had its turn. */
export function budgetOf(operation: PipelineContext): OperationBudget | null {
  return budgets.get(operation) ?? null;
}

type Execute = (args: ExecutionArgs) => Promise<ExecutionResult>;

/**
 * Runs a few queries and mutations of each client at a time, over all its requests and sockets on this node, each within
 * the budget of its operation. The others wait for their turn.
 */
export function runInTurn({ operationsPerUser, maxStatements }: TurnLimits): Plugin {
  const places = new SharedPlaces(Number.POSITIVE_INFINITY);
  const inTurn =
    (execute: Execute): Execute =>
    async (args) => {
      const operation = operationOf(args);
      const client = clientOf(operation);
      const place = { lane: client, share: operationsPerUser };
      const mustWait = places.mustWait(place);
      const giveBack = await places.take({
        ...place,
        maxWaiting: operationsPerUser * WAITING_FOR_EACH,
        waitMs: operation.deadline.remainingMs * WAITING_PART,
      });
      if (!giveBack) return { errors: [tooManyAtOnce(operationsPerUser)] };
      try {
        const refusal = mustWait ? await refusalAfterWait(operation) : null;
        if (refusal) return { errors: [refusal] };
        const { deadline } = operation;
        const budget = new OperationBudget({ client, deadline, maxStatements });
        budgets.set(operation, budget);
        return await budget.run(() => execute(args));
      } finally {
        giveBack();
      }
    };
  return {
    onExecute: ({ executeFn, setExecuteFn }) => setExecuteFn(inTurn(executeFn as Execute)),
  };
}

/** The rights may have changed while an operation waited, and its client may have left. */
async function refusalAfterWait({ source, deadline }: PipelineContext): Promise<GraphQLError | null> {
  const { connection } = source;
  const wasSignedIn = connection.viewer !== null;
  try {
    await connection.refresh();
  } catch (error) {
    return asGraphQLError(error);
  }
  if (wasSignedIn && !connection.viewer) return asGraphQLError(unauthenticated());
  return deadline.refusal && asGraphQLError(deadline.refusal);
}

function tooManyAtOnce(limit: number): GraphQLError {
  return refusedBy(TURNS.TOO_MANY_AT_ONCE({ max: limit }), { extensions: { retryAfter: RETRY_S } });
}
