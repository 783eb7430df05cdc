import { isObjectType } from 'graphql';
import { requireViewer } from '../../core/context.ts';
import { signedIn } from '../../core/rights/rules.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { tableSql } from '../../db/table-sql.ts';
import { Prisma, type PrismaClient } from '../../generated/prisma/client.ts';
import { builder } from '../schema/builder.ts';
import { idOf } from '../schema/id-of.ts';
import { Node } from '../schema/node.ts';
import { followedRows } from './followed-rows.ts';
import { loaderOf } from './loader.ts';

/**
 * Declares the query `node`, with which Relay reads an entity again. An id does not say its type, so one statement looks
 * for it in the tables that the viewer may read; the row is then read by the rule and the visibility of its own type. A row
 * that does not exist, that is not visible, and whose type is closed to the viewer answer alike.
 */
export function nodeField(): void {
  builder.queryField('node', (t) =>
    t.field({
      type: Node,
      nullable: true,
      rule: signedIn,
      extensions: { statements: 2 },
      description:
        'One entity of any type, by its id. Null if it does not exist or is not visible to the viewer under the rules of its type.',
      args: { id: t.arg.id({ required: true, description: 'The id of the entity.', ...idOf('Node') }) },
      resolve: async (_root, { id }, ctx, { schema }) => {
        const { viewer } = requireViewer(ctx);
        const isNode = ({ type }: Rows) => {
          const shown = schema.getType(type);
          return isObjectType(shown) && shown.getInterfaces().some(({ name }) => name === 'Node');
        };
        const readable = followedRows.for(viewer).filter(isNode);
        const names = await namesOfEntityWith(ctx.db, readable, String(id));
        for (const rows of readable.filter(({ entity }) => names.has(entity.name))) {
          const row = await loaderOf(rows)(ctx, String(id));
          if (row) return { ...row, __typename: rows.type } as never;
        }
        return null;
      },
    }),
  );
}

/** Finds the entities that have a row with this id, in one statement: one place in an index for each table. */
async function namesOfEntityWith(
  db: PrismaClient,
  rows: readonly Rows[],
  id: string,
): Promise<ReadonlySet<string>> {
  const names = [...new Set(rows.map(({ entity }) => entity.name))];
  if (names.length === 0) return new Set();
  const looks = names.map(
    (name) =>
      Prisma.sql`SELECT ${name} AS name FROM ${tableSql({ model: name, alias: 'row' })} WHERE row.id = ${id}::uuid`,
  );
  const found = await db.$queryRaw<{ name: string }[]>(Prisma.join(looks, ' UNION ALL '));
  return new Set(found.map(({ name }) => name));
}
