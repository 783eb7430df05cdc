import type { Prisma } from '../generated/prisma/client.ts';
import type { NewChange } from './recording.ts';

/** What a new row is made of: by the name it has here, its column and type. */
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
 * Writes the rows of a transaction into the log, in the order of their feeds and, within a feed, in their own: in that
 * order they are numbered at COMMIT. One statement with one parameter, because building an INSERT of sixteen columns
 * took more time than anything else in a write (`npm run bench -- writes`).
 */
export async function insertChanges(db: Prisma.TransactionClient, rows: readonly NewChange[]): Promise<void> {
  const inOrder = rows.toSorted((a, b) => a.feed.localeCompare(b.feed));
  await db.$executeRawUnsafe(INSERT, JSON.stringify(inOrder));
}
