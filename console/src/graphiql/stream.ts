import type { Lockstep, Stop } from '@lockstep/client';
import type { Resumable } from './resumable.ts';

/** An event as it is listed. */
export interface ShownEvent {
  /** Counts the events of a stream from one. */
  readonly number: number;
  readonly at: Date;
  readonly type: string;
  readonly cursor: string | undefined;
  readonly data: unknown;
  readonly errors: unknown;
}

/** What a stream has brought so far. A frozen object, another one after each change. */
export interface StreamState {
  readonly status: 'waiting' | 'in step' | 'reconnecting' | 'stopped' | 'ended';
  /** Newest first. */
  readonly events: readonly ShownEvent[];
  /** Also those that are listed no more. */
  readonly count: number;
  readonly position: { readonly cursor: string | undefined; readonly at: Date } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

const MOST_EVENTS = 1_000;
const BEGINNING: StreamState = { status: 'waiting', events: [], count: 0, position: null, error: null };

/**
 * A subscription of a tab. It runs until it is stopped, whether its tab is shown or not, and resumes where it was cut.
 * Positions are no events: the newest is kept beside them.
 */
export class Stream {
  readonly tabId: string;
  readonly title: string;
  readonly #listeners = new Set<() => void>();
  readonly #stop: Stop;
  #state = BEGINNING;

  constructor(tabId: string, title: string, lockstep: Lockstep, operation: Resumable) {
    this.tabId = tabId;
    this.title = title;
    let data: unknown;
    let errors: unknown;
    this.#stop = lockstep.follow(operation, {
      result: (result) => {
        data = operation.asAsked(result.data ?? {});
        errors = result.errors;
      },
      item: (item, cursor) => this.#take(item.__typename, cursor, data, errors),
      lost: () => this.#set({ status: 'reconnecting' }),
      ended: ({ code, message }) => this.#set({ status: 'ended', error: { code, message } }),
    });
  }

  get state(): StreamState {
    return this.#state;
  }

  get isRunning(): boolean {
    return this.#state.status !== 'stopped' && this.#state.status !== 'ended';
  }

  /** Calls back after each change, until the returned function is called. */
  subscribe(listener: () => void): Stop {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Ends the subscription, at the server too. What it brought stays. */
  stop(): void {
    if (!this.isRunning) return;
    this.#stop();
    this.#set({ status: 'stopped' });
  }

  /** Forgets the events that were listed so far. */
  clear(): void {
    this.#set({ events: [] });
  }

  #take(type: string | undefined, cursor: string | undefined, data: unknown, errors: unknown): void {
    const at = new Date();
    if (type === 'FeedPosition') {
      this.#set({ status: 'in step', position: { cursor, at } });
      return;
    }
    const { events, count, position, status } = this.#state;
    const event = { number: count + 1, at, type: type ?? 'value', cursor, data, errors };
    this.#set({
      events: [event, ...events].slice(0, MOST_EVENTS),
      count: count + 1,
      position: cursor ? { cursor, at } : position,
      status: status === 'waiting' || status === 'reconnecting' ? 'in step' : status,
    });
  }

  #set(change: Partial<StreamState>): void {
    this.#state = Object.freeze({ ...this.#state, ...change });
    for (const listener of [...this.#listeners]) listener();
  }
}
