import type { ViewerContext } from '../../core/context.ts';
import { parseInput } from '../../core/requests/input.ts';
import { text } from '../../core/requests/input-fields.ts';
import { asRowId } from '../../core/requests/row-id.ts';
import { requireNotErased } from '../../core/rows/erased-person.ts';
import type { Written } from '../../core/rows/transact.ts';
import { rowToCopyFrom } from '../../db/row-to-change.ts';
import type { User } from '../../generated/prisma/client.ts';
import { requireRole } from './grantable-role.requests.ts';
import { users } from './users.access.ts';
import { userEntity } from './users.changes.ts';

// The log brings a disconnection to every node, in order with all other changes: no node misses one, with Redis or without.
// It ends what is open when it arrives and takes no right away, so a user can connect again under the same session. A user
// that must stay away is locked (`userStatusSet`), which ends its sessions.

const reasonInput = { schema: text('The reason', { max: 100 }).check() };

/** The user to disconnect, and the reason that its clients show. */
export interface DisconnectArgs {
  readonly userId: string;
  readonly reason: string;
}

/**
 * Ends the sockets and event streams of a user on every node. Throws UserErrors for no such user in view, a user of a role
 * that the viewer may not change, an erased person, or a bad reason.
 */
export async function disconnectUser(
  ctx: ViewerContext,
  { userId, reason }: DisconnectArgs,
): Promise<Written<User>> {
  const disconnectReason = parseInput(reasonInput, reason, 'reason');
  return ctx.transact(async (tx) => {
    const user = await rowToCopyFrom(tx, ctx, users, asRowId(userId), 'userId');
    requireRole(ctx.viewer, user.role, 'userId');
    requireNotErased(user, 'userId');
    return tx.update(userEntity, user, { disconnectedAt: await tx.now(), disconnectReason });
  });
}
