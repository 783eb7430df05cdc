import { type ExecutionArgs, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { RequestError } from '../../core/requests/errors.ts';
import { asksForNoViewer } from '../../graph/schema/anonymous-operation.ts';
import { type StreamTickets, ticketForStreams, ticketIn } from '../event-stream/stream-tickets.ts';
import { type Introspection, introspects } from './introspection.ts';
import { type OperationSource, operationOf } from './operation-source.ts';
import { bearerToken } from './request-headers.ts';

/**
 * Finds the viewer of a request from its `Authorization` header, or that of an event stream by GET from its ticket. A token
 * that is refused stops the operation, but not one that needs no viewer: a client whose token has expired sends it with
 * `tokenRefresh`, too. Introspection needs one where it is for signed-in clients.
 */
export function authenticateRequests(tickets: StreamTickets, introspection: Introspection): Plugin {
  const needsNoViewer = (execution: ExecutionArgs): boolean =>
    asksForNoViewer(execution) && !(introspection === 'signed-in' && introspects(execution));
  const authenticateByHeader: Authenticate = async (execution, { connection }) => {
    const authorization = requestOf(execution).headers.get('authorization');
    if (authorization === null || needsNoViewer(execution)) return;
    await connection.authenticate(bearerToken(authorization) ?? '');
  };
  return {
    async onExecute({ args, setResultAndStopExecution }) {
      const ticket = ticketOf(args);
      const refusal = ticket === null ? await refusalOf(args, authenticateByHeader) : ticketForStreams();
      if (refusal) setResultAndStopExecution({ errors: [refusal] });
    },
    async onSubscribe({ args, setResultAndStopExecution }) {
      const ticket = ticketOf(args);
      const refusal = await refusalOf(args, async (execution, source) => {
        if (ticket === null) return authenticateByHeader(execution, source);
        const credentials = await tickets.take(ticket, execution, source.lastEventId);
        await source.connection.authenticateAs(credentials);
      });
      if (refusal) setResultAndStopExecution({ errors: [refusal] });
    },
  };
}

type Authenticate = (execution: ExecutionArgs, source: OperationSource) => Promise<void>;

async function refusalOf(execution: ExecutionArgs, authenticate: Authenticate): Promise<GraphQLError | null> {
  const { source } = operationOf(execution);
  if (!source.isOneOperation) return null;
  try {
    await authenticate(execution, source);
    return null;
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    if (!(error instanceof RequestError)) throw error;
    const extensions = error.retryAfter === undefined ? { http: { status: 401 } } : {};
    return new GraphQLError(error.message, { originalError: error, extensions });
  }
}

/** The ticket in the address of a request; null on a socket, whose operations have no address. */
function ticketOf(execution: ExecutionArgs): string | null {
  return operationOf(execution).source.isOneOperation ? ticketIn(requestOf(execution)) : null;
}

function requestOf({ contextValue }: ExecutionArgs): Request {
  return (contextValue as { readonly request: Request }).request;
}
