import type { LockstepError } from './errors.ts';
import type { ListState, LiveList } from './live-list.ts';
import type { Readable } from './readable.ts';

/** One row, kept in step. `null`: it is not loaded yet, or gone, or not for this user: `status` tells which. */
export interface EntityState<R> {
  readonly row: R | null;
  /** As that of a list; `gone` if the rows are complete and this one is not among them. */
  readonly status: ListState<R>['status'] | 'gone';
  readonly error?: LockstepError;
}

/** The state before the first listener, and on a server that renders. */
export const IDLE_ENTITY: EntityState<never> = Object.freeze({ row: null, status: 'idle' });

/** The only row of a list that is restricted to one id. */
export function onlyRow<R>(list: LiveList<R>): Readable<EntityState<R>> {
  let seen: ListState<R> | null = null;
  let state: EntityState<R> = IDLE_ENTITY;
  return {
    subscribe: list.subscribe,
    get() {
      const now = list.get();
      if (now !== seen) {
        const next = entityOf(now);
        if (next.row !== state.row || next.status !== state.status || next.error !== state.error)
          state = next;
        seen = now;
      }
      return state;
    },
  };
}

function entityOf<R>({ rows, status, error }: ListState<R>): EntityState<R> {
  const row = rows[0] ?? null;
  const isGone = row === null && (status === 'in-step' || status === 'catching-up');
  return { row, status: isGone ? 'gone' : status, ...(error && { error }) };
}
