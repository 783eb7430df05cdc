import { RequestError } from './errors.ts';

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

  /** The reason why the operation must stop; null while it may continue. */
  get fault(): RequestError | null {
    const { timeoutMs, isAwaited } = this.#parts;
    if (performance.now() >= this.#endsAt) {
      return new RequestError(
        'QUERY_TOO_COMPLEX',
        `This takes longer than ${timeoutMs} ms (QUERY_TIMEOUT_MS): ask for less at a time.`,
      );
    }
    if (isAwaited()) return null;
    return new RequestError(
      'QUERY_TOO_COMPLEX',
      'Stopped, because the client no longer waits for the answer.',
    );
  }
}
