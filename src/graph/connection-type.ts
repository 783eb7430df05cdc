import type { OutputRef } from '@pothos/core';
import { inherited } from '../core/rules.ts';
import { capitalized } from '../lib/capitalized.ts';
import { withArticle } from '../lib/with-article.ts';
import { builder } from './builder.ts';
import type { Page } from './keyset.ts';

/** A page of a list, with what is needed to answer the fields that not everybody asks for. */
export interface Connection<Row> {
  readonly page: Page<Row>;
  readonly cursorOf: (row: Row) => string;
  readonly feedCursor: () => Promise<string>;
  readonly countAll: () => Promise<number>;
}

const PageInfo = builder
  .objectRef<{ page: Page<unknown>; cursorOf: (row: never) => string }>('PageInfo')
  .implement({
    description: 'Which page of a list this is.',
    rule: inherited,
    fields: (t) => ({
      hasNextPage: t.boolean({
        description: 'Whether there is a next page. With `last`, whether `before` was given.',
        resolve: ({ page }) => page.hasNextPage,
      }),
      hasPreviousPage: t.boolean({
        description: 'Whether there is a previous page. With `first`, whether `after` was given.',
        resolve: ({ page }) => page.hasPreviousPage,
      }),
      startCursor: t.string({
        nullable: true,
        description: 'The cursor of the first edge. Null if the page is empty.',
        resolve: ({ page, cursorOf }) => endCursor(page.rows[0], cursorOf),
      }),
      endCursor: t.string({
        nullable: true,
        description:
          'The cursor of the last edge; pass it as `after` to get the next page. Null if the page is empty.',
        resolve: ({ page, cursorOf }) => endCursor(page.rows.at(-1), cursorOf),
      }),
    }),
  });

function endCursor(row: unknown, cursorOf: (row: never) => string): string | null {
  return row ? cursorOf(row as never) : null;
}

/** Declares `<Name>Connection` and `<Name>Edge`, once for each entity. */
export function connectionType<Row>(name: string, type: OutputRef<Row>) {
  const edge = builder.objectRef<{ row: Row; cursor: string }>(`${name}Edge`).implement({
    description: `${capitalized(withArticle(name))} in a list.`,
    rule: inherited,
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'The cursor of this item in the list.' }),
      node: t.field({ type, description: `The ${name}.`, resolve: ({ row }) => row as never }),
    }),
  });
  return builder.objectRef<Connection<Row>>(`${name}Connection`).implement({
    description: `A page of a list of ${name}.`,
    rule: inherited,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        description: 'The items of the page, each with its cursor.',
        resolve: ({ page, cursorOf }) => page.rows.map((row) => ({ row, cursor: cursorOf(row) })),
      }),
      nodes: t.field({
        type: [type],
        description: 'The items of the page.',
        resolve: ({ page }) => page.rows as never,
      }),
      pageInfo: t.field({
        type: PageInfo,
        description: 'Which page of the list this is.',
        resolve: (list) => list,
      }),
      totalCount: t.int({
        description: 'The number of items in the whole list.',
        resolve: ({ countAll }) => countAll(),
      }),
      feedCursor: t.field({
        type: 'Cursor',
        description:
          'The feed position taken before anything else in this operation was read: subscribe `after` it to receive every later change.',
        resolve: ({ feedCursor }) => feedCursor(),
      }),
    }),
  });
}
