import type { Transactions } from '../changes/transactions.ts';
import type { Actor } from '../core/change.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Signing } from '../core/signing.ts';
import type { Viewer } from '../core/viewer.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { ContextFor } from './operation.ts';

export interface ContextParts {
  readonly prisma: PrismaClient;
  readonly transactions: Transactions;
  readonly signing: Signing;
  readonly clock: Clock;
  readonly log: Log;
}

const NOBODY: Actor = { kind: 'SYSTEM', id: null, name: 'not signed in' };

/**
 * Makes contexts out of the parts that all operations share and of what is known of one operation. Who acts is looked
 * up when it is needed, because an operation may sign its client in half-way.
 */
export function contextMaker({ prisma, transactions, signing, clock, log }: ContextParts): ContextFor {
  return (source, viewer, feedCursors) => {
    const { requestId, connection } = source;
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
      feedCursors,
      signing,
      clock,
      log,
    };
  };
}

function actorOf(viewer: Viewer | null): Actor {
  return viewer ? { kind: 'USER', id: viewer.userId, name: viewer.name } : NOBODY;
}
