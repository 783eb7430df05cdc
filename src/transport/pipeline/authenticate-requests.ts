import { type ExecutionArgs, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { RequestError } from '../../core/requests/errors.ts';
import { asksForNoViewer } from '../../graph/schema/anonymous-operation.ts';
import { operationOf } from './operation-source.ts';
import { bearerToken } from './request-headers.ts';

/**
 * Finds the viewer of a request from its `Authorization` header. A token that is refused stops the operation, but not one
 * that needs no viewer: a client whose token has expired sends it with `tokenRefresh`, too.
 */
export const authenticateRequests: Plugin = {
  async onExecute({ args, setResultAndStopExecution }) {
    const refusal = await refusalOf(args);
    if (refusal) setResultAndStopExecution({ errors: [refusal] });
  },
  async onSubscribe({ args, setResultAndStopExecution }) {
    const refusal = await refusalOf(args);
    if (refusal) setResultAndStopExecution({ errors: [refusal] });
  },
};

async function refusalOf(execution: ExecutionArgs): Promise<GraphQLError | null> {
  const { connection, isOneOperation } = operationOf(execution).source;
  const { request } = execution.contextValue as { readonly request: Request };
  const authorization = request.headers.get('authorization');
  if (!isOneOperation || authorization === null || asksForNoViewer(execution)) return null;
  try {
    await connection.authenticate(bearerToken(authorization) ?? '');
    return null;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const extensions = error.retryAfter === undefined ? { http: { status: 401 } } : {};
    return new GraphQLError(error.message, { originalError: error, extensions });
  }
}
