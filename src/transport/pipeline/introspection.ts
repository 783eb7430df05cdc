import { type ExecutionArgs, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { sentences } from '../../core/requests/fault.ts';
import { rootFieldsOf } from '../../graph/schema/anonymous-operation.ts';
import { refusedBy } from '../../graph/schema/refused-by.ts';
import type { PresentErrors } from '../../operations/present-errors.ts';
import { operationOf } from './operation-source.ts';

/** The clients that may read the schema (INTROSPECTION). */
export type Introspection = 'all' | 'signed-in' | 'none';

const CLOSED = sentences('FORBIDDEN', {
  NO_INTROSPECTION: 'The schema is not shown here (INTROSPECTION).',
});
const SIGN_IN = sentences('UNAUTHENTICATED', {
  INTROSPECTION_SIGNED_IN: 'The schema is for signed-in clients (INTROSPECTION): send an access token.',
});

/** The names of the schema that GraphQL adds to an error because they resemble the one in the document. */
const SUGGESTION = / Did you mean [^?]*\?/g;

/** Whether an operation asks for the schema. `__typename` tells nothing but what the document knows. */
export function introspects(execution: ExecutionArgs): boolean {
  return rootFieldsOf(execution).some((name) => name === '__schema' || name === '__type');
}

/** Refuses operations that ask for the schema as others than those who may read it, over every transport. */
export function withholdSchema(from: Introspection): Plugin {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const error = introspects(args) ? refusal(from, operationOf(args).viewer !== null) : null;
      if (error) setResultAndStopExecution({ errors: [error] });
    },
  };
}

/** Takes from the errors of GraphQL the names that they suggest: each tells a part of the schema. */
export function withoutSuggestions(present: PresentErrors): PresentErrors {
  return (result, requestId) => {
    if (!result.errors) return present(result, requestId);
    return present({ ...result, errors: result.errors.map(withoutSuggestion) }, requestId);
  };
}

function refusal(from: Introspection, isSignedIn: boolean): GraphQLError | null {
  if (from === 'none') return refusedBy(CLOSED.NO_INTROSPECTION());
  if (from === 'all' || isSignedIn) return null;
  return refusedBy(SIGN_IN.INTROSPECTION_SIGNED_IN(), { extensions: { http: { status: 401 } } });
}

function withoutSuggestion(error: GraphQLError): GraphQLError {
  const message = error.message.replaceAll(SUGGESTION, '');
  if (message === error.message) return error;
  const { nodes, source, positions, path, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}
