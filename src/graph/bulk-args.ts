import type { InputRef, InputShapeFromFields } from '@pothos/core';
import type { GraphQLSchema } from 'graphql';
import type { Viewer } from '../core/viewer.ts';
import type { Where } from '../core/where.ts';
import type { CommandArg } from './command-field.ts';
import { type FilterShape, toWhere } from './filter.ts';

/** The arguments by which a bulk mutation is told which rows of a tenant are meant. */
export function bulkArgs(arg: CommandArg, noun: string, filter: InputRef<FilterShape>) {
  return {
    tenantId: arg.id({
      description: `The tenant whose ${noun} are meant. May be left out by people of one tenant.`,
    }),
    ids: arg.idList({ description: `Which ${noun}, 10,000 at most. Either this or \`filter\`.` }),
    filter: arg({
      type: filter,
      description: `Chooses the ${noun} when the job is asked for, 10,000 at most. Either this or \`ids\`.`,
    }),
    idempotencyKey: arg.string({
      description: 'Makes a repeated request answer like the first one, for 24 hours.',
    }),
  };
}

/** Reads those arguments; throws FORBIDDEN for a filter on what the viewer may not read. */
export function bulkTargets<Row>(
  { tenantId, ids, filter }: InputShapeFromFields<ReturnType<typeof bulkArgs>>,
  asked: { schema: GraphQLSchema; typeName: string; viewer: Viewer },
) {
  const where: Where<Row> | null = filter ? toWhere<Row>(filter, asked) : null;
  return { tenantId, ids, where, asked: { ids, filter } };
}
