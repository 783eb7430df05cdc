import { RequestError } from './errors.ts';

export interface DeadlineParts {
  /** QUERY_TIMEOUT_MS. */
  readonly timeoutMs: number;
  /** Whether the client still waits for the answer. */
  readonly isAwaited: () => boolean;
}

/**
 * How long an operation may go on. PostgreSQL cancels its statements by itself; what is computed here, or takes many
 * statements, has to ask.
 */
export class Deadline {
  readonly #parts: DeadlineParts;
  readonly #endsAt: number;

  /** The time begins to run. */
  constructor(parts: DeadlineParts) {
    this.#parts = parts;
    this.#endsAt = performance.now() + parts.timeoutMs;
  }

  /** Why the operation may not go on; null while it may. */
  get fault(): RequestError | null {
    const { timeoutMs, isAwaited } = this.#parts;
    if (performance.now() >= this.#endsAt) {
      return new RequestError(
        'QUERY_TOO_COMPLEX',
        `This takes longer than ${timeoutMs} ms (QUERY_TIMEOUT_MS): ask for less at a time.`,
      );
    }
    if (isAwaited()) return null;
    return new RequestError('QUERY_TOO_COMPLEX', 'Stopped, as the client no longer waits for the answer.');
  }
}
