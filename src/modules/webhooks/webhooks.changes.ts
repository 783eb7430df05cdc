import type { Entity } from '../../core/rows/change.ts';
import type { Webhook } from '../../generated/prisma/client.ts';

/** The change-log entity of webhooks. Their deliveries are not logged: each is of a change that is in the log. */
export const webhookEntity: Entity<Webhook> = {
  name: 'Webhook',
  feeds: ({ tenantId }) => [tenantId],
};
