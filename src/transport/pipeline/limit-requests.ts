import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Redis } from 'ioredis';
import { RateLimiterRes } from 'rate-limiter-flexible';
import { networkOf } from '../../lib/network-of.ts';
import { rateLimiter } from '../../lib/rate-limiter.ts';
import { operationOf, type PipelineContext } from './operation-source.ts';

const WINDOW_S = 10;

/**
 * Limits the rate of queries and mutations of each user, and of each network for clients that have not signed in. All
 * nodes count together in Redis; each counts by itself while Redis is unavailable. An event stream counts once, when it
 * starts. Subscriptions on a socket do not count: the limits of a socket's operations and messages, and of a user's
 * sockets, bound their cost.
 */
export function limitRequests(perSecond: number, redis: Redis | null): Plugin {
  const points = perSecond * WINDOW_S;
  const limiter = rateLimiter(
    // A client over the limit is refused from memory, without a request to Redis.
    { keyPrefix: 'requests', points, duration: WINDOW_S, inMemoryBlockOnConsumed: points },
    redis,
  );
  const refusalOf = async (operation: PipelineContext): Promise<GraphQLError | null> => {
    try {
      await limiter.consume(keyOf(operation));
      return null;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return tooManyRequests(points, Math.ceil(refusal.msBeforeNext / 1_000), operation);
    }
  };
  return {
    async onExecute({ args, setResultAndStopExecution }) {
      const refusal = await refusalOf(operationOf(args));
      if (refusal) setResultAndStopExecution({ errors: [refusal] });
    },
    async onSubscribe({ args, setResultAndStopExecution }) {
      const operation = operationOf(args);
      const refusal = operation.source.isOneOperation && (await refusalOf(operation));
      if (refusal) setResultAndStopExecution({ errors: [refusal] });
    },
  };
}

function keyOf({ viewer, ip }: PipelineContext): string {
  return viewer ? `user:${viewer.userId}` : `network:${networkOf(ip)}`;
}

function tooManyRequests(points: number, waitS: number, { source }: PipelineContext): GraphQLError {
  const http = { status: 429, headers: { 'retry-after': String(waitS) } };
  return new GraphQLError(
    `At most ${points} queries, mutations and event streams are begun in ${WINDOW_S} seconds (REQUESTS_PER_SECOND): wait ${waitS} seconds.`,
    { extensions: { code: 'RATE_LIMITED', ...(source.isOneOperation && { http }) } },
  );
}
