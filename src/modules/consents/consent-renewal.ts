import type { Transaction } from '../../core/rows/transact.ts';
import { type Consent, type ConsentPurpose, Prisma } from '../../generated/prisma/client.ts';
import { expire, supersede } from './consent-steps.ts';
import { isPastEnd } from './consent-transitions.ts';
import { consentRenewal } from './consents.changes.ts';

/**
 * Schedules the renewal of every consent that a purpose no longer accepts, in one statement. The purpose is locked
 * against grants, so the last grant on an older notice is committed and is among them.
 */
export async function scheduleRenewals(
  tx: Transaction,
  { id, tenantId, requiredNoticeVersion }: ConsentPurpose,
): Promise<void> {
  await tx.scheduleNow(
    consentRenewal,
    Prisma.sql`SELECT id, ${tenantId}::uuid AS feed FROM consent
      WHERE purpose_id = ${id}::uuid AND state = 'GRANTED' AND notice_version < ${requiredNoticeVersion}`,
  );
}

/**
 * Turns a consent PENDING, as its schedule says, unless it was granted again, revoked or renewed meanwhile. One that is
 * past its end expires.
 */
export async function renewWhenDue(tx: Transaction, consent: Consent): Promise<void> {
  const { requiredNoticeVersion } = await tx.db.consentPurpose.findUniqueOrThrow({
    where: { id: consent.purposeId },
  });
  if (!isOutdated(consent, requiredNoticeVersion)) return;
  const now = await tx.now();
  if (isPastEnd(consent, now)) await expire(tx, consent, now);
  else await supersede(tx, consent, requiredNoticeVersion ?? 0, now);
}

function isOutdated({ state, noticeVersion }: Consent, required: number | null): boolean {
  return state === 'GRANTED' && required !== null && (noticeVersion ?? 0) < required;
}
