/**
 * A problem that keeps the server from starting, in one sentence for the operator.
 *
 * `main` prints only the message and exits with 1. So the message says what to do and never contains a secret. Anything
 * that the operator does not need is in `cause`.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
}
