/** Ends a subscription. A second call changes nothing. */
export type Stop = () => void;

/**
 * A value that changes. `get` returns the same object until the value has changed, so both functions fit React's
 * `useSyncExternalStore` as they are.
 */
export interface Readable<T> {
  get(): T;
  /** Calls the listener after each change, with nothing: it reads the value itself. */
  subscribe(listener: () => void): Stop;
}

/** A readable value that its owner sets. */
export class Cell<T> implements Readable<T> {
  #value: T;
  readonly #listeners = new Set<{ readonly notify: () => void }>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  readonly subscribe = (notify: () => void): Stop => {
    const listener = { notify };
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Sets the value, and notifies the listeners unless it is the same one. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const { notify } of [...this.#listeners]) notify();
  }
}
