import type { Transaction } from '../../core/rows/transact.ts';
import type { ApiToken } from '../../generated/prisma/client.ts';
import { apiTokenEntity, apiTokenWarning } from './api-tokens.changes.ts';

/** The days before the end of a token at which it warns, the most first. */
const WARNED_DAYS = [14, 3];
const DAY_MS = 24 * 60 * 60_000;

/** Schedules the next warning of a locked token. A time that is past is no warning any more. */
export async function scheduleWarning(tx: Transaction, token: ApiToken): Promise<void> {
  const now = await tx.now();
  const next = WARNED_DAYS.map((days) => warningOf(token, days)).find((at) => at > now);
  if (next) await tx.schedule(apiTokenWarning, token, next);
  else await tx.unschedule(apiTokenWarning, token);
}

/** Warns that a token ends soon: once for each time, and for the latest alone if no node has run meanwhile. */
export async function warnWhenDue(tx: Transaction, token: ApiToken): Promise<void> {
  const now = await tx.now();
  if (token.revokedAt || token.expiresAt <= now) return;
  const warnedDays = WARNED_DAYS.findLast((days) => warningOf(token, days) <= now) ?? null;
  await tx.update(apiTokenEntity, token, { warnedDays });
  await scheduleWarning(tx, token);
}

function warningOf({ expiresAt }: ApiToken, days: number): Date {
  return new Date(expiresAt.getTime() - days * DAY_MS);
}
