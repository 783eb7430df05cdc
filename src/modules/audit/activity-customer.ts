import type { GraphQLSchema } from 'graphql';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Change } from '../../core/rows/change.ts';
import { columnNamesOf } from '../../core/rows/models.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { followedRows } from '../../graph/rows/followed-rows.ts';
import { mayReadColumn } from '../../graph/schema/field-access.ts';

/** The rows about a customer: the customer itself, and rows of the entities that name it to the viewer. */
export interface CustomerTest {
  readonly id: string;
  readonly entities: readonly string[];
}

/** Makes the test of rows about a customer. What does not tell the viewer its customer is not found by it. */
export function aboutCustomer(viewer: Viewer, schema: GraphQLSchema, id: string): CustomerTest {
  const naming = followedRows
    .for(viewer)
    .filter(
      ({ entity, type }) =>
        columnNamesOf(entity.name).includes('customerId') &&
        mayReadColumn(schema, type, viewer, 'customerId'),
    );
  return { id, entities: naming.map(({ entity }) => entity.name) };
}

/** Whether a change is about the customer. */
export function isAbout({ id, entities }: CustomerTest, { entity, entityId, image }: Change): boolean {
  if (entity === 'Customer') return entityId === id;
  return entities.includes(entity) && (image as { readonly customerId?: unknown }).customerId === id;
}

/** The same test of the columns of a change. */
export function inSql({ id, entities }: CustomerTest): Prisma.Sql {
  return Prisma.sql`CASE WHEN entity = 'Customer' THEN entity_id = ${id}::uuid
    ELSE entity = ANY (${[...entities]}) AND image ->> 'customerId' = ${id} END`;
}
