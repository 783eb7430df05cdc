import type { Rows } from '../../core/rows/rows.ts';
import { idOf } from '../schema/id-of.ts';
import type { ArgBuilder } from '../schema/shared-args.ts';

/** Makes the paging arguments of a list. A cursor contains the id of a row, so it declares the type of that row. */
export function pageArgs(arg: ArgBuilder, { type }: Pick<Rows<never>, 'type'>) {
  return {
    first: arg.int({
      description:
        'Returns the first N items; 25 by default, at most 100. With 0 the page is empty, and `hasNextPage` tells whether there are items.',
    }),
    after: arg.string({
      description:
        'Only items after this cursor, which must be of such a list in the same order. An empty text counts as no cursor.',
      ...idOf(type),
    }),
    last: arg.int({
      description:
        'Returns the last N items, at most 100. With 0 the page is empty, and `hasPreviousPage` tells whether there are items.',
    }),
    before: arg.string({
      description:
        'Only items before this cursor, which must be of such a list in the same order. An empty text counts as no cursor.',
      ...idOf(type),
    }),
  };
}
