const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** A pause that grows with the failures, and is another one for each client, so that a restarted server is not stormed. */
export function backoffMs(failures: number, atLeastSeconds = 0): number {
  return atLeastSeconds * 1000 + Math.random() * Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** failures);
}
