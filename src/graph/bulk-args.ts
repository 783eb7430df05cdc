import type { InputRef, InputShapeFromFields } from '@pothos/core';
import type { GraphQLSchema } from 'graphql';
import { invalidInput } from '../core/errors.ts';
import { NO_ROW } from '../core/row-id.ts';
import type { Viewer } from '../core/viewer.ts';
import type { Where } from '../core/where.ts';
import { testsNothing } from '../db/prisma-where.ts';
import type { CommandArg } from './command-field.ts';
import { type FilterShape, toWhere } from './filter.ts';
import { idempotencyKeyArg } from './shared-args.ts';

/** The arguments by which a bulk mutation is told which rows of a tenant are meant. */
export function bulkArgs(arg: CommandArg, noun: string, filter: InputRef<FilterShape>) {
  return {
    tenantId: arg.id({
      description: `The tenant of the ${noun}. Optional for users who belong to a single tenant.`,
    }),
    ids: arg.idList({ description: `The ids of the ${noun}, at most 10,000. Either this or \`filter\`.` }),
    filter: arg({
      type: filter,
      description: `Filter for the ${noun}, evaluated when the job is requested; at most 10,000. Every condition must exclude something. Either this or \`ids\`.`,
    }),
    idempotencyKey: idempotencyKeyArg(arg),
  };
}

/**
 * Reads those arguments. Throws FORBIDDEN for a filter on what the viewer may not read, and UserErrors for one of which a
 * test does not say what it was meant to: in a list that shows a row too many, here it would delete one.
 */
export function bulkTargets<Row>(
  { tenantId, ids, filter }: InputShapeFromFields<ReturnType<typeof bulkArgs>>,
  asked: { schema: GraphQLSchema; typeName: string; viewer: Viewer },
) {
  const where: Where<Row> | null = filter ? toWhere<Row>(filter, asked) : null;
  if (filter) requireMeant(filter, ['filter']);
  return { tenantId, ids, where, asked: { ids: ids ?? null, filter: filter ?? null } };
}

function requireMeant({ and, or, not, ...columns }: FilterShape, path: readonly string[]): void {
  for (const [column, test] of Object.entries(columns)) {
    const fault = faultOf(column, test as object);
    if (fault) throw invalidInput(fault, ...path, column);
  }
  for (const [index, part] of (and ?? []).entries()) requireMeant(part, [...path, 'and', String(index)]);
  for (const [index, part] of (or ?? []).entries()) requireMeant(part, [...path, 'or', String(index)]);
  if (not) requireMeant(not, [...path, 'not']);
}

/** A variable that was not filled in tests nothing, and one that was filled with a text that is no id names no row. */
function faultOf(column: string, test: object): string | null {
  if (testsNothing({ [column]: test }))
    return 'This condition excludes nothing: leave it out or complete it.';
  return Object.values(test).flat().includes(NO_ROW) ? 'This holds a text that is no id.' : null;
}
