import type { InputRef, InputShapeFromFields } from '@pothos/core';
import type { GraphQLSchema } from 'graphql';
import { invalidInput } from '../core/errors.ts';
import type { Viewer } from '../core/viewer.ts';
import type { Where } from '../core/where.ts';
import { testsNothing } from '../db/prisma-where.ts';
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
      description: `Chooses the ${noun} when the job is asked for, 10,000 at most. Each test must test something. Either this or \`ids\`.`,
    }),
    idempotencyKey: arg.string({
      description: 'Makes a repeated request answer like the first one, for 24 hours.',
    }),
  };
}

/**
 * Reads those arguments. Throws FORBIDDEN for a filter on what the viewer may not read, and UserErrors for one of which a
 * part tests nothing: in a list that shows a row too many, here it would delete one.
 */
export function bulkTargets<Row>(
  { tenantId, ids, filter }: InputShapeFromFields<ReturnType<typeof bulkArgs>>,
  asked: { schema: GraphQLSchema; typeName: string; viewer: Viewer },
) {
  const where: Where<Row> | null = filter ? toWhere<Row>(filter, asked) : null;
  const idle = filter && pathOfIdleTest(filter, ['filter']);
  if (idle) throw invalidInput('This tests nothing: leave it out, or say what to test.', ...idle);
  return { tenantId, ids, where, asked: { ids: ids ?? null, filter: filter ?? null } };
}

/** Finds a test that leaves no row out, such as one that was to be filled by a variable. */
function pathOfIdleTest({ and, or, not, ...columns }: FilterShape, path: string[]): string[] | null {
  const inner = [
    ...(and ?? []).map((part, index) => [part, 'and', String(index)] as const),
    ...(or ?? []).map((part, index) => [part, 'or', String(index)] as const),
    ...(not ? [[not, 'not'] as const] : []),
  ];
  const column = Object.keys(columns).find((name) => testsNothing({ [name]: columns[name] }));
  if (column) return [...path, column];
  for (const [part, ...steps] of inner) {
    const found = pathOfIdleTest(part, [...path, ...steps]);
    if (found) return found;
  }
  return null;
}
