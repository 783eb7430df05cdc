import { createHash } from 'node:crypto';
import type { ViewerContext } from '../../core/context.ts';
import { notFound } from '../../core/requests/errors.ts';
import { createInput } from '../../core/requests/input.ts';
import { defaulted, flag, idOf, text } from '../../core/requests/input-fields.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { createCommand } from '../../db/input-commands.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { rowToCopyFrom } from '../../db/row-to-change.ts';
import type { ConsentNotice, ConsentPurpose } from '../../generated/prisma/client.ts';
import { consentPurposes } from '../consent-purposes/consent-purposes.access.ts';
import { consentPurposeEntity } from '../consent-purposes/consent-purposes.changes.ts';
import { consentNotices } from './consent-notices.access.ts';
import { consentNoticeEntity } from './consent-notices.changes.ts';
import { language, requireCurrentNotice } from './consent-notices.terms.ts';

// Invariants of this room: a notice never changes and is never deleted, which the rights of the serving role hold; the
// versions of a purpose's notices count from 1 without a gap; only the current version gets further languages, so that no
// text appears later for what subjects have agreed to; no grant on an older version is committed after a new one. The
// purpose is locked before its notices are written.

const shown = {
  language: language('The language of the text'),
  text: text('The text that subjects read', { max: 20_000, hasLines: true }),
};

export const consentNoticePublishInput = createInput({
  purposeId: idOf('ConsentPurpose', 'The purpose that it asks consent for'),
  ...shown,
  requiresConsentAgain: defaulted(
    flag('Whether consents that were granted on older versions become PENDING'),
    'false by default',
  ),
});

export const consentNoticeTranslateInput = createInput({
  noticeId: idOf('ConsentNotice', 'A notice of the current version, in any language'),
  ...shown,
});

/**
 * Publishes the next version of a notice; throws UserErrors for a bad input, or no such purpose. It waits for the grants
 * that have begun, and later ones wait for it: none on an older version is committed after it.
 */
export const publishNotice = createCommand(
  consentNoticeEntity,
  consentNoticePublishInput,
  async (tx, { purposeId, requiresConsentAgain, ...written }, ctx) => {
    await tx.lockToDelete(consentPurposeEntity, purposeId);
    const before = await rowToCopyFrom(tx, ctx, consentPurposes, purposeId, 'input', 'purposeId');
    const noticeVersion = (before.noticeVersion ?? 0) + 1;
    const purpose = await tx.update(consentPurposeEntity, before, {
      noticeVersion,
      ...(requiresConsentAgain && { requiredNoticeVersion: noticeVersion }),
    });
    return createNotice(tx, purpose, noticeVersion, written);
  },
);

/**
 * Adds a language to the current version of a notice; throws UserErrors for a bad input, no such notice, one of an older
 * version, or a language that it has.
 */
export const translateNotice = createCommand(
  consentNoticeEntity,
  consentNoticeTranslateInput,
  async (tx, { noticeId, ...written }, ctx) => {
    const { purposeId, noticeVersion } = await visibleNotice(tx, ctx, noticeId);
    const purpose = await rowToCopyFrom(tx, ctx, consentPurposes, purposeId, 'input', 'noticeId');
    requireCurrentNotice(purpose, noticeVersion, 'input', 'noticeId');
    return createNotice(tx, purpose, noticeVersion, written);
  },
);

/** It is not locked: locking a row takes the right to change it, and a notice is never deleted. */
async function visibleNotice(tx: Transaction, { viewer }: ViewerContext, id: string): Promise<ConsentNotice> {
  const visible = toPrismaWhere(consentNotices.visibleTo(viewer));
  const notice = await tx.db.consentNotice.findFirst({ where: { AND: [{ id }, visible] } });
  if (!notice) throw notFound('ConsentNotice', 'input', 'noticeId');
  return notice;
}

function createNotice(
  tx: Transaction,
  { id: purposeId, tenantId }: ConsentPurpose,
  noticeVersion: number,
  written: { readonly language: string; readonly text: string },
): Promise<ConsentNotice> {
  const sha256 = createHash('sha256').update(written.text).digest('hex');
  return tx.db.consentNotice.create({ data: { tenantId, purposeId, noticeVersion, ...written, sha256 } });
}
