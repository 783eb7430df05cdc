'use client';

import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useReducer,
  useRef,
  useSyncExternalStore,
} from 'react';
import type { LiveEvent } from './events.ts';
import type { LiveArguments, LiveDocument, RowOf } from './live-document.ts';
import { type EntityState, IDLE_ENTITY } from './live-entity.ts';
import { IDLE, type ListState, type ListVariables, type LiveList } from './live-list.ts';
import type { Lockstep } from './lockstep.ts';
import type { SessionState } from './session.ts';
import type { Connection } from './socket.ts';
import type { SyncOwner } from './sync.ts';

const Context = createContext<Lockstep | null>(null);
const IDLE_CONNECTION: Connection = Object.freeze({ state: 'idle', since: 0 });
const SIGNED_OUT: SessionState = Object.freeze({ status: 'signed-out' });

/** Gives a client to the components below it. */
export function LockstepProvider({
  client,
  children,
}: {
  client: Lockstep;
  children?: ReactNode;
}): ReactNode {
  return createElement(Context.Provider, { value: client }, children);
}

/** The client of the provider. */
export function useLockstep(): Lockstep {
  const client = useContext(Context);
  if (!client) throw new Error('There is no <LockstepProvider> above this component.');
  return client;
}

/** The state of a live list in a component. */
export interface ShownList<R> extends ListState<R> {
  /** Whether the rows are those of the former arguments, while those of the new ones are loading. */
  readonly isPrevious: boolean;
}

/** All rows of an entity that match, kept in step while the component is mounted. */
export function useLiveList<T>(document: LiveDocument<T>, variables?: ListVariables): ShownList<RowOf<T>> {
  const client = useLockstep();
  const list = client.liveList(document, variables);
  const state = useSyncExternalStore(list.subscribe, list.get, () => IDLE as ListState<RowOf<T>>);
  const session = useSession();
  const shown = useRef<{ list: LiveList<RowOf<T>>; session: SessionState; rows: readonly RowOf<T>[] } | null>(
    null,
  );
  const isLoading = state.status === 'idle' || state.status === 'loading';
  useEffect(() => {
    if (!isLoading) shown.current = { list, session, rows: state.rows };
  });
  return useMemo(() => {
    const before = shown.current;
    // Rows of another session are not shown: its user may have been another one.
    const isPrevious = isLoading && before !== null && before.list !== list && before.session === session;
    return { ...state, isPrevious, ...(isPrevious && { rows: before.rows }) };
  }, [state, list, session, isLoading]);
}

/** One row, kept in step while the component is mounted. */
export function useLiveEntity<T>(document: LiveDocument<T>, id: string): EntityState<RowOf<T>> {
  const client = useLockstep();
  const entity = useMemo(() => client.liveEntity(document, id), [client, document, id]);
  return useSyncExternalStore(entity.subscribe, entity.get, () => IDLE_ENTITY as EntityState<RowOf<T>>);
}

/**
 * The distance of the client from what the server knows. With `ageEveryMs` the component is rendered that often, with the age of
 * the position.
 */
export function useConnection(ageEveryMs?: number): Connection & { readonly cursorAgeMs: number | null } {
  const { connection } = useLockstep();
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (ageEveryMs === undefined) return;
    const timer = setInterval(render, ageEveryMs);
    return () => clearInterval(timer);
  }, [ageEveryMs]);
  const now = useSyncExternalStore(connection.subscribe, connection.get, () => IDLE_CONNECTION);
  return { ...now, cursorAgeMs: connection.cursorAgeMs() };
}

/** Whether a user is signed in. */
export function useSession(): SessionState {
  const { state } = useLockstep().session;
  return useSyncExternalStore(state.subscribe, state.get, () => SIGNED_OUT);
}

/** Calls the handler of the latest render for each change, once and in order: for a toast, a sound, a count. */
export function useEvents<T>(
  document: LiveDocument<T>,
  handler: (event: LiveEvent<RowOf<T>>) => void,
  variables?: LiveArguments,
): void {
  const client = useLockstep();
  const latest = useLatest(handler);
  const given = useSame(variables);
  const session = useSession();
  useEffect(() => {
    if (session.status === 'signed-out') return;
    return client.events(document, given).subscribe((event) => latest.current(event));
  }, [client, document, given, session, latest]);
}

/**
 * Keeps queries in step that are no live lists: whenever a row of these entities changes, the caches refetch what has them,
 * at most every 300 ms. `onChange` is called then, too, for a cache that this package does not know.
 */
export function useRealtimeSync(
  types: readonly string[],
  onChange?: (types: readonly string[]) => void,
  owner?: SyncOwner,
): void {
  const client = useLockstep();
  const latest = useLatest(onChange);
  const followed = useSame(types);
  const of = useSame(owner);
  const session = useSession();
  useEffect(() => {
    if (session.status === 'signed-out') return;
    const stops = [
      client.onInvalidate((changed) => {
        const own = changed.filter((type) => followed.includes(type));
        if (own.length > 0) latest.current?.(own);
      }),
      client.sync(followed, of),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [client, followed, of, session, latest]);
}

function useLatest<T>(value: T): { current: T } {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}

/** The same object for as long as it says the same, however often a component writes it again. */
function useSame<T>(value: T): T {
  const key = JSON.stringify(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all that the value does.
  return useMemo(() => value, [key]);
}
