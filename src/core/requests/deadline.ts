import { RequestError } from './errors.ts';
import { sentences } from './fault.ts';
import type { WriteOutcome } from './writes.ts';

/** The outcome of a mutation that the time limit of its operation cut off. */
type Outcome = WriteOutcome | 'NOT_STARTED';

const TIME = sentences('QUERY_TOO_COMPLEX', {
  ROLLED_BACK:
    'The mutation was rolled back, because the operation takes longer than {timeoutMs} ms (QUERY_TIMEOUT_MS): send it again later.',
  NOT_STARTED:
    'The mutation was not started, because the operation takes longer than {timeoutMs} ms (QUERY_TIMEOUT_MS): send it again later.',
  WRITTEN:
    'The mutation was written, but not its answer, because the operation takes longer than {timeoutMs} ms (QUERY_TIMEOUT_MS): query what it has changed.',
  UNKNOWN:
    'The operation takes longer than {timeoutMs} ms (QUERY_TIMEOUT_MS), and the database did not say whether the mutation was written: query what it should have changed.',
  OUT_OF_TIME: 'This takes longer than {timeoutMs} ms (QUERY_TIMEOUT_MS): ask for less at a time.',
  CLIENT_LEFT: 'Stopped, because the client no longer waits for the answer.',
});

/** The time limit of its operation kept a mutation from being written, or from being answered. */
export class OutOfTime extends RequestError {
  readonly mutation: Outcome;

  constructor(timeoutMs: number, mutation: Outcome) {
    super(TIME[mutation]({ timeoutMs }));
    this.mutation = mutation;
  }
}

export interface DeadlineParts {
  /** QUERY_TIMEOUT_MS. */
  readonly timeoutMs: number;
  /** Whether the client still waits for the answer. */
  readonly isAwaited: () => boolean;
}

/**
 * The time limit of an operation. PostgreSQL cancels its statements by itself; computations and sequences of statements
 * must check.
 */
export class Deadline {
  readonly #parts: DeadlineParts;
  readonly #endsAt: number;

  /** Starts the time. */
  constructor(parts: DeadlineParts) {
    this.#parts = parts;
    this.#endsAt = performance.now() + parts.timeoutMs;
  }

  get timeoutMs(): number {
    return this.#parts.timeoutMs;
  }

  /** The time that is left; negative when it is over. */
  get remainingMs(): number {
    return this.#endsAt - performance.now();
  }

  /** Whether the time is over. */
  get hasPassed(): boolean {
    return this.remainingMs <= 0;
  }

  /** The reason why the operation must stop; null while it may continue. */
  get refusal(): RequestError | null {
    const { timeoutMs, isAwaited } = this.#parts;
    if (this.hasPassed) return new RequestError(TIME.OUT_OF_TIME({ timeoutMs }));
    return isAwaited() ? null : new RequestError(TIME.CLIENT_LEFT());
  }
}
