import type { ChangeLog } from '../changes/change-log.ts';
import type { Transactions } from '../changes/transactions.ts';
import type { Audience } from '../core/audience.ts';
import type { Authentication } from '../core/authentication.ts';
import type { Actor } from '../core/change.ts';
import type { Clock } from '../core/clock.ts';
import type { Context } from '../core/context.ts';
import type { CursorCodec } from '../core/cursor.ts';
import { Deadline } from '../core/deadline.ts';
import type { FeedPositions } from '../core/feed-positions.ts';
import type { Log } from '../core/log.ts';
import type { Viewer } from '../core/viewer.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { NO_FEED_CURSORS } from './feed-cursors.ts';
import type { ContextFor } from './operation.ts';

export interface ContextParts {
  readonly prisma: PrismaClient;
  readonly transactions: Transactions;
  readonly authentication: Authentication;
  readonly feedPositions: FeedPositions;
  readonly clock: Clock;
  /** How long a query, a mutation or an event may take. */
  readonly queryTimeoutMs: number;
  readonly log: Log;
}

const NOBODY: Actor = { kind: 'SYSTEM', id: null, name: 'not signed in' };

/**
 * Makes contexts out of the parts that all operations share and of what is known of one operation. Who acts is looked
 * up when it is needed, because an operation may sign its client in half-way.
 */
export function contextMaker(parts: ContextParts): ContextFor {
  const { prisma, transactions, authentication, feedPositions, clock, queryTimeoutMs, log } = parts;
  return (source, viewer) => {
    const { requestId, connection, isAwaited } = source;
    const { ip } = connection;
    return {
      source,
      requestId,
      ip,
      get viewer() {
        return viewer();
      },
      get sessionId() {
        return connection.sessionId;
      },
      db: prisma,
      transact: (work, idempotency) =>
        transactions.of({ actor: actorOf(viewer()), requestId, ip })(work, idempotency),
      adopt: (accessToken) => connection.adopt(accessToken),
      feedCursors: NO_FEED_CURSORS,
      feedPositions,
      authentication,
      clock,
      deadline: new Deadline({ timeoutMs: queryTimeoutMs, isAwaited }),
      log,
    };
  };
}

/**
 * Makes the contexts of events. One serves a whole audience, so there is nothing in it of any one connection; and an
 * event changes nothing, so it cannot write.
 */
export function eventContextMaker(
  parts: ContextParts & { readonly changeLog: ChangeLog; readonly cursors: CursorCodec },
) {
  const { prisma, authentication, feedPositions, clock, queryTimeoutMs, log, changeLog, cursors } = parts;
  // Who follows waits for as long as it likes, and one event is for many.
  const isAwaited = () => true;
  const shared = {
    sessionId: null,
    ip: null,
    db: prisma,
    transact: () => Promise.reject(new Error('An event cannot write.')),
    adopt: async () => {},
    feedCursors: {
      async of(feed: string) {
        const [position] = await changeLog.positions([feed]);
        return position ? cursors.encode(position) : null;
      },
    },
    feedPositions,
    authentication,
    clock,
    log,
  };
  return ({ viewer }: Audience, requestId: string): Context => ({
    ...shared,
    deadline: new Deadline({ timeoutMs: queryTimeoutMs, isAwaited }),
    viewer,
    requestId,
  });
}

function actorOf(viewer: Viewer | null): Actor {
  return viewer ? { kind: 'USER', id: viewer.userId, name: viewer.name } : NOBODY;
}
