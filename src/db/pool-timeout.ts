import { errorMessage } from '../lib/error-facts.ts';

/** The errors of the driver's pool have no code. */
const MESSAGES = [
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
];

/** Tells whether a pool could not lend a connection in time. */
export function isPoolTimeout(error: unknown): boolean {
  return MESSAGES.includes(errorMessage(error));
}
