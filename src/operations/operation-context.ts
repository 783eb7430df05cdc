import type { Transactions } from '../changes/transactions.ts';
import type { Context } from '../core/context.ts';
import type { FeedCursors } from '../core/feeds/feed-cursors.ts';
import type { FeedPositions } from '../core/feeds/feed-positions.ts';
import type { LiveConnections } from '../core/feeds/live-connection.ts';
import type { LiveNodes } from '../core/feeds/node-facts.ts';
import type { Typing } from '../core/feeds/typing.ts';
import type { Uploading } from '../core/feeds/uploading.ts';
import type { Clock } from '../core/process/clock.ts';
import type { Log } from '../core/process/log.ts';
import { Deadline } from '../core/requests/deadline.ts';
import type { Authentication, Ciphers } from '../core/rights/authentication.ts';
import type { OutsideSignIn } from '../core/rights/identity.ts';
import type { Viewer } from '../core/rights/viewer.ts';
import type { WebhookChecks } from '../core/rights/webhook-checks.ts';
import { type Actor, actorOf, systemActor } from '../core/rows/actor.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { NO_FEED_CURSORS } from './feed-cursors.ts';

/** The client of an operation: the part that contexts need. */
export interface OperationClient {
  readonly id: string;
  readonly viewer: Viewer | null;
  readonly sessionId: string | null;
  readonly outside: OutsideSignIn | null;
  readonly secretNumber?: number | undefined;
  readonly ip: string | null;
  /** Whether it stays open after its first answer. */
  readonly isKept: boolean;
  /** Notes whether someone is before the client. */
  setAway(isAway: boolean): void;
  /** Signs the client in; false if the token is refused. */
  adopt(accessToken: string): Promise<boolean>;
}

/** The origin of an operation. Each transport adds the properties that it needs. */
export interface OperationOrigin {
  readonly connection: OperationClient;
  readonly requestId: string;
  /** Whether the client still waits for the answer. */
  readonly isAwaited: () => boolean;
}

/** The context of an operation, together with its origin. */
export interface OperationContext<Origin extends OperationOrigin = OperationOrigin> extends Context {
  readonly source: Origin;
  /** Set after the context is made, by operations that ask for cursors. */
  feedCursors: FeedCursors;
}

/** Makes the context of an operation. */
export type ContextMaker = <Origin extends OperationOrigin>(source: Origin) => OperationContext<Origin>;

/** The parts that the contexts of all operations share. */
export interface OperationContextParts {
  readonly prisma: PrismaClient;
  readonly transactions: Transactions;
  readonly authentication: Authentication;
  readonly ciphers: Ciphers;
  readonly webhookChecks: WebhookChecks;
  readonly feedPositions: FeedPositions;
  readonly countConnections: Context['countConnections'];
  readonly live: LiveConnections;
  readonly typing: Typing;
  readonly nodes: LiveNodes;
  readonly rightsOf: Context['rightsOf'];
  readonly uploading: Uploading;
  readonly clock: Clock;
  /** The time limit of a query or a mutation. */
  readonly queryTimeoutMs: number;
  readonly log: Log;
}

const NOT_SIGNED_IN = systemActor('not signed in');

/**
 * Returns the function that makes the contexts of queries and mutations. A context asks its connection for the viewer
 * each time, because an operation can sign its client in half-way.
 */
export function contextMaker(parts: OperationContextParts): ContextMaker {
  const { prisma, transactions, authentication, ciphers, feedPositions, countConnections, live } = parts;
  const { typing, uploading, nodes, rightsOf, webhookChecks, clock, queryTimeoutMs, log } = parts;
  return (source) => {
    const { requestId, connection, isAwaited } = source;
    const { ip } = connection;
    return {
      source,
      requestId,
      ip,
      get viewer() {
        return connection.viewer;
      },
      get sessionId() {
        return connection.sessionId;
      },
      get outside() {
        return connection.outside;
      },
      get secretNumber() {
        return connection.secretNumber;
      },
      db: prisma,
      transact: (work, idempotency) =>
        transactions.of({ actor: authorOf(connection.viewer), requestId, ip })(work, idempotency),
      adopt: (accessToken) => connection.adopt(accessToken),
      feedCursors: NO_FEED_CURSORS,
      feedPositions,
      // An answer is sent once, and kept for no other request.
      holdsForNow: () => {},
      authentication,
      ciphers,
      webhookChecks,
      countConnections,
      live,
      typing,
      nodes,
      rightsOf,
      uploading,
      get connectionId() {
        return connection.isKept ? connection.id : null;
      },
      setAway: (isAway) => {
        if (connection.isKept) connection.setAway(isAway);
        else if (connection.sessionId) live.setAwayOn(connection.sessionId, isAway);
      },
      clock,
      deadline: new Deadline({ timeoutMs: queryTimeoutMs, isAwaited }),
      log,
    };
  };
}

function authorOf(viewer: Viewer | null): Actor {
  return viewer ? actorOf(viewer) : NOT_SIGNED_IN;
}
