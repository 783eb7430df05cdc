import { LockstepError } from './errors.ts';
import { Fold, type RowChange } from './fold.ts';
import type { ListArguments, LiveArguments, LiveSource } from './live-document.ts';
import { Cell, type Readable, type Stop } from './readable.ts';
import type { Socket } from './socket.ts';
import type { OrderBy, Row } from './sorted-rows.ts';
import { openStream } from './stream.ts';

/** The state of a live list. */
export interface ListState<R> {
  /** The rows, in order. A row that has not changed is the same object as before. */
  readonly rows: readonly R[];
  /**
   * `loading` until the rows are complete for the first time. `stale`: the rows are those of before, because the connection
   * is lost or a new snapshot is on its way. `ended`: the server serves this list no more, and `error` says why.
   */
  readonly status: 'idle' | 'loading' | 'catching-up' | 'in-step' | 'stale' | 'ended';
  readonly error?: LockstepError;
  /** The rows that changed since the list was loaded, each with its latest change. */
  readonly changed: ReadonlyMap<string, RowChange>;
}

/** The rows of an entity, kept in step while there is a listener. */
export interface LiveList<R> extends Readable<ListState<R>> {
  /** Resolves when the rows are complete; rejects with the error that ended the list. It counts as a listener until then. */
  ready(): Promise<void>;
}

/** The arguments and the order of a live list. */
export interface ListVariables extends LiveArguments {
  /**
   * The order of the rows. Without `first` they are sorted here, so the fields must be in the fragment, and by default by
   * id. With it the server sorts them, by default as it sorts lists.
   */
  readonly orderBy?: readonly OrderBy[];
  /** Keeps only the first N rows, at most 100: the server says which they are. */
  readonly first?: number;
}

interface ListParts {
  readonly socket: Socket;
  readonly source: LiveSource;
  readonly given: ListArguments;
  readonly orderBy: readonly OrderBy[];
  readonly isSignedIn: () => boolean;
  readonly isHidden: () => boolean;
  /** Called when the first listener comes, and when the last one has left. */
  readonly isUsed: (isUsed: boolean) => void;
}

const RELEASE_AFTER_MS = 250;
const PUBLISH_EVERY_MS = 16;
const PUBLISH_WHEN_HIDDEN_EVERY_MS = 250;
const NO_CHANGES: ReadonlyMap<string, RowChange> = new Map();
const NO_ROWS: readonly never[] = Object.freeze([]);

/** The state before the first listener, and on a server that renders: the same object for all lists. */
export const IDLE: ListState<never> = Object.freeze({ rows: NO_ROWS, status: 'idle', changed: NO_CHANGES });

/**
 * A list with one stream, however many listeners it has. The stream ends 250 ms after the last of them has left: StrictMode
 * and a change of page unmount and mount again.
 */
export class SharedList implements LiveList<Row> {
  readonly #parts: ListParts;
  readonly #state = new Cell<ListState<Row>>(IDLE);
  #users = 0;
  #fold: Fold;
  #stop: Stop | null = null;
  #release: ReturnType<typeof setTimeout> | undefined;
  #publication: ReturnType<typeof setTimeout> | null = null;
  /** Whether more events of the same change follow: only the last of them has a cursor. */
  #isWithinStep = false;

  constructor(parts: ListParts) {
    this.#parts = parts;
    this.#fold = this.#newFold();
  }

  readonly get = (): ListState<Row> => this.#state.get();

  readonly subscribe = (listener: () => void): Stop => {
    const unsubscribe = this.#state.subscribe(listener);
    this.#users += 1;
    clearTimeout(this.#release);
    if (this.#users === 1) {
      this.#parts.isUsed(true);
      if (!this.#stop) this.#start();
    }
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      unsubscribe();
      this.#users -= 1;
      if (this.#users === 0) this.#release = setTimeout(() => this.#leave(), RELEASE_AFTER_MS);
    };
  };

  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      let stop: Stop = () => {};
      const look = () => {
        const { status, error } = this.get();
        if (status === 'idle' || status === 'loading') return;
        stop();
        if (status === 'ended') reject(error);
        else resolve();
      };
      stop = this.subscribe(look);
      look();
    });
  }

  /** Begins again for another session; without one the list is empty. */
  restart(): void {
    this.#end();
    this.#fold = this.#newFold();
    if (this.#users > 0) this.#start();
    else this.#state.set(IDLE);
  }

  /** Ends the list immediately, also while its first rows arrive. */
  close(): void {
    clearTimeout(this.#release);
    this.#end();
    this.#state.set(IDLE);
  }

  #start(): void {
    if (!this.#parts.isSignedIn()) {
      this.#finish(new LockstepError('UNAUTHENTICATED', 'Sign in first.'));
      return;
    }
    const { source, given, socket } = this.#parts;
    const stopping = new AbortController();
    this.#stop = () => stopping.abort();
    const open = (query: string) => {
      if (stopping.signal.aborted) return;
      const stop = openStream(
        socket,
        { query, variables: { ...given }, hasPositions: true },
        {
          item: (item, cursor) => {
            const isNew = this.#fold.take(item);
            this.#isWithinStep = cursor === undefined;
            if (isNew) this.#publishSoon();
          },
          lost: () => {
            this.#fold.lost();
            this.#publishSoon();
          },
          ended: (error) => this.#finish(error),
        },
      );
      stopping.signal.addEventListener('abort', stop);
    };
    this.#state.set({ ...IDLE, status: 'loading' });
    const query = source.query(given, true);
    if (typeof query === 'string') open(query);
    else query.then(open, (error) => !stopping.signal.aborted && this.#finish(error));
  }

  #finish(error: LockstepError): void {
    this.#end();
    this.#fold = this.#newFold();
    this.#state.set({ ...IDLE, status: 'ended', error });
  }

  #newFold(): Fold {
    this.#isWithinStep = false;
    const { source, orderBy, given } = this.#parts;
    return new Fold(source.rowField, orderBy, given.first !== undefined);
  }

  #leave(): void {
    this.#parts.isUsed(false);
    this.restart();
  }

  #end(): void {
    this.#stop?.();
    this.#stop = null;
    if (this.#publication) clearTimeout(this.#publication);
    this.#publication = null;
  }

  /** Publishes what has arrived, once for a frame. */
  #publishSoon(): void {
    const waitMs = this.#parts.isHidden() ? PUBLISH_WHEN_HIDDEN_EVERY_MS : PUBLISH_EVERY_MS;
    this.#publication ??= setTimeout(() => {
      this.#publication = null;
      const { stage } = this.#fold;
      if (stage === 'loading') return;
      if (this.#isWithinStep) {
        this.#state.set({ ...this.get(), status: stage });
        return;
      }
      this.#state.set({ rows: this.#fold.rows(), status: stage, changed: this.#fold.changed() });
    }, waitMs);
  }
}
