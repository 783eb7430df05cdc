import { browser, type Locks, type Page } from './browser.ts';
import { errorOf, type GraphqlError, LockstepError } from './errors.ts';
import { eventsOf, type LiveEvents } from './events.ts';
import {
  type ListArguments,
  type LiveArguments,
  type LiveDocument,
  liveSource,
  type RowOf,
  textOf,
} from './live-document.ts';
import { type EntityState, onlyRow } from './live-entity.ts';
import { type ListVariables, type LiveList, SharedList } from './live-list.ts';
import type { Readable, Stop } from './readable.ts';
import { Session } from './session.ts';
import { type Connection, Socket } from './socket.ts';
import type { OrderBy } from './sorted-rows.ts';
import { type Operation, openStream, type StreamSink } from './stream.ts';
import { followTypes, type SyncOwner } from './sync.ts';
import { openStorage, type StorageName, type TokenStorage } from './token-storage.ts';

export type { Locks, Page } from './browser.ts';
export type { LiveEvent, LiveEvents } from './events.ts';
export type { Actor, RowChange } from './fold.ts';
export type { LiveArguments, LiveDocument, RowOf } from './live-document.ts';
export type { EntityState } from './live-entity.ts';
export type { ListState, ListVariables, LiveList } from './live-list.ts';
export type { Readable, Stop } from './readable.ts';
export type { Session, SessionState, SignInResult } from './session.ts';
export type { Connection } from './socket.ts';
export type { OrderBy, Row } from './sorted-rows.ts';
export type { Item, Operation, Result, StreamSink } from './stream.ts';
export type { SyncOwner } from './sync.ts';
export type { SignInInput, UserError } from './token-requests.ts';
export type { StoredSession, TokenStorage, Tokens } from './token-storage.ts';
export { LockstepError };

/** The settings of a client. */
export interface LockstepOptions {
  /** The address of the server, without `/graphql`. */
  readonly url: string;
  /** Where the session is kept: by default in `localStorage`, so that tabs share it; in Node in memory. */
  readonly storage?: StorageName | TokenStorage;
  /** Node 20 has no WebSocket: give it that of the package `ws`. */
  readonly webSocketImpl?: unknown;
  /** In the place of the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** In the place of `navigator.locks`. */
  readonly locks?: Locks;
  /** In the place of `window`. */
  readonly page?: Page;
}

/** A client of a Lockstep server. One is enough for a page. */
export interface Lockstep {
  /** The address of the server, without `/graphql`. */
  readonly url: string;
  readonly session: Session;
  /** The distance from what the server knows, and the milliseconds for which no stream has said where it is. */
  readonly connection: Readable<Connection> & { cursorAgeMs(): number | null };
  /** All rows of an entity that match, or the first ones, kept in step. The same arguments give the same list, with one stream. */
  liveList<T>(document: LiveDocument<T>, variables?: ListVariables): LiveList<RowOf<T>>;
  /** One row, kept in step. */
  liveEntity<T>(document: LiveDocument<T>, id: string): Readable<EntityState<RowOf<T>>>;
  /** The changes of an entity from now on, without the rows. */
  events<T>(document: LiveDocument<T>, variables?: LiveArguments): LiveEvents<RowOf<T>>;
  /** Sends a query or a mutation. Throws a LockstepError with the first error of the answer. */
  request<Data>(document: LiveDocument<Data>, variables?: object): Promise<Data>;
  /** Follows an operation of one's own, and resumes it with the variable `after`. */
  follow(operation: Operation, sink: StreamSink): Stop;
  /** Invalidates these entities in every cache that listens, whenever one of their rows changes. */
  sync(types: readonly string[], owner?: SyncOwner): Stop;
  /** Calls the listener with the entities of which something changed: those of every `sync`. */
  onInvalidate(listener: (types: readonly string[]) => void): Stop;
  /** Calls the listener when another user has signed in, or none is: caches are then emptied. */
  onSessionEnd(listener: () => void): Stop;
  /** Ends everything. The session stays in its storage. */
  close(): void;
}

