import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { type Fault, messageOf, type RequestErrorCode } from '../../core/requests/fault.ts';

/**
 * Makes the error of a fault for the places where GraphQL and Yoga take nothing but a GraphQLError; everywhere else it is
 * a RequestError. `extensions` are what the error has beside its code, its rule and its params, e.g. a `retryAfter`.
 */
export function refusedBy(
  fault: Fault<RequestErrorCode>,
  { extensions, ...options }: GraphQLErrorOptions = {},
): GraphQLError {
  const { code, rule, params } = fault;
  return new GraphQLError(messageOf(fault), {
    ...options,
    extensions: { code, rule, params, ...extensions },
  });
}
