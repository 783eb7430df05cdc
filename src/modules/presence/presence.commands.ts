import type { ViewerContext } from '../../core/context.ts';
import type { InputOf } from '../../core/requests/input.ts';
import { createInput, parseInput } from '../../core/requests/input.ts';
import { flag, optional } from '../../core/requests/input-fields.ts';
import type { Written } from '../../core/rows/transact.ts';
import { userEntity } from '../users/users.changes.ts';

// Invariants of this room: presence is in no log; only whether a user wants to be seen by no one is stored, so that it
// holds for its next sign-in, too. A user sets its own presence and no one else's.

export const presenceSetInput = createInput({
  isAway: optional(
    flag(
      'Whether no one is before the client: on its socket, if the mutation comes over one, and else on all sockets and event streams of the session',
    ),
  ),
  isInvisible: optional(
    flag('Whether the user looks offline to all others, on all devices, until it is set again'),
  ),
});

/** Sets what is given of the viewer's own presence. */
export async function setPresence(
  ctx: ViewerContext,
  input: InputOf<typeof presenceSetInput>,
): Promise<Written<true>> {
  const { isAway, isInvisible } = parseInput(presenceSetInput, input);
  const { viewer, live } = ctx;
  if (isInvisible != null) {
    const { userId } = viewer;
    const { value: chosenAt } = await ctx.transact(async (tx) => {
      await tx.lock(userEntity, userId);
      const choice = { isInvisible, changedAt: await tx.now() };
      await tx.db.presenceChoice.upsert({ where: { userId }, create: { userId, ...choice }, update: choice });
      return choice.changedAt;
    });
    live.setInvisible(viewer.homeFeed, userId, isInvisible, chosenAt);
  }
  if (isAway != null) ctx.setAway(isAway);
  return { value: true, cursor: null };
}
