import type { ViewerContext } from '../../core/context.ts';
import { invalidState, notFound } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { rowToDecideBy } from '../../db/row-to-change.ts';
import type { ConsentPurpose } from '../../generated/prisma/client.ts';
import { requireCurrentNotice } from '../consent-notices/consent-notices.terms.ts';
import { consentPurposes } from '../consent-purposes/consent-purposes.access.ts';
import type { Subject } from './consent-subject.ts';

const PURPOSE = sentences('INVALID_STATE', {
  PURPOSE_INACTIVE: 'The purpose is inactive: consent to it can only be revoked.',
});

/**
 * Finds the purpose that an input names; throws NOT_FOUND for one of another tenant than the subject's. Until the
 * transaction ends it is not deactivated, and no notice of it is published.
 */
export async function purposeFor(
  tx: Transaction,
  ctx: ViewerContext,
  { tenantId }: Subject,
  purposeId: string,
): Promise<ConsentPurpose> {
  const path = ['input', 'purposeId'];
  const purpose = await rowToDecideBy(tx, ctx, consentPurposes, purposeId, ...path);
  if (purpose.tenantId !== tenantId) throw notFound('ConsentPurpose', ...path);
  return purpose;
}

/**
 * Refuses to grant what cannot be granted: throws INVALID_STATE for an inactive purpose and for an older notice, and
 * NOT_FOUND for a notice or a language that was never published.
 */
export async function requireGrantable(
  tx: Transaction,
  purpose: ConsentPurpose,
  { noticeVersion, language }: { readonly noticeVersion: number; readonly language: string },
): Promise<void> {
  requireActive(purpose, 'input', 'purposeId');
  requireCurrentNotice(purpose, noticeVersion, 'input', 'noticeVersion');
  const shown = { purposeId: purpose.id, noticeVersion, language };
  const notice = await tx.db.consentNotice.findFirst({ where: shown, select: { id: true } });
  if (!notice) throw notFound('ConsentNotice', 'input', 'language');
}

/** Refuses an inactive purpose; throws INVALID_STATE. */
export function requireActive({ isActive }: ConsentPurpose, ...path: string[]): void {
  if (!isActive) throw invalidState(PURPOSE.PURPOSE_INACTIVE(), ...path);
}
