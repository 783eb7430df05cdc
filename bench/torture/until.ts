import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 20;

/** Resolves as soon as a condition holds, or after `patienceMs`. */
export async function until(isSo: () => boolean, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!isSo() && Date.now() < deadline) await pause(LOOK_MS);
}
