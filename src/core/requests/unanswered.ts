import type { WriteOutcome } from './writes.ts';

/** A mutation failed after its COMMIT was sent. The error of its cause says so to the client. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
  override readonly cause: unknown;
  readonly mutation: WriteOutcome;

  constructor(cause: unknown, mutation: WriteOutcome) {
    super('A mutation failed after its COMMIT was sent.');
    this.cause = cause;
    this.mutation = mutation;
  }
}
