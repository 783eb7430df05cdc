import { isDeepStrictEqual } from 'node:util';
import type { Entity } from '../../src/core/rows/change.ts';
import { columnNamesOf, modelOf } from '../../src/core/rows/models.ts';
import type { TableDump } from './table-dump.ts';

interface Logged {
  readonly kind: string;
  readonly entityId: string;
  readonly entityVersion: number;
  readonly image: Record<string, unknown>;
}

type Row = Readonly<Record<string, unknown>> & { readonly id: string; readonly version: number };

/**
 * Compares the tables with the change log and lists the differences. It expects:
 *
 * - the changes of a feed are numbered 1..n without a gap, and the head of the feed is n;
 * - a row's version is the number of its changes, and the row is the image of the last one;
 * - the last change of a row that is gone is its deletion, or that of the user it belonged to;
 * - an image has exactly the columns of its entity.
 */
export async function auditChangeLog(tables: TableDump, entities: Iterable<Entity>): Promise<string[]> {
  const faults = await auditFeeds(tables);
  for (const entity of entities) faults.push(...(await auditEntity(tables, entity)));
  return faults;
}

async function auditFeeds(tables: TableDump): Promise<string[]> {
  const feeds = await tables.run<{ feed: string; seqs: number[] | null; last: number | null }>(`
    SELECT feed, array_agg(seq::int ORDER BY seq) FILTER (WHERE event_id IS NOT NULL) AS seqs, max(last_seq)::int AS last
    FROM feed_head FULL JOIN change USING (feed) GROUP BY feed`);
  return feeds.flatMap(({ feed, seqs, last }) => {
    const numbers = seqs ?? [];
    const isDense = numbers.every((seq, index) => seq === index + 1);
    if (isDense && last === numbers.length) return [];
    return [`feed ${feed} has the numbers ${numbers} and its head is ${last}`];
  });
}

async function auditEntity(tables: TableDump, entity: Entity): Promise<string[]> {
  const logged = await tables.run<Logged>(
    `SELECT kind, entity_id AS "entityId", entity_version AS "entityVersion", image FROM change
     WHERE entity = $1 AND projection_of IS NULL ORDER BY id`,
    [entity.name],
  );
  const changes = byEntity(logged);
  const rows = new Map((await rowsOf(tables, entity)).map((row) => [row.id, row]));
  const ids = new Set([...changes.keys(), ...rows.keys()]);
  return [
    ...[...ids].flatMap((id) =>
      auditRow(entity, rows.get(id), changes.get(id) ?? []).map((fault) => `${entity.name} ${id} ${fault}`),
    ),
    ...logged
      .filter(({ image }) => !hasColumns(image, entity))
      .map(({ entityId }) => `${entity.name} ${entityId} has an image with other columns`),
  ];
}

function byEntity(logged: readonly Logged[]): Map<string, Logged[]> {
  const changes = new Map<string, Logged[]>();
  for (const change of logged)
    changes.set(change.entityId, [...(changes.get(change.entityId) ?? []), change]);
  return changes;
}

function auditRow({ name }: Entity, row: Row | undefined, changes: readonly Logged[]): string[] {
  const last = changes.at(-1);
  if (!last) return ['is there and was never logged'];
  const versions = changes.map(({ entityVersion }) => entityVersion);
  const faults = versions.every((version, index) => version === index + 1)
    ? []
    : [`has the logged versions ${versions}`];
  if (!row)
    return last.kind === 'DELETED' ? faults : [...faults, `is gone, and its last change is ${last.kind}`];
  if (last.kind === 'DELETED') faults.push('is there and was logged as deleted');
  if (row.version !== changes.length)
    faults.push(`has version ${row.version} after ${changes.length} changes`);
  const differing = columnNamesOf(name).filter(
    (column) => !isDeepStrictEqual(row[column], last.image[column]),
  );
  if (differing.length > 0) faults.push(`is not as its last change left it: ${differing}`);
  return faults;
}

function hasColumns(image: object, { name }: Entity): boolean {
  return isDeepStrictEqual(Object.keys(image).toSorted(), columnNamesOf(name).toSorted());
}

/** The rows under the names and in the form in which images hold them. */
async function rowsOf(tables: TableDump, { name }: Entity): Promise<Row[]> {
  const rows = await tables.run<{ row: Record<string, unknown> }>(
    `SELECT to_jsonb(t) AS row FROM "${modelOf(name).table}" t`,
  );
  return rows.map(
    ({ row }) =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => [camelCase(column), asInImage(column, value)]),
      ) as Row,
  );
}

function asInImage(column: string, value: unknown): unknown {
  return /(^|_)(at|until|since)$/.test(column) && typeof value === 'string'
    ? new Date(value).toISOString()
    : value;
}

function camelCase(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
