import './webhooks.graph.ts';
import './webhook-deliveries.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { webhookNotices } from './webhook-notices.ts';
import { permissions } from './webhooks.access.ts';
import { webhookEntity } from './webhooks.changes.ts';

rooms.add({
  entities: [webhookEntity],
  permissions,
  notifies: webhookNotices,
  personal: {
    Webhook: {
      about: { user: ['makerId'] },
      erase: ['name'],
      export: ['id', 'url', 'status', 'createdAt', 'updatedAt'],
      none: [
        'tenantId',
        'makerId',
        'apiTokenId',
        'document',
        'variables',
        'ignoreOwnChanges',
        'reason',
        'message',
        'failingSince',
        'generation',
        'previousEndsAt',
        'testedAt',
        'replayedAt',
        'version',
      ],
    },
    WebhookSecret: { none: ['id', 'webhookId', 'number', 'sealed', 'createdAt'] },
    // These two are blanked by `forgetSomeBodies`, as no column of theirs names a person.
    WebhookProgress: {
      erase: ['ip'],
      none: ['webhookId', 'cursor', 'leaseId', 'leaseUntil', 'failedFrom', 'failedLast'],
    },
    WebhookDelivery: {
      none: [
        'id',
        'webhookId',
        'kind',
        'eventId',
        'entityId',
        'type',
        'cursor',
        'place',
        'occurredAt',
        'status',
        'attempts',
        'nextAttemptAt',
        'claimedUntil',
        'hasGapBefore',
        'replays',
        'createdAt',
        'endedAt',
      ],
    },
    WebhookAttempt: {
      erase: ['requestHeaders', 'requestBody', 'answerHeaders', 'answerBody'],
      none: ['id', 'deliveryId', 'number', 'outcome', 'status', 'startedAt', 'durationMs'],
    },
  },
});
