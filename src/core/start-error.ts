/**
 * A problem that keeps the server from starting, in one sentence for the person who starts it.
 *
 * `main` prints the message alone and exits with 1. So the message says what to do, and never holds a
 * secret; whatever the operator does not need stays in `cause`.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
}
