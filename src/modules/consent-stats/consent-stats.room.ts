import './consent-stats.graph.ts';
import './consent-analytics.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './consent-stats.access.ts';
import { consentStatsEntity } from './consent-stats.changes.ts';
import { countConsents, openAndCloseStats } from './consent-stats.reactions.ts';

rooms.add({
  module: 'consents',
  entities: [consentStatsEntity],
  reactions: [openAndCloseStats],
  tallies: [countConsents],
  permissions,
  personal: {
    ConsentStats: {
      none: [
        'id',
        'tenantId',
        'pending',
        'granted',
        'revoked',
        'expired',
        'version',
        'createdAt',
        'updatedAt',
      ],
    },
  },
});
