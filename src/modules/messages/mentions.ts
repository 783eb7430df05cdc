import { obeyedSettingsOf } from '../../configuration/layers/obeyed-settings.ts';
import type { ViewerContext } from '../../core/context.ts';
import { notFound } from '../../core/requests/errors.ts';
import { asRowId } from '../../core/requests/row-id.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { matches } from '../../core/rights/where.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Message, User } from '../../generated/prisma/client.ts';
import { isBarred, permissionsOf, usersVisibleTo } from '../users/users.access.ts';
import type { Subject } from './message-subject.requests.ts';
import { messagesVisibleTo } from './messages.access.ts';

/** The users whom one message may mention. */
export const MAX_MENTIONS = 20;

/**
 * Refuses to mention a user whom the viewer does not see, or who may not read the message, in the same words as one that
 * does not exist; throws NOT_FOUND. Mentioned are users of the tenant.
 */
export async function requireReaders(
  tx: Transaction,
  { viewer }: Pick<ViewerContext, 'viewer'>,
  message: Subject & Pick<Message, 'isInternal'>,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const visible = toPrismaWhere(usersVisibleTo(viewer));
  const found = await tx.db.user.findMany({ where: { AND: [{ id: { in: [...ids] } }, visible] } });
  const { templates } = await obeyedSettingsOf(tx.db, message.tenantId);
  const readers = found.filter((user) => {
    if (isBarred(user) || user.erasedAt !== null || user.tenantId !== message.tenantId) return false;
    const reader = readerOf(user, permissionsOf(user, templates), viewer);
    return matches(messagesVisibleTo(reader), message as Message);
  });
  if (readers.length < ids.length) throw notFound('User', 'input', 'mentionIds');
}

/** The ids as rows have them, each once. */
export function mentionedIds(given: readonly string[] | null | undefined): string[] {
  return [...new Set((given ?? []).map((id) => asRowId(id)))].toSorted();
}

/** A user as a viewer: what decides which messages of its own tenant it sees. The modules are those of the author. */
function readerOf(
  { id: userId, role, tenantId, customerId }: User,
  permissions: Viewer['permissions'],
  { modulesOff }: Viewer,
): Viewer {
  const place = { tenantId, organizationId: null, customerId, reach: [tenantId], sharing: [] };
  return { userId, role, permissions, ...place, modulesOff } as unknown as Viewer;
}
