// Reads the facts of a caught value. Errors of Node and of workers may come from another realm, where `instanceof
// Error` is false; so these functions look at the value, not at its class.

/** Reads the `code` that Node (`EADDRINUSE`) and PostgreSQL (`23505`) put on their errors. */
export function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

/** Reads the message; a value without one is printed as it is. */
export function errorMessage(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  return String(error.message);
}
