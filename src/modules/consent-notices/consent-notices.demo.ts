import { createHash } from 'node:crypto';
import type { DemoData } from '../../core/rows/demo-data.ts';
import { consentPurposeEntity } from '../consent-purposes/consent-purposes.changes.ts';
import { consentNoticeEntity } from './consent-notices.changes.ts';

/** The notice of every purpose, by language. */
const TEXTS = {
  en: (title: string) => `${title}: may we use your data for this? You can change your mind at any time.`,
  de: (title: string) => `${title}: Dürfen wir Ihre Daten dafür verwenden? Sie können jederzeit widerrufen.`,
};

/** The first notice of each purpose. */
export const demo: DemoData = {
  async tenant(tx, { tenant: { id: tenantId } }) {
    for (const before of await tx.db.consentPurpose.findMany({
      where: { tenantId },
      orderBy: { id: 'asc' },
    })) {
      const { id: purposeId, title } = await tx.update(consentPurposeEntity, before, { noticeVersion: 1 });
      const notices = await tx.db.consentNotice.createManyAndReturn({
        data: Object.entries(TEXTS).map(([language, textOf]) => {
          const text = textOf(title);
          const sha256 = createHash('sha256').update(text).digest('hex');
          return { tenantId, purposeId, noticeVersion: 1, language, text, sha256 };
        }),
      });
      for (const notice of notices) tx.created(consentNoticeEntity, notice);
    }
  },
};
