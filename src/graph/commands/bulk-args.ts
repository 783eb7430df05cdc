import type { InputRef, InputShapeFromFields } from '@pothos/core';
import type { GraphQLSchema } from 'graphql';
import { invalidInput } from '../../core/requests/errors.ts';
import { type Fault, sentences } from '../../core/requests/fault.ts';
import { NO_ROW } from '../../core/requests/row-id.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Where } from '../../core/rights/where.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import { nounOfRows, type Rows } from '../../core/rows/rows.ts';
import { testsNothing } from '../../db/prisma-where.ts';
import { pluralOf } from '../../lib/plural-of.ts';
import { columnWhere } from '../inputs/column-where.ts';
import { asksNothing, type FilterShape, toWhere } from '../inputs/filter.ts';
import type { ColumnTest } from '../inputs/operands.ts';
import { idOf } from '../schema/id-of.ts';
import type { CommandArg } from './command-field.ts';

const FILTER = sentences('INVALID_INPUT', {
  CONDITION_EXCLUDES_NOTHING: 'This condition excludes nothing: leave it out or complete it.',
  NO_ID_IN_FILTER: 'This contains a text that is not an id.',
  EXCLUDES_NOTHING: 'This part excludes nothing: leave it out or complete it.',
});

/** Makes the arguments of a mutation that changes many rows of a tenant by a bulk job. */
export function bulkArgs(rows: Pick<Rows<never>, 'entity' | 'type'>, filter: InputRef<FilterShape>) {
  const plural = pluralOf(nounOfRows(rows));
  return (arg: CommandArg) => ({
    tenantId: arg.id({
      description: `The tenant of the ${plural}. Optional for users who belong to a single tenant.`,
      ...idOf('Tenant'),
    }),
    ids: arg.idList({
      description: `The ids of the ${plural}, at most 10,000. Either this or \`filter\`.`,
      ...idOf(rows.type),
    }),
    filter: arg({
      type: filter,
      description: `Filter for the ${plural}, evaluated when the job is requested; at most 10,000. Every condition must exclude something. Either this or \`ids\`.`,
    }),
  });
}

type BulkArgs = InputShapeFromFields<ReturnType<ReturnType<typeof bulkArgs>>>;

/**
 * Reads the arguments of `bulkArgs`. Throws FORBIDDEN for a filter on a column that the viewer may not read, and
 * UserErrors for a filter with a test that excludes nothing: in a list it shows a row too many, but here it would
 * delete one.
 */
export function bulkTargets<Row extends EntityRow>(
  { type }: Rows<Row>,
  { tenantId, ids, filter }: BulkArgs,
  { viewer }: { readonly viewer: Viewer },
  schema: GraphQLSchema,
) {
  const where: Where<Row> | null = filter ? toWhere<Row>(filter, { schema, typeName: type, viewer }) : null;
  if (filter) requireMeant(filter, ['filter']);
  return { tenantId, ids, where };
}

function requireMeant({ and, or, not, ...columns }: FilterShape, path: readonly string[]): void {
  for (const [column, test] of Object.entries(columns)) {
    const fault = faultOf(column, test as ColumnTest);
    if (fault) throw invalidInput(fault, ...path, column);
  }
  for (const [index, part] of (and ?? []).entries()) requireMeant(part, [...path, 'and', String(index)]);
  for (const [index, part] of (or ?? []).entries()) requireMeant(part, [...path, 'or', String(index)]);
  if (not) requireMeant(not, [...path, 'not']);
  const isPart = path.length > 1; // the whole filter is refused by the job, in other words
  if (isPart && asksNothing({ and, or, not, ...columns }))
    throw invalidInput(FILTER.EXCLUDES_NOTHING(), ...path);
}

/** A variable that was not filled in tests nothing; one that is not an id names no row. */
function faultOf(column: string, test: ColumnTest): Fault<'INVALID_INPUT'> | null {
  if (testsNothing(columnWhere(column, test, false))) return FILTER.CONDITION_EXCLUDES_NOTHING();
  return Object.values(test).flat().includes(NO_ROW) ? FILTER.NO_ID_IN_FILTER() : null;
}
