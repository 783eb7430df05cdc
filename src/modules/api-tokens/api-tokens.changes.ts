import type { Entity } from '../../core/rows/change.ts';
import type { ApiToken } from '../../generated/prisma/client.ts';
import { homeFeedOf } from '../users/users.changes.ts';

/** The change-log entity of API tokens. Every change of one is read again by what runs with it. */
export const apiTokenEntity: Entity<ApiToken> = {
  name: 'ApiToken',
  noun: 'API token',
  feeds: (token) => [homeFeedOf(token)],
  rights: (before) => (before ? { session: before.id } : null),
};
