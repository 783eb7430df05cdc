import './api-tokens.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './api-tokens.access.ts';
import { apiTokenEntity } from './api-tokens.changes.ts';
import { deleteTokensOfDeleted } from './api-tokens.reactions.ts';

rooms.add({
  entities: [apiTokenEntity],
  reactions: [deleteTokensOfDeleted],
  permissions,
  personal: {
    ApiToken: {
      about: { user: ['userId'] },
      erase: ['name'],
      export: ['id', 'permissions', 'networks', 'expiresAt', 'revokedAt', 'createdAt', 'updatedAt'],
      none: ['tenantId', 'organizationId', 'userId', 'generation', 'previousEndsAt', 'version'],
    },
    ApiTokenSecret: { none: ['hash', 'apiTokenId', 'number', 'createdAt'] },
    ApiTokenUse: { none: ['apiTokenId', 'lastUsedAt'] },
  },
});
