import { staffMay } from '../../core/rights/rules.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { staffRows } from '../../core/rows/visibility.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { ConsentNotice } from '../../generated/prisma/client.ts';
import { offeredTo } from '../consent-purposes/consent-purposes.access.ts';
import { consentNoticeEntity } from './consent-notices.changes.ts';

/** The viewers of a purpose see its notices, and those who may change purposes publish them. */
export const consentNotices: Rows<ConsentNotice> = {
  ...staffRows(consentNoticeEntity, 'consent-purposes:read'),
  writeRule: staffMay('consent-purposes:write'),
  visibleTo: visibilityOf(consentNoticeEntity, offeredTo),
};
