import type { Where } from '../../core/rights/where.ts';
import type { Notice, NoticeSubject } from '../../core/rows/notice.ts';
import type { Consent } from '../../generated/prisma/client.ts';
import { consents } from './consents.access.ts';
import { consentEntity } from './consents.changes.ts';

/** The subject of a consent learns of its changes: a member of its own, the owners of those of their customer. */
export const consentChanged: Notice<Consent> = {
  key: 'consentChanged',
  entity: consentEntity,
  severity: 'INFO',
  text: 'A consent of yours is {state} now.',
  channels: null,
  happens: (before, after) => before !== null && before.state !== after.state,
  params: ({ state }) => ({ state }),
  recipients: ({ memberId, customerId }) => (memberId ? { id: memberId } : { customerId, role: 'OWNER' }),
  rule: consents.rule,
  visibleTo: (viewer) => consents.visibleTo(viewer) as unknown as Where<NoticeSubject>,
};
