import './api-tokens.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { apiTokenNotices } from './api-token-notices.ts';
import { warnWhenDue } from './api-token-warnings.ts';
import { permissions } from './api-tokens.access.ts';
import { apiTokenEntity, apiTokenWarning } from './api-tokens.changes.ts';
import { deleteTokensOfDeleted } from './api-tokens.reactions.ts';

rooms.add({
  entities: [apiTokenEntity],
  reactions: [deleteTokensOfDeleted],
  dueActions: [{ ...apiTokenWarning, act: warnWhenDue }],
  permissions,
  notifies: apiTokenNotices,
  personal: {
    ApiToken: {
      about: { user: ['userId'] },
      erase: ['name'],
      export: ['id', 'permissions', 'networks', 'expiresAt', 'revokedAt', 'createdAt', 'updatedAt'],
      none: [
        'tenantId',
        'organizationId',
        'userId',
        'makerId',
        'warnedDays',
        'generation',
        'previousEndsAt',
        'version',
      ],
    },
    ApiTokenSecret: { none: ['hash', 'apiTokenId', 'number', 'createdAt'] },
    ApiTokenUse: { none: ['apiTokenId', 'lastUsedAt'] },
  },
});
