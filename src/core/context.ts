import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Authentication } from './authentication.ts';
import type { Clock } from './clock.ts';
import type { Deadline } from './deadline.ts';
import { unauthenticated } from './errors.ts';
import type { FeedCursors } from './feed-cursors.ts';
import type { FeedPositions } from './feed-positions.ts';
import type { Log } from './log.ts';
import type { Transact } from './transact.ts';
import type { Viewer } from './viewer.ts';

/**
 * What a resolver and a command may use. One per operation; a subscription gets a fresh one for every event, so
 * that nothing decided under old rights survives.
 */
export interface Context {
  /** Null for whoever has not signed in. */
  readonly viewer: Viewer | null;
  /** The session of the access token; null for tokens of an outside issuer. */
  readonly sessionId: string | null;
  readonly requestId: string;
  readonly ip: string | null;
  readonly db: PrismaClient;
  readonly transact: Transact;
  /**
   * Goes on as whoever an access token was issued to: with the rest of the operation, and over a socket with
   * everything after it. Does nothing if the client is already somebody else.
   */
  readonly adopt: (accessToken: string) => Promise<unknown>;
  /** Where the feeds stood before anything else of the operation was read. */
  readonly feedCursors: FeedCursors;
  /** The places of changes, as cursors. */
  readonly feedPositions: FeedPositions;
  readonly authentication: Authentication;
  readonly clock: Clock;
  /** To be asked by what is computed at length, or takes many statements. */
  readonly deadline: Deadline;
  readonly log: Log;
}

/** A context whose viewer has signed in: what every command asks for. */
export type ViewerContext = Context & { readonly viewer: Viewer };

/** Narrows a context to one whose viewer has signed in; throws UNAUTHENTICATED otherwise. */
export function requireViewer(ctx: Context): ViewerContext {
  if (!ctx.viewer) throw unauthenticated();
  return ctx as ViewerContext;
}
