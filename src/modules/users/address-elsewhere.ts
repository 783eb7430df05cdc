import type { ViewerContext } from '../../core/context.ts';
import { UserErrors } from '../../core/requests/errors.ts';
import { WrongGuess } from '../../core/rights/authentication.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { users } from './users.access.ts';
import { EMAIL_TAKEN } from './users.changes.ts';

/**
 * Runs a command that gives a user an address. The refusal of one that is taken has the same words for every owner. If the
 * viewer does not see the owner, it counts: after a few of them all who write users of the viewer's level wait, whatever the
 * address. So a list of addresses does not tell who has an account elsewhere. An invitation tells nothing at all.
 */
export function givingAddress<Value>(
  ctx: ViewerContext,
  email: string | undefined,
  work: () => Promise<Value>,
): Promise<Value> {
  const { viewer, authentication } = ctx;
  if (email === undefined || viewer.reach === 'EVERY_TENANT') return work();
  const guess = { kind: 'ADDRESS', account: viewer.homeFeed, ip: ctx.ip } as const;
  return authentication.throttle.guess(guess, async () => {
    try {
      return await work();
    } catch (error) {
      if (!isTaken(error) || (await isSeen(ctx, email))) throw error;
      throw new WrongGuess(EMAIL_TAKEN, 'input', 'email');
    }
  });
}

function isTaken(error: unknown): boolean {
  return error instanceof UserErrors && error.errors.some(({ rule }) => rule === EMAIL_TAKEN.rule);
}

/** Whether the viewer sees the user who has an address. */
async function isSeen({ db, viewer }: ViewerContext, email: string): Promise<boolean> {
  const where = { AND: [{ email }, toPrismaWhere(users.visibleTo(viewer))] };
  return (await db.user.findFirst({ where, select: { id: true } })) !== null;
}
