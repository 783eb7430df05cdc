import type { Entity } from '../../core/rows/change.ts';
import type { DueKind } from '../../core/rows/due-kind.ts';
import type { ApiToken } from '../../generated/prisma/client.ts';
import { homeFeedOf } from '../users/users.changes.ts';

/** The change-log entity of API tokens. Every change of one is read again by what runs with it. */
export const apiTokenEntity: Entity<ApiToken> = {
  name: 'ApiToken',
  noun: 'API token',
  feeds: (token) => [homeFeedOf(token)],
  rights: (before) => (before ? { session: before.id } : null),
};

/** The next warning that a token ends soon. */
export const apiTokenWarning: DueKind<ApiToken> = { kind: 'apiTokenWarning', entity: apiTokenEntity };
