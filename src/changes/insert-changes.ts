import type { Prisma } from '../generated/prisma/client.ts';
import type { NewChange } from './recording.ts';

/** The columns of a new row with their types, by the property names of NewChange. */
const COLUMNS = {
  feed: 'feed uuid',
  eventId: 'event_id uuid',
  kind: 'kind change_kind',
  entity: 'entity text',
  entityId: 'entity_id uuid',
  entityVersion: 'entity_version int',
  image: 'image jsonb',
  before: 'before jsonb',
  concerns: 'concerns jsonb',
  rights: 'rights jsonb',
  projectionOf: 'projection_of uuid',
  actorKind: 'actor_kind actor_kind',
  actorId: 'actor_id uuid',
  actorName: 'actor_name text',
  actorOfPlatform: 'actor_of_platform boolean',
  requestId: 'request_id text',
  ip: 'ip text',
} as const satisfies Record<keyof NewChange, string>;

const columns = Object.entries(COLUMNS).map(([name, text]) => {
  const [column, type] = text.split(' ');
  return { name: `"${name}"`, column, type };
});
const INSERT = `
  INSERT INTO change (${columns.map(({ column }) => column).join(', ')})
  SELECT ${columns.map(({ name }) => name).join(', ')}
  FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (${columns.map(({ name, type }) => `${name} ${type}`).join(', ')}))
    WITH ORDINALITY AS row
  ORDER BY row.ordinality`;

/**
 * Writes the rows of a transaction into the log, ordered by feed and, within a feed, as they were recorded: COMMIT
 * numbers them in that order. One statement with one parameter, because building an INSERT of so many columns took more
 * time than anything else in a write (`npm run bench -- writes`).
 */
export async function insertChanges(db: Prisma.TransactionClient, rows: readonly NewChange[]): Promise<void> {
  const inOrder = rows.toSorted((a, b) => a.feed.localeCompare(b.feed));
  await db.$executeRawUnsafe(INSERT, JSON.stringify(inOrder));
}
