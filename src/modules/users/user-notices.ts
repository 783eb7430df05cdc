import { signedIn } from '../../core/rights/rules.ts';
import type { Notice } from '../../core/rows/notice.ts';
import type { User } from '../../generated/prisma/client.ts';
import { userEntity } from './users.changes.ts';

/** Users learn that they have another role. */
export const roleChanged: Notice<User> = {
  key: 'roleChanged',
  entity: userEntity,
  severity: 'WARNING',
  text: 'Your role is {role} now.',
  channels: null,
  happens: (before, after) => before !== null && before.role !== after.role,
  params: ({ role }) => ({ role }),
  recipients: ({ id }) => ({ id }),
  rule: signedIn,
  // It is the recipient's own row.
  visibleTo: () => ({}),
};
