import { inherited } from '../../core/rights/rules.ts';
import { fieldOf, type Rows } from '../../core/rows/rows.ts';
import { builder } from '../schema/builder.ts';
import { eventInterfaceOf } from './change-event.ts';
import type { PlacedRow } from './follow.ts';
import { placedTypeOf } from './window.ts';

/** Declares the event of a window that gives the position of a row. */
export function placedEvent(rows: Pick<Rows<never>, 'type'>) {
  const { type } = rows;
  const name = placedTypeOf(type);
  return builder.objectRef<PlacedRow & { readonly cursor: string }>(name).implement({
    description: `Windows only: the row is right after that with the id \`behindId\` now. It entered the window, or its position or its content changed. One change can be several events: those that left come first, and only the last event has a cursor in \`extensions\`.`,
    rule: inherited,
    fields: (t) => ({
      cursor: t.expose('cursor', {
        type: 'Cursor',
        description:
          'The position after the change; of an event that others of the same change follow, the position before it.',
      }),
      [fieldOf(rows)]: t.field({
        type: type as never,
        description: 'The row as it is now.',
        resolve: ({ row }) => row as never,
      }),
      behindId: t.id({
        nullable: true,
        description: 'The id of the row before it. Null if it is the first one.',
        resolve: ({ behindId }) => behindId,
      }),
      entered: t.exposeBoolean('entered', { description: 'Whether it was not in the window before.' }),
      event: t.field({
        type: eventInterfaceOf(rows),
        nullable: true,
        description:
          'The change of this row. Null if it has moved or entered because of changes of other rows.',
        resolve: ({ event, cursor }) => event && { ...event, cursor },
      }),
    }),
  });
}
