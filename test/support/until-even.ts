import { setTimeout as pause } from 'node:timers/promises';

/** The longest time, on a busy machine, in which nothing arrives although more is to come. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 5;

/** Subscriptions that are compared, and what they have received. */
export interface Compared {
  isEven(): boolean;
  /** The number of results of all of them. */
  received(): number;
}

/** Waits until compared subscriptions have received the same; gives up when none receives anything any more. */
export async function untilEven({ isEven, received }: Compared): Promise<void> {
  let count = received();
  let deadline = performance.now() + PATIENCE_MS;
  while (!isEven() && performance.now() < deadline) {
    await pause(LOOK_MS);
    if (received() === count) continue;
    count = received();
    deadline = performance.now() + PATIENCE_MS;
  }
}
