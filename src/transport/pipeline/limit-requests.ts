import type { ExecutionArgs, GraphQLError } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import type { Redis } from 'ioredis';
import { RateLimiterRes } from 'rate-limiter-flexible';
import { RequestError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { refusedBy } from '../../graph/schema/refused-by.ts';
import { networkOf } from '../../lib/network-of.ts';
import { rateLimiter } from '../../lib/rate-limiter.ts';
import { Attempts } from './attempts.ts';
import {
  type Arrival,
  clientOf,
  type OperationSource,
  operationOf,
  type PipelineContext,
} from './operation-source.ts';
import { setRateLimitHeaders } from './rate-limit-headers.ts';
import { withHttpStatus } from './retry-status.ts';

const WINDOW_S = 10;

/** The text of the schema is as large as the answer to so many other requests. */
const POINTS_OF_INTROSPECTION = 20;

const RATE = sentences('RATE_LIMITED', {
  TOO_MANY_REQUESTS:
    'At most {max} queries, mutations and event streams are begun in {seconds} seconds (REQUESTS_PER_SECOND): wait {retryAfter} s.',
});

/**
 * Limits the rate of queries and mutations of each user, and of each network for clients that have not signed in. All
 * nodes count together in Redis; each counts by itself while Redis is unavailable. An event stream counts once, when it
 * starts. Answers over HTTP say how many requests are left. Subscriptions on a socket do not count: the limits of a
 * socket's operations and messages, and of a user's sockets, bound their cost.
 *
 * Requests that fail before they are an operation count, too, on each node: for the network, and before any work.
 * Those that bring a token are counted apart, so that strangers do not use up what users of their network have.
 */
export function limitRequests(perSecond: number, redis: Redis | null, attempts: Attempts): Plugin {
  const points = perSecond * WINDOW_S;
  const limiter = rateLimiter(
    // A client over the limit is refused from memory, without a request to Redis.
    { keyPrefix: 'requests', points, duration: WINDOW_S, inMemoryBlockOnConsumed: points },
    redis,
  );
  const refusalOfAttempt = (client: string): GraphQLError | null =>
    attempts.take(client) ? null : tooManyRequests(points, waitForOne(perSecond));
  /** The count of a client after a request. */
  const counts = new WeakMap<Request, RateLimiterRes>();
  const refusalOf = async (args: ExecutionArgs, cost: number): Promise<GraphQLError | null> => {
    // A socket has no request of its own for each operation.
    const { request } = args.contextValue as Partial<YogaInitialContext>;
    try {
      const count = await limiter.consume(clientOf(operationOf(args)), cost);
      if (request) counts.set(request, count);
      return null;
    } catch (count) {
      if (!(count instanceof RateLimiterRes)) throw count;
      if (request) counts.set(request, count);
      return tooManyRequests(points, Math.ceil(count.msBeforeNext / 1_000));
    }
  };
  return {
    onRequestParse({ request, serverContext }) {
      const { ip = null } = serverContext as Partial<Arrival>;
      const refusal = refusalOfAttempt(networkClient(ip, request.headers.has('authorization')));
      if (refusal) throw withHttpStatus(refusal);
    },
    onEnveloped({ context }) {
      // Only an operation on a socket comes here with its source. One over HTTP has been counted.
      const { source } = context as Partial<Arrival>;
      const refusal = source && refusalOfAttempt(socketClient(source));
      if (refusal) throw refusal;
    },
    async onExecute({ args, setResultAndStopExecution }) {
      giveBack(operationOf(args));
      const refusal = await refusalOf(args, costOf(String(args.contextValue.params.query), points));
      if (refusal) setResultAndStopExecution({ errors: [refusal] });
    },
    async onSubscribe({ args, setResultAndStopExecution }) {
      giveBack(operationOf(args));
      const refusal = operationOf(args).source.isOneOperation && (await refusalOf(args, 1));
      if (refusal) setResultAndStopExecution({ errors: [refusal] });
    },
    onResponse({ request, response }) {
      const count = counts.get(request);
      if (count) setRateLimitHeaders(response.headers, { requests: points, seconds: WINDOW_S }, count);
    },
  };

  function giveBack({ viewer, ip, source }: PipelineContext): void {
    if (viewer) attempts.giveBack(source.isOneOperation ? networkClient(ip, true) : socketClient(source));
  }
}

/** The attempts that a node counts before it does any work, as many as operations are counted afterwards. */
export function attemptsAt(perSecond: number): Attempts {
  return new Attempts({ perSecond, burst: perSecond * WINDOW_S });
}

/** The refusal of one attempt too many, outside of the pipeline. */
export function tooManyAttempts(perSecond: number): RequestError {
  const retryAfter = waitForOne(perSecond);
  const max = perSecond * WINDOW_S;
  return new RequestError(RATE.TOO_MANY_REQUESTS({ max, seconds: WINDOW_S, retryAfter }), retryAfter);
}

function waitForOne(perSecond: number): number {
  return Math.ceil(1 / perSecond);
}

function costOf(query: string, points: number): number {
  return query.includes('__schema') ? Math.min(POINTS_OF_INTROSPECTION, points) : 1;
}

/** The client that attempts of a network are counted for: those with a token apart. */
export function networkClient(ip: string | null, hasToken: boolean): string {
  return `${networkOf(ip)}${hasToken ? ' with a token' : ''}`;
}

/** On a socket it is known whose operation it will be. */
function socketClient({ connection }: OperationSource): string {
  const { viewer, ip } = connection;
  return viewer ? clientOf({ viewer, ip }) : networkClient(ip, false);
}

function tooManyRequests(points: number, waitS: number): GraphQLError {
  const fault = RATE.TOO_MANY_REQUESTS({ max: points, seconds: WINDOW_S, retryAfter: waitS });
  return refusedBy(fault, { extensions: { retryAfter: waitS } });
}
