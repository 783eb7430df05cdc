import type { PrismaClient } from '../../src/generated/prisma/client.ts';

/** The statements of a client: how many there were, and the most that one of them read, and was given. */
export interface WatchedStatements {
  readonly prisma: PrismaClient;
  readonly seen: { count: number; rows: number; bytesRead: number; bytesGiven: number };
}

/** Watches the statements of a client, and fails after a number of them, as those of a killed node do. */
export function watchStatements(of: PrismaClient, left = Number.POSITIVE_INFINITY): WatchedStatements {
  const seen = { count: 0, rows: 0, bytesRead: 0, bytesGiven: 0 };
  const prisma = of.$extends({
    query: {
      async $allOperations({ args, query }) {
        if (seen.count >= left) throw new Error('The node was killed.');
        seen.count += 1;
        const answer: unknown = await query(args);
        seen.rows = Math.max(seen.rows, Array.isArray(answer) ? answer.length : 0);
        seen.bytesRead = Math.max(seen.bytesRead, sizeOf(answer));
        seen.bytesGiven = Math.max(seen.bytesGiven, sizeOf(args));
        return answer as never; // the answer of the client itself
      },
    },
  });
  return { prisma: prisma as unknown as PrismaClient, seen }; // it has the same operations
}

function sizeOf(value: unknown): number {
  return JSON.stringify(value, (_key, one) => (typeof one === 'bigint' ? `${one}` : one))?.length ?? 0;
}
