import type { Context } from '../../core/context.ts';
import type { User } from '../../generated/prisma/client.ts';
import type { Connection } from '../../graph/pages/connection-type.ts';
import { type PageArgs, pageSize, readEdges, toPage } from '../../graph/pages/keyset.ts';
import { decodeKey, encodeKey } from '../../graph/pages/keyset-cursor.ts';
import type { Order } from '../../graph/pages/order.ts';
import { feedCursor } from '../../graph/pages/row-page.ts';
import type { ChangedDecision, PolicyPreview } from './policy-preview.ts';

/** A changed decision with its user. */
export type AccessChangeRow = ChangedDecision & { readonly user: User };

/** Returns one page of a preview and reads its users. It omits users that have been deleted in the meantime. */
export async function pageOfChanges(
  ctx: Context,
  { tenantId, changes }: PolicyPreview,
  args: PageArgs,
): Promise<Connection<AccessChangeRow>> {
  const page = toPage(args, cut(changes, args));
  const users = await ctx.db.user.findMany({ where: { id: { in: page.rows.map(({ userId }) => userId) } } });
  const byId = new Map(users.map((user) => [user.id, user]));
  const rows = page.rows.flatMap((change) => {
    const user = byId.get(change.userId);
    return user ? [{ ...change, user }] : [];
  });
  return {
    page: { ...page, rows },
    cursorOf: cursorAt,
    feedCursor: () => feedCursor(ctx, tenantId),
    countAll: async () => changes.length,
  };
}

/** Returns the items of the page and one more, like a query: from the end for a page that is read backward. */
function cut(changes: readonly ChangedDecision[], args: PageArgs): readonly ChangedDecision[] {
  const { after, before } = readEdges(args, placeAt);
  const between = changes.filter(
    (change) =>
      (after === null || compare(change, after) > 0) && (before === null || compare(change, before) < 0),
  );
  const asked = args.last != null ? between.toReversed() : between;
  return asked.slice(0, pageSize(args) + 1);
}

/** A cursor holds the path, and the user as the id of the row. */
const ORDER: Order = [{ rows: 'AccessChange', column: 'path', kind: 'text', direction: 'asc' }];

type Place = Pick<ChangedDecision, 'userId' | 'path'>;

function cursorAt({ userId, path }: Place): string {
  const key = { id: userId, path };
  return encodeKey(key, ORDER);
}

function placeAt(argument: string, cursor: string): Place {
  const [path, userId] = decodeKey(argument, cursor, ORDER);
  return { userId: String(userId), path: String(path) };
}

function compare(one: Place, other: Place): number {
  return compareTexts(one.userId, other.userId) || compareTexts(one.path, other.path);
}

function compareTexts(one: string, other: string): number {
  return Number(one > other) - Number(one < other);
}
