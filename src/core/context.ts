import type { PrismaClient } from '../generated/prisma/client.ts';
import type { FeedCursors } from './feeds/feed-cursors.ts';
import type { FeedPositions } from './feeds/feed-positions.ts';
import type { LiveConnections } from './feeds/live-connection.ts';
import type { LiveNodes } from './feeds/node-facts.ts';
import type { Typing } from './feeds/typing.ts';
import type { Uploading } from './feeds/uploading.ts';
import type { Clock } from './process/clock.ts';
import type { Log } from './process/log.ts';
import type { Deadline } from './requests/deadline.ts';
import { unauthenticated } from './requests/errors.ts';
import type { Authentication, Ciphers } from './rights/authentication.ts';
import type { OutsideSignIn } from './rights/identity.ts';
import type { SignIn } from './rights/sealed-sign-in.ts';
import { requireNoApiToken } from './rights/session-only.ts';
import type { Viewer } from './rights/viewer.ts';
import type { WebhookChecks } from './rights/webhook-checks.ts';
import type { Transact } from './rows/transact.ts';

/**
 * The dependencies of resolvers and commands. There is one context per operation; a subscription gets a fresh one for
 * every event, so that no decision under old rights survives.
 */
export interface Context {
  /** Null if the client has not signed in. */
  readonly viewer: Viewer | null;
  /** The session of the access token, or the API token; null for tokens of an external issuer. */
  readonly sessionId: string | null;
  /** The sign-in that an external issuer describes; null for tokens of our own. */
  readonly outside: OutsideSignIn | null;
  /** The number of the secret of an API token; absent for another token. */
  readonly secretNumber?: number | undefined;
  readonly requestId: string;
  readonly ip: string | null;
  readonly db: PrismaClient;
  readonly transact: Transact;
  /**
   * Signs the client in with an access token, for the rest of the operation, and on a socket for everything after it.
   * Has no effect if the client is another user already.
   */
  readonly adopt: (accessToken: string) => Promise<unknown>;
  /** The ends of the feeds before anything else of the operation was read. */
  readonly feedCursors: FeedCursors;
  /** Turns positions of changes into cursors and back. */
  readonly feedPositions: FeedPositions;
  /**
   * Says that the result holds at this moment only, because it depends on more than the viewer and the rows of a change.
   * A subscription that reaches the same change later does not get this result again.
   */
  readonly holdsForNow: () => void;
  readonly authentication: Authentication;
  readonly ciphers: Ciphers;
  readonly webhookChecks: WebhookChecks;
  /**
   * Counts the open sockets and event streams of signed-in clients on all nodes; on this node only, while Redis is
   * unavailable.
   */
  readonly countConnections: () => Promise<number>;
  /** The open connections of clients on all nodes. */
  readonly live: LiveConnections;
  /** The users of all nodes who are writing. */
  readonly typing: Typing;
  /** Reads the rights that a user has now, whatever its session; null if it may not act. */
  readonly rightsOf: (userId: string) => Promise<Viewer | null>;
  /** The nodes of the installation. */
  readonly nodes: LiveNodes;
  /** The uploads of all nodes, and their limits. */
  readonly uploading: Uploading;
  /** The connection of the operation; null if it is closed after the answer. */
  readonly connectionId: string | null;
  /** Notes whether someone is before the client of the operation: on its socket or, over HTTP, on its whole session. */
  readonly setAway: (isAway: boolean) => void;
  readonly clock: Clock;
  /** Checked by long computations and by work that takes many statements. */
  readonly deadline: Deadline;
  readonly log: Log;
}

/** A context whose viewer has signed in. Every command requires one. */
export type ViewerContext = Context & { readonly viewer: Viewer };

/** Like `requireViewer`, for what an API token may not do; throws UserErrors for one. */
export function requireSession(ctx: Context): ViewerContext {
  requireNoApiToken(ctx.viewer);
  return requireViewer(ctx);
}

/** Narrows a context to one whose viewer has signed in; throws UNAUTHENTICATED otherwise. */
export function requireViewer(ctx: Context): ViewerContext {
  if (!ctx.viewer) throw unauthenticated();
  return ctx as ViewerContext;
}

/** The sign-in of the viewer, for what is bound to it. */
export function signInOf({
  viewer,
  sessionId,
  secretNumber,
  outside,
}: Pick<ViewerContext, 'viewer' | 'sessionId' | 'secretNumber' | 'outside'>): SignIn {
  return { userId: viewer.userId, sessionId, secretNumber, outside: outside ?? undefined };
}
