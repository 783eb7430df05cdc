import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { sendBody } from './plain-answer.ts';

/** The state of a part of the server: `unused` if the configuration does without the part. */
export type PartState = 'up' | 'down' | 'unused';

/** A database that answers and refuses every write is of no use to clients. */
export type DatabaseState = PartState | 'read-only';

/** The checks of the parts. None may throw because a part is unavailable. */
export interface HealthChecks {
  /** Whether the server is about to stop and accepts no new clients. */
  isDraining(): boolean;
  database(): Promise<DatabaseState>;
  redis(): PartState;
  /** Whether changes reach this node's subscriptions, by wake-up or by poll. */
  delivery(): PartState;
}

/** The answer of `/health/ready`. */
export interface Readiness {
  /** `degraded` is ready, too: without Redis events arrive later, and none is lost. */
  readonly status: 'ready' | 'degraded' | 'unready';
  readonly parts: Readonly<Record<'redis' | 'delivery', PartState> & { database: DatabaseState }>;
}

/** A database that does not answer must not keep the health check waiting. */
const DATABASE_TIMEOUT_MS = 2_000;

/** Answers that the process runs. It checks nothing else: a restart would not repair the database. */
export function sendLive(response: ServerResponse): void {
  send(response, 200, { status: 'live' });
}

/** Answers whether clients may be sent here, with the state of each part; 503 only if no request could be served. */
export async function sendReady(response: ServerResponse, checks: HealthChecks): Promise<void> {
  const readiness = await readinessOf(checks);
  send(response, readiness.status === 'unready' ? 503 : 200, readiness);
}

async function readinessOf(checks: HealthChecks): Promise<Readiness> {
  const database = await within(DATABASE_TIMEOUT_MS, checks.database());
  const parts = { database, redis: checks.redis(), delivery: checks.delivery() };
  const isServing = database === 'up' || database === 'unused';
  if (checks.isDraining() || !isServing) return { status: 'unready', parts };
  return { status: Object.values(parts).includes('down') ? 'degraded' : 'ready', parts };
}

async function within(ms: number, state: Promise<DatabaseState>): Promise<DatabaseState> {
  const giveUp = new AbortController();
  const late = setTimeout(ms, 'down' as const, giveUp);
  try {
    return await Promise.race([state, late]);
  } catch {
    return 'down'; // the users of the part log the reason; here every check would log it
  } finally {
    late.catch(() => {}); // rejects when it is aborted
    giveUp.abort();
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  sendBody(response, status, headers, JSON.stringify(body));
}
