// The timers are Node's own: a test may hold those of its environment.
import { clearTimeout, setTimeout } from 'node:timers';

/** The time in which an event must happen. A busy machine needs seconds; what takes longer never happens. */
export const PATIENCE_MS = 20_000;

/** Waits for a promise, but not for ever: rejects with the sentence `late()` if it has not settled in time. */
export async function within<Value>(
  patienceMs: number,
  late: () => string,
  promise: Promise<Value>,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, patienceMs, 'late');
    timer.unref();
  });
  try {
    const first = await Promise.race([promise.then((value) => ({ value })), deadline]);
    if (first !== 'late') return first.value;
  } finally {
    clearTimeout(timer);
  }
  // Thrown here and not in the timer, so that the stack leads to the line of the test that waited.
  throw new Error(`${late()} within ${patienceMs / 1_000} s`);
}
