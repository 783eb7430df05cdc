// The counts that the health of the installation needs, in one statement. Each ends at COUNTED_AT_MOST and is read
// from an index, so the cost is the same whatever is stored; users who ask in the same second share it.

import { setTimeout } from 'node:timers/promises';
import { OperationBudget } from '../../core/requests/operation-budget.ts';
import { Prisma, type PrismaClient } from '../../generated/prisma/client.ts';
import { onceFor } from '../../lib/once-for.ts';
import { MAX_TRIES } from '../due-work/due-work.terms.ts';

/** More than an operator needs to see that there are many. */
export const COUNTED_AT_MOST = 1_000;
/** Work that is due for so long is late, as the alarm `LockstepDueWorkLate` has it. */
const LATE = '5 seconds';
/** A webhook that was disabled so long ago is known, as the alarm `LockstepWebhooksDisabled` has it. */
const NEWS = '1 hour';
const SHARED_MS = 1_000;
/** A database that answers later counts as unreachable. */
const ANSWER_WITHIN_MS = 2_000;

/** The counts, each `COUNTED_AT_MOST` at most. */
export interface Counts {
  readonly dueWaiting: number;
  readonly dueLate: number;
  readonly dueParked: number;
  readonly webhooksActive: number;
  readonly webhooksPaused: number;
  readonly webhooksDisabled: number;
  readonly webhooksDisabledNow: number;
  readonly webhooksFailing: number;
  readonly deliveriesWaiting: number;
  readonly mailWaiting: number;
  readonly mailFailing: number;
  readonly logMebibytes: number;
}

/** The answer of the database. */
export interface StoredHealth {
  /** Null: the database does not answer. */
  readonly counts: Counts | null;
  readonly latencyMs: number | null;
}

/** Counts from the indexes. */
export const COUNT = Prisma.sql`
  SELECT
    (SELECT least(sum(found), ${COUNTED_AT_MOST})::int FROM generate_series(0, ${MAX_TRIES}::int) AS tried (tries)
      CROSS JOIN LATERAL (SELECT count(*) AS found FROM (SELECT 1 FROM due_work
        WHERE due_work.tries = tried.tries AND try_at IS NOT NULL LIMIT ${COUNTED_AT_MOST}) AS c) AS n) AS "dueWaiting",
    (SELECT least(sum(found), ${COUNTED_AT_MOST})::int FROM generate_series(0, ${MAX_TRIES}::int) AS tried (tries)
      CROSS JOIN LATERAL (SELECT count(*) AS found FROM (SELECT 1 FROM due_work
        WHERE due_work.tries = tried.tries AND try_at < now() - ${LATE}::interval LIMIT ${COUNTED_AT_MOST}) AS c) AS n)
      AS "dueLate",
    (SELECT count(*)::int FROM (SELECT 1 FROM due_work
      WHERE tries = ${MAX_TRIES} AND try_at IS NULL LIMIT ${COUNTED_AT_MOST}) AS c) AS "dueParked",
    (SELECT count(*)::int FROM (SELECT 1 FROM webhook
      WHERE status = 'ACTIVE' LIMIT ${COUNTED_AT_MOST}) AS c) AS "webhooksActive",
    (SELECT count(*)::int FROM (SELECT 1 FROM webhook
      WHERE status = 'PAUSED' LIMIT ${COUNTED_AT_MOST}) AS c) AS "webhooksPaused",
    (SELECT count(*)::int FROM (SELECT 1 FROM webhook
      WHERE status = 'DISABLED' LIMIT ${COUNTED_AT_MOST}) AS c) AS "webhooksDisabled",
    (SELECT count(*)::int FROM (SELECT 1 FROM webhook
      WHERE status = 'DISABLED' AND updated_at > now() - ${NEWS}::interval LIMIT ${COUNTED_AT_MOST}) AS c)
      AS "webhooksDisabledNow",
    (SELECT count(*)::int FROM (SELECT 1 FROM webhook
      WHERE failing_since IS NOT NULL LIMIT ${COUNTED_AT_MOST}) AS c) AS "webhooksFailing",
    (SELECT count(*)::int FROM (SELECT 1 FROM webhook_delivery
      WHERE status = 'PENDING' LIMIT ${COUNTED_AT_MOST}) AS c) AS "deliveriesWaiting",
    mail.waiting AS "mailWaiting",
    mail.failing AS "mailFailing",
    (pg_total_relation_size('change') / 1048576)::int AS "logMebibytes"
  FROM (SELECT count(*)::int AS waiting, count(last_error)::int AS failing FROM (SELECT last_error FROM mail_message
    WHERE try_at IS NOT NULL ORDER BY try_at LIMIT ${COUNTED_AT_MOST}) AS c) AS mail`;

const memoryOf = onceFor((_db: PrismaClient): { at: number; read: Promise<StoredHealth> | null } => ({
  at: Number.NEGATIVE_INFINITY,
  read: null,
}));

/** Reads it, or gives what was read in this second. Never throws. */
export function storedHealth(db: PrismaClient): Promise<StoredHealth> {
  const memory = memoryOf(db);
  if (!memory.read || performance.now() - memory.at >= SHARED_MS) {
    memory.at = performance.now();
    memory.read = OperationBudget.shared(() => readInTime(db));
  }
  return memory.read;
}

async function readInTime(db: PrismaClient): Promise<StoredHealth> {
  const begun = performance.now();
  const giveUp = new AbortController();
  const late = setTimeout(ANSWER_WITHIN_MS, null, giveUp).catch(() => null); // rejects when it is aborted
  const counts = await Promise.race([countsIn(db).catch(() => null), late]);
  giveUp.abort();
  return { counts, latencyMs: counts && Math.round(performance.now() - begun) };
}

async function countsIn(db: PrismaClient): Promise<Counts | null> {
  const [counts] = await db.$queryRaw<Counts[]>(COUNT);
  return counts ?? null;
}
