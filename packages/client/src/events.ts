import type { LockstepError } from './errors.ts';
import { changeOf, type RowChange } from './fold.ts';
import type { LiveArguments, LiveSource } from './live-document.ts';
import type { Stop } from './readable.ts';
import type { Socket } from './socket.ts';
import { type Item, openStream } from './stream.ts';

/** A change of an entity, for a toast or a sound. */
export interface LiveEvent<R> extends RowChange {
  /** The type of the event, e.g. `CustomerCreated`. */
  readonly type: string;
  readonly eventId: string;
  readonly entityId: string;
  /** The row right after the change; null if it left the view. */
  readonly row: R | null;
}

/** The changes of an entity from now on. */
export interface LiveEvents<R> {
  /** Calls the listener for each change, once and in order, also for those that were made without a connection. */
  subscribe(listener: (event: LiveEvent<R>) => void, onEnd?: (error: LockstepError) => void): Stop;
}

/** Opens a stream without rows for each listener. Positions and resets are no changes. */
export function eventsOf<R>(socket: Socket, source: LiveSource, given: LiveArguments): LiveEvents<R> {
  return {
    subscribe(listener, onEnd) {
      const stopping = new AbortController();
      const open = (query: string) => {
        if (stopping.signal.aborted) return;
        const operation = { query, variables: { ...given }, hasPositions: true };
        const stop = openStream(socket, operation, {
          item: (item) => item.eventId && listener(eventOf(item, source.rowField)),
          lost() {},
          ended: (error) => onEnd?.(error),
        });
        stopping.signal.addEventListener('abort', stop);
      };
      // After this turn: StrictMode subscribes, ends that, and subscribes again within it.
      Promise.resolve(source.query(given, false)).then(open);
      return () => stopping.abort();
    },
  };
}

function eventOf<R>(item: Item, rowField: string): LiveEvent<R> {
  return {
    ...changeOf(item),
    type: item.__typename,
    eventId: item.eventId as string,
    entityId: item.entityId as string,
    row: (item[rowField] ?? null) as R | null,
  };
}
