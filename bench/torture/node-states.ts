const PATIENCE_MS = 3_000;

interface Readiness {
  readonly parts: { readonly redis: 'up' | 'down' | 'unused' };
}

/** The state of Redis in the readiness of a node; null if it does not answer. */
export async function redisStateAt(url: string): Promise<Readiness['parts']['redis'] | null> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return ((await response.json()) as Readiness).parts.redis;
  } catch {
    return null;
  }
}

const WAKE_UPS = /^lockstep_wake_ups_received_total\{content="full"\} (\d+)/m;

/** The number of wake-ups with their changes that a node has received since its start. */
export async function wakeUpsAt(url: string): Promise<number> {
  const response = await fetch(`${url}/metrics`);
  return Number(WAKE_UPS.exec(await response.text())?.[1] ?? 0);
}
