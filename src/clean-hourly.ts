import { forgetOldKeys } from './changes/idempotency.ts';
import { pruneLog } from './changes/retention.ts';
import type { Transactions } from './changes/transactions.ts';
import type { Config } from './config/config.ts';
import type { Clock } from './core/process/clock.ts';
import type { Log } from './core/process/log.ts';
import type { Database } from './db/database.ts';
import { forgetOldParts } from './modules/bulk-jobs/bulk-job-parts.ts';
import { forgetOldMail } from './modules/mail/mail-claims.ts';
import { forgetOldNotifications } from './modules/notifications/forgotten-notifications.ts';
import {
  forgetEndedEmailChanges,
  forgetEndedResets,
  forgetEndedSessions,
} from './modules/sessions/ended-sessions.ts';
import { forgetOutsideSignIns } from './modules/sessions/outside-identities/forgotten-sign-ins.ts';
import { forgetKeptPayments } from './modules/tenant-erasures/kept-payments.ts';
import { forgetOldDeliveries } from './modules/webhooks/kept-deliveries.ts';

const HOUR_MS = 3_600_000;

/** Removes what has expired, every hour until the returned function is called. */
export function cleanHourly(
  { prisma, ownerPool }: Database,
  transactions: Transactions,
  { auditRetentionDays, keptPaymentDays }: Pick<Config, 'auditRetentionDays' | 'keptPaymentDays'>,
  clock: Clock,
  log: Log,
): () => void {
  const cleaning = setInterval(() => {
    Promise.all([
      forgetOldKeys(prisma),
      forgetEndedSessions(prisma, clock),
      forgetEndedResets(prisma, clock),
      forgetEndedEmailChanges(prisma, clock),
      forgetOutsideSignIns(prisma, clock),
      forgetOldParts(prisma),
      forgetOldMail(prisma),
      forgetOldNotifications(transactions),
      forgetOldDeliveries(prisma),
      forgetKeptPayments(prisma, keptPaymentDays),
      auditRetentionDays && pruneLog(ownerPool, auditRetentionDays),
    ]).catch((error: Error) => log.warn({ err: error }, 'hourly clean-up failed'));
  }, HOUR_MS).unref();
  return () => clearInterval(cleaning);
}
