import { z } from 'zod';
import type { ViewerContext } from '../../core/context.ts';
import { requireVersion } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { type InputOf, parseInput, updateInput } from '../../core/requests/input.ts';
import { refusing } from '../../core/requests/input-faults.ts';
import { checkedText, optional, text } from '../../core/requests/input-fields.ts';
import type { Written } from '../../core/rows/transact.ts';
import { rowToChange } from '../../db/row-to-change.ts';
import type { User } from '../../generated/prisma/client.ts';
import { isTimeZone } from '../../lib/wall-time.ts';
import { language } from '../consent-notices/consent-notices.terms.ts';
import { writeUser } from './user-to-change.ts';
import { users } from './users.access.ts';

const ZONE = sentences('INVALID_INPUT', {
  NO_ZONE: '"{field}" must be the name of a time zone, e.g. Europe/Berlin.',
});

/** The longest name of the IANA database has 32 characters. */
const MAX_ZONE = 64;

export const viewerUpdateInput = updateInput({
  name: text('The name'),
  language: optional(language('The language of the person')),
  timeZone: optional(
    checkedText(
      'The time zone of the person. Digests come in its morning, and quiet hours that others have set are those of its clocks',
      () =>
        z.string().refine((zone) => zone.length <= MAX_ZONE && isTimeZone(zone), refusing(ZONE.NO_ZONE())),
      ['the name of a time zone of the IANA database'],
    ),
  ),
});

/** The arguments of `updateViewer`. */
export interface ViewerUpdateArgs {
  readonly input: InputOf<typeof viewerUpdateInput>;
  readonly expectedVersion?: number | null | undefined;
}

/** Changes what a person says of itself, in whatever role; throws UserErrors for a bad input or an old version. */
export async function updateViewer(
  ctx: ViewerContext,
  { input, expectedVersion }: ViewerUpdateArgs,
): Promise<Written<User>> {
  const data = parseInput(viewerUpdateInput, input);
  const { viewer } = ctx;
  return ctx.transact(async (tx) => {
    const before = await rowToChange(tx, ctx, users, { id: viewer.userId });
    const view = users.viewFor?.(viewer);
    requireVersion(
      { version: view ? Number(before[view.version]) : before.version },
      expectedVersion,
      before,
    );
    return writeUser(tx, before, data);
  });
}
