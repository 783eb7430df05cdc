import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Redis } from 'ioredis';
import { RateLimiterRes } from 'rate-limiter-flexible';
import { networkOf } from '../../lib/network-of.ts';
import { rateLimiter } from '../../lib/rate-limiter.ts';
import { operationOf, type PipelineContext } from './operation-source.ts';

const WINDOW_S = 10;

/**
 * Bounds the queries and mutations of each user, and those of each network whose users have not signed in; all nodes
 * count together in Redis, each by itself while Redis is away. Event streams are counted where they begin; subscriptions
 * over a socket are not, as what they cost is bounded by its operations and messages, and the sockets of a user.
 */
export function limitRequests(perSecond: number, redis: Redis | null): Plugin {
  const points = perSecond * WINDOW_S;
  const limiter = rateLimiter(
    // Whoever is over the limit is refused from memory, and does not keep Redis busy.
    { keyPrefix: 'requests', points, duration: WINDOW_S, inMemoryBlockOnConsumed: points },
    redis,
  );
  const refusalOf = async (operation: PipelineContext): Promise<GraphQLError | null> => {
    try {
      await limiter.consume(whoAsks(operation));
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

function whoAsks({ viewer, ip }: PipelineContext): string {
  return viewer ? `user:${viewer.userId}` : `network:${networkOf(ip)}`;
}

function tooManyRequests(points: number, waitS: number, { source }: PipelineContext): GraphQLError {
  const http = { status: 429, headers: { 'retry-after': String(waitS) } };
  return new GraphQLError(
    `At most ${points} queries, mutations and event streams are begun in ${WINDOW_S} seconds (REQUESTS_PER_SECOND): wait ${waitS} seconds.`,
    { extensions: { code: 'RATE_LIMITED', ...(source.isOneOperation && { http }) } },
  );
}
