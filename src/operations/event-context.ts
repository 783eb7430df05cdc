import type { ChangeLog } from '../changes/change-log.ts';
import type { Context } from '../core/context.ts';
import type { CursorCodec } from '../core/feeds/cursor.ts';
import { Deadline } from '../core/requests/deadline.ts';
import type { Audience } from '../core/rights/audience.ts';
import type { OperationContextParts } from './operation-context.ts';

/** Makes the context in which one event is executed for an audience. */
export type EventContextMaker = (audience: Audience, requestId: string) => EventContext;

/** The context of one event. */
export interface EventContext extends Context {
  /** Whether what was rendered with it must not be kept for later: see `holdsForNow`. Absent: no. */
  readonly isForNow?: boolean;
}

/** The parts that the contexts of all events share. */
export interface EventContextParts extends Omit<OperationContextParts, 'transactions'> {
  readonly changeLog: ChangeLog;
  readonly cursors: CursorCodec;
}

/**
 * Returns the function that makes the contexts of events. One context serves a whole audience, so it contains nothing
 * of a single connection. An event changes nothing, so its context cannot write.
 */
export function eventContextMaker(parts: EventContextParts): EventContextMaker {
  const { prisma, authentication, ciphers, feedPositions, countConnections, live } = parts;
  const { changeLog, cursors, webhookChecks, typing, nodes, rightsOf, uploading } = parts;
  const { clock, queryTimeoutMs, log } = parts;
  // A subscription has no deadline of its own, and one event is executed for many clients.
  const isAwaited = () => true;
  const shared = {
    sessionId: null,
    outside: null,
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
    ciphers,
    webhookChecks,
    countConnections,
    live,
    typing,
    nodes,
    rightsOf,
    uploading,
    connectionId: null,
    setAway: () => {},
    clock,
    log,
  };
  return ({ viewer }, requestId) => {
    let isForNow = false;
    return {
      ...shared,
      deadline: new Deadline({ timeoutMs: queryTimeoutMs, isAwaited }),
      viewer,
      requestId,
      get isForNow() {
        return isForNow;
      },
      holdsForNow() {
        isForNow = true;
      },
    };
  };
}
