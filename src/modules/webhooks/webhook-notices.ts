import type { Where } from '../../core/rights/where.ts';
import type { Notice, NoticeSubject } from '../../core/rows/notice.ts';
import type { Webhook } from '../../generated/prisma/client.ts';
import { webhooks } from './webhooks.access.ts';
import { webhookEntity } from './webhooks.changes.ts';

/** Its maker and the administrators of its tenant learn of both: where its events go, no warning is read. */
const ofWebhook = {
  entity: webhookEntity,
  channels: null,
  recipients: ({ tenantId, makerId }: Webhook) => ({
    OR: [{ id: makerId }, { tenantId, role: 'TENANT_ADMIN' as const }],
  }),
  rule: webhooks.rule,
  visibleTo: (viewer) => webhooks.visibleTo(viewer) as Where<NoticeSubject>,
} satisfies Partial<Notice<Webhook>>;

const webhookFailing: Notice<Webhook> = {
  ...ofWebhook,
  key: 'webhookFailing',
  severity: 'WARNING',
  text: 'A webhook has delivered nothing for a day.',
  happens: (before, after) => after.failingSince !== null && !before?.failingSince,
  params: () => ({}),
};

const webhookStopped: Notice<Webhook> = {
  ...ofWebhook,
  key: 'webhookStopped',
  severity: 'CRITICAL',
  text: 'A webhook has stopped and keeps its position. Reason: {reason}.',
  happens: (before, { status, reason }) =>
    before?.status === 'ACTIVE' && status !== 'ACTIVE' && reason !== 'ASKED',
  detail: ({ reason }) => ({ reason: reason ?? '' }),
  params: (_webhook, detail) => detail,
};

/** A webhook that fails for long, and one that has stopped by itself. */
export const webhookNotices: readonly Notice<Webhook>[] = [webhookFailing, webhookStopped];
