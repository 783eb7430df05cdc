import { inherited } from '../../core/rights/rules.ts';
import { capitalized } from '../../lib/capitalized.ts';
import { onceFor } from '../../lib/once-for.ts';
import { withArticle } from '../../lib/with-article.ts';
import { builder } from '../schema/builder.ts';
import { type Count, countOf } from './count.ts';
import type { Page } from './keyset.ts';

/** A page of a list, and the functions that answer fields that not every client requests. */
export interface Connection<Row> {
  readonly page: Page<Row>;
  // A method, so that a connection of any rows can be assigned to one of unknown rows, the type that `connectionOf`
  // declares.
  cursorOf(row: Row): string;
  readonly feedCursor: () => Promise<string>;
  /** Counts the items of the list, `COUNTED_AT_MOST` at most, or fewer and says so. */
  readonly countAll: () => Promise<number | Count>;
}

/** Both fields of the count share one. */
const counted = onceFor(async ({ countAll }: Connection<unknown>): Promise<Count> => {
  const found = await countAll();
  return typeof found === 'number' ? countOf(found) : found;
});

const PageInfo = builder
  .objectRef<{ page: Page<unknown>; cursorOf: (row: never) => string }>('PageInfo')
  .implement({
    description: 'The place of a page in its list.',
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
        resolve: ({ page, cursorOf }) => page.startCursor ?? endCursor(page.rows[0], cursorOf),
      }),
      endCursor: t.string({
        nullable: true,
        description:
          'The cursor of the last edge; pass it as `after` to get the next page. Null if the page is empty.',
        resolve: ({ page, cursorOf }) => page.endCursor ?? endCursor(page.rows.at(-1), cursorOf),
      }),
    }),
  });

function endCursor(row: unknown, cursorOf: (row: never) => string): string | null {
  return row ? cursorOf(row as never) : null;
}

const declared = new Map<string, ReturnType<typeof declare>>();

/** The connection of a type, `<Type>Connection` with `<Type>Edge`, declared on first use. */
export function connectionOf(type: string) {
  const connection = declared.get(type) ?? declare(type);
  declared.set(type, connection);
  return connection;
}

function declare(name: string) {
  const type = name as never;
  const edge = builder.objectRef<{ row: unknown; cursor: string }>(`${name}Edge`).implement({
    description: `${capitalized(withArticle(name))} in a list.`,
    rule: inherited,
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'The cursor of this item in the list.' }),
      node: t.field({ type, description: `The ${name}.`, resolve: ({ row }) => row as never }),
    }),
  });
  return builder.objectRef<Connection<unknown>>(`${name}Connection`).implement({
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
        description: 'The place of this page in the list.',
        resolve: (list) => list,
      }),
      totalCount: t.int({
        description:
          'The number of items in the whole list. Of more than 100,000 items no more are counted: see `isTotalCountEstimate`.',
        extensions: { statements: 1 },
        resolve: async (list) => (await counted(list)).count,
      }),
      isTotalCountEstimate: t.boolean({
        description: 'Whether the list has more items than `totalCount`.',
        extensions: { statements: 1 },
        resolve: async (list) => (await counted(list)).isEstimate,
      }),
      feedCursor: t.field({
        type: 'Cursor',
        description:
          'The position of the feed, read before anything else in this operation: subscribe `after` it to receive every later change.',
        resolve: ({ feedCursor }) => feedCursor(),
      }),
    }),
  });
}
