import './broadcast-preview.graph.ts';
import './broadcasts.graph.ts';
import './broadcast-received.graph.ts';
import './acknowledgements.graph.ts';
import { stepInWords } from '../../core/rows/activity-words.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './broadcasts.access.ts';
import {
  acknowledgementEntity,
  broadcastEnd,
  broadcastEntity,
  broadcastRemoval,
} from './broadcasts.changes.ts';
import { expireBroadcast } from './broadcasts.commands.ts';
import { followLevels, forgetAcknowledgements, removeBroadcast } from './broadcasts.reactions.ts';

rooms.add({
  entities: [broadcastEntity, acknowledgementEntity],
  activities: [
    stepInWords(broadcastEntity, 'broadcastWithdrawn', 'The broadcast was withdrawn.', {
      status: 'WITHDRAWN',
    }),
    stepInWords(broadcastEntity, 'broadcastExpired', 'The broadcast ended at its time.', {
      status: 'EXPIRED',
    }),
  ],
  reactions: [...followLevels, forgetAcknowledgements],
  dueActions: [
    { ...broadcastEnd, act: expireBroadcast },
    { ...broadcastRemoval, act: removeBroadcast },
  ],
  permissions,
  personal: {
    Broadcast: {
      about: { customer: ['customerId'], user: ['userId'] },
      erase: ['message'],
      export: ['id', 'severity', 'status', 'expiresAt', 'endedAt', 'createdAt', 'updatedAt'],
      none: [
        'tenantId',
        'organizationId',
        'audience',
        'audienceRole',
        'customerId',
        'userId',
        'senderId',
        'senderLevel',
        'needsAcknowledgement',
        'version',
      ],
    },
    BroadcastAcknowledgement: {
      about: { user: ['userId'] },
      export: ['id', 'broadcastId', 'createdAt', 'updatedAt'],
      none: ['userId', 'tenantId', 'organizationId', 'version'],
    },
  },
});