/** Makes a client. It connects when the first list has a listener. */
export function createLockstep(options: LockstepOptions): Lockstep {
  const url = options.url.replace(/\/+$/, '');
  const endpoint = `${url}/graphql`;
  const page = options.page ?? browser.window;
  const { storage = 'local' } = options;
  const session = new Session({
    url: endpoint,
    storage: typeof storage === 'string' ? openStorage(storage, `lockstep ${url}`) : storage,
    send: options.fetch ?? ((...request) => fetch(...request)),
    locks: options.locks ?? browser.navigator?.locks,
  });
  const socket = new Socket({ url: endpoint, session, webSocketImpl: options.webSocketImpl, page });
  const lists = new Map<string, SharedList>();
  const used = new Set<SharedList>();
  const documentIds = new Map<unknown, number>();
  const invalidating = new Set<(types: readonly string[]) => void>();
  const ending = new Set<() => void>();
  let sessionId = idOf(session);

  const unwatch = session.state.subscribe(() => {
    const id = idOf(session);
    if (id === sessionId) return;
    const hadSession = sessionId !== undefined;
    sessionId = id;
    for (const list of [...used]) list.restart();
    if (hadSession) for (const listener of [...ending]) listener();
  });

  function listOf(document: LiveDocument<unknown>, { orderBy = [], ...others }: ListVariables): SharedList {
    const given = withOrder(others, orderBy);
    const id = documentIds.get(document) ?? documentIds.size;
    documentIds.set(document, id);
    const key = `${id} ${JSON.stringify([sorted(given), orderBy])}`;
    const known = lists.get(key);
    if (known) return known;
    const list = new SharedList({
      socket,
      source: liveSource(document),
      given,
      orderBy,
      isSignedIn: () => session.state.get().status === 'signed-in',
      isHidden: () => page?.document?.visibilityState === 'hidden',
      isUsed(isUsed) {
        if (isUsed) {
          used.add(list);
          lists.set(key, list);
        } else {
          used.delete(list);
          lists.delete(key);
        }
      },
    });
    lists.set(key, list);
    return list;
  }

  return {
    url,
    session,
    connection: { ...socket.connection, cursorAgeMs: () => socket.cursorAgeMs() },
    liveList: (document, variables = {}) => listOf(document, variables) as never,
    liveEntity: (document, id) => onlyRow(listOf(document, { id })) as never,
    events: (document, given = {}) => eventsOf(socket, liveSource(document), given),
    async request(document, variables = {}) {
      const response = await session.fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: await textOf(document), variables }),
      });
      const { data, errors } = (await response.json()) as { data?: unknown; errors?: GraphqlError[] };
      if (errors || !data) throw errorOf(errors);
      return data as never;
    },
    follow: (operation, sink) => openStream(socket, operation, sink),
    sync: (types, owner = {}) =>
      followTypes(socket, types, owner, (changed) => {
        for (const listener of [...invalidating]) listener(changed);
      }),
    onInvalidate: (listener) => registered(invalidating, listener),
    onSessionEnd: (listener) => registered(ending, listener),
    close() {
      unwatch();
      for (const list of used) list.close();
      session.close();
      socket.close();
    },
  };
}

function registered<T>(listeners: Set<T>, listener: T): Stop {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function idOf({ state }: Session): string | undefined {
  const now = state.get();
  return now.status === 'signed-in' ? now.id : undefined;
}

/** The arguments that the server receives: it sorts windows, and nothing else. */
function withOrder(given: Omit<ListVariables, 'orderBy'>, orderBy: readonly OrderBy[]): ListArguments {
  if (given.first === undefined || orderBy.length === 0) return given;
  const enumOf = (field: string) => field.replace(/(?<=[a-z])[A-Z]/g, '_$&').toUpperCase();
  return {
    ...given,
    orderBy: orderBy.map(({ field, direction = 'ASC' }) => ({ field: enumOf(field), direction })),
  };
}

/** The same arguments in the order of their names: lists that differ in nothing else are one. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(
    entries.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([name, one]) => [name, sorted(one)]),
  );
}
