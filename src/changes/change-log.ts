import { createHash } from 'node:crypto';
import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import type { Position } from '../core/feeds/feed.ts';
import type { Metrics } from '../core/process/metrics.ts';
import type { Change } from '../core/rows/change.ts';
import { DATABASE_ID } from '../db/database-id.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { type Entities, revive, type StoredChange } from './stored-change.ts';

/** The columns of a StoredChange, for a SELECT from `change`. */
export const STORED_COLUMNS = `
  feed, seq::text AS seq, event_id AS "eventId", kind, entity, entity_id AS "entityId",
  entity_version AS "entityVersion", image, before, concerns ->> 'job' AS "jobId", rights, actor_kind AS "actorKind", actor_id AS "actorId",
  actor_name AS "actorName", actor_of_platform AS "actorOfPlatform", request_id AS "requestId", ip, occurred_at AS "occurredAt"`;

/**
 * The results are delivered in batches of this size, so that the work on them is spread over several turns of the event
 * loop.
 */
const MAX_BATCH = 50;

/** The position of a change. */
interface Place {
  readonly feed: string;
  readonly seq: number;
}

/**
 * Reads the change log. With a PostgreSQL server it has a pool of its own, so that a flood of queries cannot starve
 * delivery.
 */
export class ChangeLog {
  readonly #pool: Pool;
  readonly #entities: Entities;
  readonly #metrics: Metrics;
  readonly #epochs = new Map<string, string>();
  readonly #occurrences = new DataLoader<Place, Date | null>((places) => this.#readOccurrences(places), {
    cache: false,
    batchScheduleFn: setImmediate,
    maxBatchSize: MAX_BATCH,
  });

  constructor(pool: Pool, entities: Entities, metrics: Metrics) {
    this.#pool = pool;
    this.#entities = entities;
    this.#metrics = metrics;
    // A new connection may lead to another server, such as a promoted standby.
    pool.on('connect', () => this.#epochs.clear());
  }

  /** The changes of a feed with `after < seq <= upTo`, in order, at most `limit`. */
  read(feed: string, after: number, upTo: number, limit: number): Promise<Change[]> {
    return this.#read(
      `SELECT ${STORED_COLUMNS} FROM change WHERE feed = $1 AND seq > $2 AND seq <= $3 ORDER BY change.seq LIMIT $4`,
      [feed, after, upTo, limit],
    );
  }

  /**
   * Those of some entities only. The cost follows the changes that are returned, however many others are between them:
   * the index of each entity is read from `after`.
   */
  readOf(
    entities: readonly string[],
    feed: string,
    after: number,
    upTo: number,
    limit: number,
  ): Promise<Change[]> {
    return this.#read(
      `SELECT found.* FROM unnest($5::text[]) AS wanted (name) CROSS JOIN LATERAL (
         SELECT ${STORED_COLUMNS} FROM change
         WHERE feed = $1 AND entity = wanted.name AND change.seq > $2 AND change.seq <= $3
         ORDER BY change.seq LIMIT $4) AS found
       ORDER BY found.seq::bigint LIMIT $4`,
      [feed, after, upTo, limit, entities],
    );
  }

  async #read(text: string, values: unknown[]): Promise<Change[]> {
    const begun = performance.now();
    const { rows } = await this.#pool.query<StoredChange>(text, values);
    this.#metrics.logReads.observe((performance.now() - begun) / 1_000);
    return rows.map((row) => revive(row, this.#entities));
  }

  /**
   * The time of the change at a position; null if it no longer exists. All calls in one turn of the event loop become
   * one query, because many clients resume at the same time.
   */
  occurrence(feed: string, seq: number): Promise<Date | null> {
    return this.#occurrences.load({ feed, seq });
  }

  async #readOccurrences(places: readonly Place[]): Promise<(Date | null)[]> {
    const { rows } = await this.#pool.query<{ place: string; occurredAt: Date }>(
      `SELECT feed || '/' || seq AS place, occurred_at AS "occurredAt"
       FROM change JOIN unnest($1::uuid[], $2::bigint[]) AS place (feed, seq) USING (feed, seq)`,
      [places.map(({ feed }) => feed), places.map(({ seq }) => seq)],
    );
    const found = new Map(rows.map(({ place, occurredAt }) => [place, occurredAt]));
    return places.map(({ feed, seq }) => found.get(`${feed}/${seq}`) ?? null);
  }

  /** Changes by their event ids, ordered by number, in stored form. */
  async stored(eventIds: readonly string[]): Promise<StoredChange[]> {
    const { rows } = await this.#pool.query<StoredChange>(
      `SELECT ${STORED_COLUMNS} FROM change WHERE event_id = ANY($1::uuid[]) ORDER BY change.seq`,
      [eventIds],
    );
    return rows;
  }

  /** The current ends of the given feeds; feeds that do not exist are left out. */
  async positions(feeds: readonly string[]): Promise<Position[]> {
    return this.#positions('WHERE feed = ANY($1)', [feeds]);
  }

  /** The current ends of all feeds. */
  async allPositions(): Promise<Position[]> {
    return this.#positions('', []);
  }

  /** The epoch of a feed when its position was last read from the connected server. */
  async epochOf(feed: string): Promise<string> {
    const known = this.#epochs.get(feed);
    if (known) return known;
    const [position] = await this.positions([feed]);
    if (!position) throw new Error(`There is no feed ${feed}.`);
    return position.epoch;
  }

  async #positions(where: string, values: unknown[]): Promise<Position[]> {
    const { rows } = await this.#pool.query<FeedHead>(`${HEADS} ${where}`, values);
    const positions = rows.map(positionOf);
    for (const { feed, epoch } of positions) this.#epochs.set(feed, epoch);
    return positions;
  }
}

/** The end of a feed as a transaction sees it; null if the feed does not exist. */
export async function positionIn(
  tx: Pick<PrismaClient, '$queryRawUnsafe'>,
  feed: string,
): Promise<Position | null> {
  const [head] = await tx.$queryRawUnsafe<FeedHead[]>(`${HEADS} WHERE feed = $1::uuid`, feed);
  return head ? positionOf(head) : null;
}

/** The row of a feed in `feed_head`, with the history of the database. */
interface FeedHead {
  readonly feed: string;
  readonly epoch: string;
  readonly lastSeq: string;
  readonly history: string;
}

const HEADS = `
  SELECT feed, epoch, last_seq::text AS "lastSeq",
    ${DATABASE_ID} || '/' || (SELECT timeline_id FROM pg_control_checkpoint()) AS history
  FROM feed_head`;

function positionOf({ feed, epoch, lastSeq, history }: FeedHead): Position {
  return { feed, epoch: mixEpoch(epoch, history), seq: Number(lastSeq) };
}

/**
 * Mixes a feed's own epoch with the history of the database: its cluster, its oid and its timeline. After the restore of
 * a dump, the promotion of a standby or in a copy, numbers that clients have seen may be assigned again. Each of these
 * changes the history, so cursors from before are recognised.
 */
function mixEpoch(epoch: string, history: string): string {
  const hex = createHash('sha256').update(`${epoch}/${history}`).digest('hex').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
