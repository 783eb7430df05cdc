import type { ViewerContext } from '../../core/context.ts';
import { forbiddenChange } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, type InputOf, parseInput } from '../../core/requests/input.ts';
import { defaulted, flag } from '../../core/requests/input-fields.ts';
import type { Written } from '../../core/rows/transact.ts';
import { subjectFields, subjectOf } from './message-subject.requests.ts';
import { seesInternal } from './messages.access.ts';

// Invariants of typing: it is in no log and no table; it ends 5 seconds after its last sign, with the connection, and
// when the message is sent; writing a note of the staff is seen by staff alone.

const REFUSED = sentences('FORBIDDEN_CHANGE', {
  INTERNAL_TYPING_FOR_STAFF: 'Only staff writes internal notes: it is not shown to whom you write.',
});

export const typingSetInput = createInput({
  ...subjectFields,
  isTyping: flag('Whether the viewer is writing'),
  isInternal: defaulted(flag('Whether it writes a note among the staff'), 'false by default'),
});

/**
 * Shows for five seconds that the viewer is writing, or ends it; throws UserErrors for a bad input, no such row, or an
 * internal note of a viewer who writes none.
 */
export async function setTyping(
  ctx: ViewerContext,
  input: InputOf<typeof typingSetInput>,
): Promise<Written<true>> {
  const { isTyping, isInternal = false, ...named } = parseInput(typingSetInput, input);
  const { viewer, typing, connectionId } = ctx;
  if (isInternal && !seesInternal(viewer))
    throw forbiddenChange(REFUSED.INTERNAL_TYPING_FOR_STAFF(), 'input', 'isInternal');
  const { tenantId, subjectType, conversationId, customerId, residentId } = await subjectOf(
    ctx.db,
    ctx,
    named,
    'input',
  );
  const place = { tenantId, subjectType, conversationId, customerId, residentId };
  const who = { userId: viewer.userId, isFromStaff: seesInternal(viewer), isInternal };
  if (isTyping) typing.begin({ ...who, ...place }, connectionId);
  else typing.end(viewer.userId, conversationId);
  return { value: true, cursor: null };
}
