import { createHash } from 'node:crypto';
import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import type { Change } from '../core/change.ts';
import type { Position } from '../core/feed.ts';
import type { Metrics } from '../core/metrics.ts';
import { type Entities, revive, type StoredChange } from './stored-change.ts';

/** The columns of a StoredChange, for a SELECT from `change`. */
export const STORED_COLUMNS = `
  feed, seq::text AS seq, event_id AS "eventId", kind, entity, entity_id AS "entityId",
  entity_version AS "entityVersion", image, before, rights, actor_kind AS "actorKind", actor_id AS "actorId",
  actor_name AS "actorName", request_id AS "requestId", ip, occurred_at AS "occurredAt"`;

/** Answers come in so many at a time, and what follows from them is not all done in one turn of the event loop. */
const MAX_BATCH = 50;

/** Where a change stands. */
interface Place {
  readonly feed: string;
  readonly seq: number;
}

/**
 * Reads the change log. It has a pool of its own where there is a real server, so that a flood of queries cannot
 * starve delivery.
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
  async read(feed: string, after: number, upTo: number, limit: number): Promise<Change[]> {
    const begun = performance.now();
    const { rows } = await this.#pool.query<StoredChange>(
      `SELECT ${STORED_COLUMNS} FROM change WHERE feed = $1 AND seq > $2 AND seq <= $3 ORDER BY change.seq LIMIT $4`,
      [feed, after, upTo, limit],
    );
    this.#metrics.logReads.observe((performance.now() - begun) / 1_000);
    return rows.map((row) => revive(row, this.#entities));
  }

  /**
   * When the change at a place was made; null if there is none any more. All that is asked in one turn of the event
   * loop is one query: whoever resumes asks this, and many resume at the same time.
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

  /** Changes by their event ids, in order of their numbers, in the form in which they travel. */
  async stored(eventIds: readonly string[]): Promise<StoredChange[]> {
    const { rows } = await this.#pool.query<StoredChange>(
      `SELECT ${STORED_COLUMNS} FROM change WHERE event_id = ANY($1::uuid[]) ORDER BY change.seq`,
      [eventIds],
    );
    return rows;
  }

  /** Where the given feeds stand now; feeds that do not exist are left out. */
  async positions(feeds: readonly string[]): Promise<Position[]> {
    return this.#positions('WHERE feed = ANY($1)', [feeds]);
  }

  /** Where every feed stands now. */
  async allPositions(): Promise<Position[]> {
    return this.#positions('', []);
  }

  /** The epoch of a feed, as it was when its position was last read from the server that is connected. */
  async epochOf(feed: string): Promise<string> {
    const known = this.#epochs.get(feed);
    if (known) return known;
    const [position] = await this.positions([feed]);
    if (!position) throw new Error(`There is no feed ${feed}.`);
    return position.epoch;
  }

  async #positions(where: string, values: unknown[]): Promise<Position[]> {
    const { rows } = await this.#pool.query<{
      feed: string;
      epoch: string;
      lastSeq: string;
      history: string;
    }>(
      `SELECT feed, epoch, last_seq::text AS "lastSeq",
         (SELECT system_identifier FROM pg_control_system()) || '/' ||
         (SELECT timeline_id FROM pg_control_checkpoint()) AS history
       FROM feed_head ${where}`,
      values,
    );
    return rows.map(({ feed, epoch, lastSeq, history }) => {
      const mixed = mixEpoch(epoch, history);
      this.#epochs.set(feed, mixed);
      return { feed, epoch: mixed, seq: Number(lastSeq) };
    });
  }
}

/**
 * Mixes a feed's own epoch with the history of the database server. A dump that is restored into another cluster
 * and a standby that is promoted both may give numbers out again that clients have already seen: they change the
 * history, so cursors from before are recognised.
 */
function mixEpoch(epoch: string, history: string): string {
  const hex = createHash('sha256').update(`${epoch}/${history}`).digest('hex').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
