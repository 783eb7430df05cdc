import type { Where } from '../../core/rights/where.ts';
import type { Notice, NoticeSubject } from '../../core/rows/notice.ts';
import type { ApiToken } from '../../generated/prisma/client.ts';
import { apiTokens } from './api-tokens.access.ts';
import { apiTokenEntity } from './api-tokens.changes.ts';

/**
 * The user of a token learns that it ends soon, or the one who made it for a service account, which reads nothing. The
 * notification ends when the token is revoked or gets another end.
 */
function endsSoon(key: string, days: number): Notice<ApiToken> {
  const concerned = ({ revokedAt, warnedDays, userId, makerId }: ApiToken) => {
    if (revokedAt || warnedDays === null || warnedDays > days) return [];
    return [userId, ...(makerId ? [makerId] : [])];
  };
  return {
    key,
    entity: apiTokenEntity,
    severity: 'WARNING',
    text: `An API token ends within ${days} days.`,
    channels: null,
    happens: (before, after) => after.warnedDays === days && before?.warnedDays !== days,
    params: () => ({}),
    recipients: (token) => ({ id: { in: concerned(token) } }),
    stillConcerns: concerned,
    rule: apiTokens.rule,
    visibleTo: (viewer) => apiTokens.visibleTo(viewer) as unknown as Where<NoticeSubject>,
  };
}

export const apiTokenNotices: readonly Notice<ApiToken>[] = [
  endsSoon('apiTokenEndsInTwoWeeks', 14),
  endsSoon('apiTokenEndsInThreeDays', 3),
];
