import type { Locks } from '@lockstep/client';

/** The lock manager that the tabs of a browser have in common: who asks first runs first, and the others wait. */
export class TabLocks implements Locks {
  #last: Promise<unknown> = Promise.resolve();
  /** The number of requests for a lock. */
  requests = 0;

  request<T>(_name: string, { signal }: { signal: AbortSignal }, work: () => Promise<T>): Promise<T> {
    this.requests += 1;
    const done = this.#last.then(() => {
      signal.throwIfAborted();
      return work();
    });
    this.#last = done.catch(() => {});
    return done;
  }
}
