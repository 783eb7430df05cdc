import { revive, type StoredChange } from '../../changes/stored-change.ts';
import { type Change, rowBefore } from '../../core/rows/change.ts';
import type { ModelName } from '../../core/rows/models.ts';
import { exportedColumns, type PersonalTable } from '../../core/rows/personal-columns.ts';
import { rooms } from '../../core/rows/room.ts';
import { columnsOf, type ExportedRow, type Read, withoutOthers } from './exported-row.ts';
import type { NamedPerson } from './named-person.ts';
import { PAGE_BYTES } from './page-bytes.ts';
import type { ExportedPerson } from './person-to-export.ts';
import { feedsOf } from './persons.changes.ts';

/** The changes that a statement looks at; it returns those that fit a page. */
const ENTRIES = 500;

/** An entry of the log as it is stored, with its hashes in hexadecimal. */
interface StoredEntry extends StoredChange {
  readonly contentHash: string;
  readonly hash: string;
  /** The number of the changes that were found, with those for which the page has no room. */
  readonly found: number;
}

/**
 * Walks through the feeds of a person as an erasure does, and reads the changes that are about it or that it made, but for
 * those of rows that no export has. So
 * changes of rows that are gone are found. Changes that are written meanwhile are left to the next export.
 */
export async function* entriesOf(read: Read, person: ExportedPerson): AsyncGenerator<readonly ExportedRow[]> {
  for (const feed of feedsOf(person)) {
    const head = await read((db) => db.feedHead.findFirst({ where: { feed } }));
    const { prunedSeq, lastSeq } = head ?? { prunedSeq: 0n, lastSeq: 0n };
    for (let seq = prunedSeq; seq < lastSeq; ) {
      const entries = await entriesAfter(read, person, feed, seq);
      yield entries.map((entry) => exported(entry, person));
      const last = entries.at(-1);
      seq = last && last.found > entries.length ? BigInt(last.seq) : seq + BigInt(ENTRIES);
    }
  }
}

function entriesAfter(
  read: Read,
  { kind, id }: NamedPerson,
  feed: string,
  seq: bigint,
): Promise<StoredEntry[]> {
  const about = Object.fromEntries(
    [...rooms.personal].map(([model, table]) => [model, table.about?.[kind] ?? []]),
  );
  const unexported = Object.fromEntries(
    [...rooms.personal].flatMap(([model, { unexportedWith }]) =>
      unexportedWith ? [[model, unexportedWith]] : [],
    ),
  );
  return read(
    (db) => db.$queryRaw<StoredEntry[]>`
      WITH found AS (
        SELECT *, row_number() OVER in_order AS place, count(*) OVER () AS found,
          sum(octet_length(image::text) + octet_length(before::text)) OVER in_order AS bytes
        FROM change
        WHERE feed = ${feed}::uuid AND seq > ${seq} AND seq <= ${seq + BigInt(ENTRIES)} AND (
          actor_id = ${id}::uuid OR EXISTS (
            SELECT FROM jsonb_array_elements_text(${JSON.stringify(about)}::jsonb -> entity) AS name
            WHERE ${id} IN (image ->> name, before ->> name)))
          AND (image ->> (${JSON.stringify(unexported)}::jsonb ->> entity)) IS DISTINCT FROM 'true'
        WINDOW in_order AS (ORDER BY seq)
      )
      SELECT feed, seq::text AS seq, event_id AS "eventId", kind::text AS kind, entity, entity_id AS "entityId",
        entity_version AS "entityVersion", image, before, rights, actor_kind::text AS "actorKind",
        actor_id AS "actorId", actor_name AS "actorName", actor_of_platform AS "actorOfPlatform",
        request_id AS "requestId", ip, occurred_at AS "occurredAt", encode(content_hash, 'hex') AS "contentHash",
        encode(hash, 'hex') AS hash, found::int AS found
      FROM found WHERE place = 1 OR bytes <= ${PAGE_BYTES} ORDER BY found.seq`,
  );
}

/** Shows of a change what is of the person: of a row that was about another person before or afterwards, only one side. */
function exported(entry: StoredEntry, person: NamedPerson): ExportedRow {
  const change = revive(entry, rooms.entities);
  const table = rooms.personal.get(entry.entity as ModelName) ?? {};
  const columns = exportedColumns(table);
  const isAfter = isAbout(table, person, change.image);
  const isBefore = isAbout(table, person, rowBefore(change));
  const row = {
    ...entry,
    image: isAfter ? columnsOf(change.image, columns) : null,
    before: isBefore ? columnsOf(change.before, inBoth(columns, change)) : null,
    rights: isAfter || isBefore ? entry.rights : null,
  };
  const shown = columnsOf(row, exportedColumns(rooms.personal.get('Change') ?? {}));
  const { entity, kind, occurredAt } = change;
  return {
    table: 'Change',
    entity,
    kind,
    occurredAt,
    row: withoutOthers(shown, entry.actorId === person.id),
  };
}

function inBoth(columns: readonly string[], { before }: Change): readonly string[] {
  return columns.filter((name) => name in before);
}

function isAbout(
  { about, notOfCustomerWith }: PersonalTable,
  { kind, id }: NamedPerson,
  row: object | null,
): boolean {
  if (!row) return false;
  const values = row as Record<string, unknown>;
  if (kind === 'customer' && notOfCustomerWith && values[notOfCustomerWith]) return false;
  return ((about?.[kind] ?? []) as readonly string[]).some((name) => values[name] === id);
}
