import { type ExecutionArgs, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { RequestError } from '../../core/requests/errors.ts';
import { asksForNoViewer } from '../../graph/schema/anonymous-operation.ts';
import { type Introspection, introspects } from './introspection.ts';
import { operationOf } from './operation-source.ts';
import { bearerToken } from './request-headers.ts';

/**
 * Finds the viewer of a request from its `Authorization` header. A token that is refused stops the operation, but not one
 * that needs no viewer: a client whose token has expired sends it with `tokenRefresh`, too. Introspection needs one where
 * it is for signed-in clients.
 */
export function authenticateRequests(introspection: Introspection): Plugin {
  const needsNoViewer = (execution: ExecutionArgs): boolean =>
    asksForNoViewer(execution) && !(introspection === 'signed-in' && introspects(execution));
  return {
    async onExecute({ args, setResultAndStopExecution }) {
      const refusal = needsNoViewer(args) ? null : await refusalOf(args);
      if (refusal) setResultAndStopExecution({ errors: [refusal] });
    },
    async onSubscribe({ args, setResultAndStopExecution }) {
      const refusal = needsNoViewer(args) ? null : await refusalOf(args);
      if (refusal) setResultAndStopExecution({ errors: [refusal] });
    },
  };
}

async function refusalOf(execution: ExecutionArgs): Promise<GraphQLError | null> {
  const { connection, isOneOperation } = operationOf(execution).source;
  const { request } = execution.contextValue as { readonly request: Request };
  const authorization = request.headers.get('authorization');
  if (!isOneOperation || authorization === null) return null;
  try {
    await connection.authenticate(bearerToken(authorization) ?? '');
    return null;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const extensions = error.retryAfter === undefined ? { http: { status: 401 } } : {};
    return new GraphQLError(error.message, { originalError: error, extensions });
  }
}
