import type { Clock } from '../../../core/process/clock.ts';
import type { PrismaClient } from '../../../generated/prisma/client.ts';
import { SESSION_TOKEN_DAYS } from '../outside-issuer.ts';

/** Few enough that a statement locks no row for long. */
const BATCH = 1_000;
const DAY_MS = 24 * 60 * 60_000;
/** A token of a session that ended on the last of its days is too old one day later, whatever the clocks say. */
const KEPT_MS = (SESSION_TOKEN_DAYS + 1) * DAY_MS;

/** Deletes the sessions of outside issuers and the logout tokens that no token of today can be of, a batch at a time. */
export async function forgetOutsideSignIns(prisma: PrismaClient, clock: Clock, batch = BATCH): Promise<void> {
  const since = new Date(clock.now().getTime() - KEPT_MS);
  let deleted: number;
  do {
    deleted = await prisma.$executeRaw`
      DELETE FROM outside_session WHERE (issuer, sid) IN (
        SELECT issuer, sid FROM outside_session WHERE created_at < ${since} AND coalesce(ended_at, created_at) < ${since}
        LIMIT ${batch} FOR UPDATE SKIP LOCKED)`;
  } while (deleted === batch);
  do {
    deleted = await prisma.$executeRaw`
      DELETE FROM outside_logout WHERE (issuer, jti) IN (
        SELECT issuer, jti FROM outside_logout WHERE issued_at < ${since} LIMIT ${batch} FOR UPDATE SKIP LOCKED)`;
  } while (deleted === batch);
}
