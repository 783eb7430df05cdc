import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** How a part of the server is: `unused` where the configuration does without it. */
export type PartState = 'up' | 'down' | 'unused';

/** How to find out about each part. None may throw for a part that is merely away. */
export interface HealthChecks {
  /** Whether the server is about to stop and wants no new clients. */
  isDraining(): boolean;
  database(): Promise<PartState>;
  redis(): PartState;
  /** Whether changes reach this node's followers, by wake-up or by poll. */
  delivery(): PartState;
}

/** What `/health/ready` says. */
export interface Readiness {
  /** `degraded` is still ready: without Redis events arrive later, and none is lost. */
  readonly status: 'ready' | 'degraded' | 'unready';
  readonly parts: Readonly<Record<'database' | 'redis' | 'delivery', PartState>>;
}

/** A database that does not answer must not make the question hang too. */
const DATABASE_PATIENCE_MS = 2_000;

/** Answers that the process runs. It asks nothing of anything else: a restart would not mend the database. */
export function sendLive(response: ServerResponse): void {
  send(response, 200, { status: 'live' });
}

/** Answers whether to send clients here, with the state of each part; 503 only if no request could be served. */
export async function sendReady(response: ServerResponse, checks: HealthChecks): Promise<void> {
  const readiness = await readinessOf(checks);
  send(response, readiness.status === 'unready' ? 503 : 200, readiness);
}

async function readinessOf(checks: HealthChecks): Promise<Readiness> {
  const database = await within(DATABASE_PATIENCE_MS, checks.database());
  const parts = { database, redis: checks.redis(), delivery: checks.delivery() };
  if (checks.isDraining() || database === 'down') return { status: 'unready', parts };
  return { status: Object.values(parts).includes('down') ? 'degraded' : 'ready', parts };
}

async function within(ms: number, state: Promise<PartState>): Promise<PartState> {
  const giveUp = new AbortController();
  const late = setTimeout(ms, 'down' as const, giveUp);
  try {
    return await Promise.race([state, late]);
  } catch {
    return 'down'; // the reason is logged by whoever uses the part; here it would be logged at every question
  } finally {
    late.catch(() => {}); // rejects when it is called off
    giveUp.abort();
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
