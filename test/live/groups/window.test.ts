import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Change, EntityRow } from '../../../src/core/rows/change.ts';
import { rowAfter, rowBefore } from '../../../src/core/rows/change.ts';
import type { PlacedRow, SeenChange, View } from '../../../src/graph/events/follow.ts';
import type { WindowRows } from '../../../src/graph/events/window-rows.ts';
import { comparisonOf } from '../../../src/graph/pages/compare-rows.ts';
import type { Order } from '../../../src/graph/pages/order.ts';
import { Window } from '../../../src/live/groups/window.ts';
import { WindowMemory } from '../../../src/live/groups/window-memory.ts';
import type { WindowStep } from '../../../src/live/groups/window-step.ts';
import { MemoryFeed, settled } from '../../support/memory-feed.ts';

interface Thing extends EntityRow {
  readonly name: string | null;
  readonly rank: number;
  readonly isListed: boolean;
  readonly isHidden: boolean;
}

const BY_NAME: Order = [
  { rows: 'Thing', column: 'name', kind: 'text', isFolded: true, isNullable: true, direction: 'asc' },
];
const BY_RANK_DOWN: Order = [
  { rows: 'Thing', column: 'rank', kind: 'integer', direction: 'desc' },
  { rows: 'Thing', column: 'name', kind: 'text', isFolded: true, isNullable: true, direction: 'asc' },
];

/** A table, its feed, and the window of its first rows. */
class World {
  readonly feed: MemoryFeed;
  readonly window: Window;
  readonly memory: WindowMemory;
  reads = 0;
  /** Called in the middle of a read, after its position is known. */
  duringRead: () => void = () => {};
  readonly #rows: WindowRows;
  #table = new Map<string, Thing>();

  constructor(
    first: number,
    order = BY_NAME,
    { ringSize = 100, memory = new WindowMemory() }: { ringSize?: number; memory?: WindowMemory } = {},
  ) {
    this.feed = new MemoryFeed({ ringSize });
    this.memory = memory;
    this.#rows = {
      types: { snapshot: 'ThingSnapshot', placed: 'ThingPlaced', gone: 'ThingDeleted' },
      shownAs: 'Thing',
      entity: 'Thing',
      first,
      read: async () => [],
      compare: comparisonOf(order),
      standing: (row) => {
        const thing = row as Thing | null;
        if (!thing || thing.isHidden) return 'GONE';
        return thing.isListed ? 'LISTED' : 'FILTERED';
      },
    };
    const isIn = (row: EntityRow | null) => this.#rows.standing(row) === 'LISTED';
    const view: View = (change) => {
      const [was, is] = [isIn(rowBefore(change)), isIn(rowAfter(change))];
      if (!was && !is) return null;
      const verb = is ? (was ? 'ThingUpdated' : 'ThingCreated') : 'ThingDeleted';
      return {
        __typename: verb,
        shownAs: 'Thing',
        change,
        row: change.image,
        ...(!is && { reason: 'GONE' as const }),
      };
    };
    this.window = new Window({
      tail: this.feed.tail,
      readBacklog: async (after, interest) => ({
        changes: await this.feed.log.readOf(interest ?? [], '', after, Number.MAX_SAFE_INTEGER, 256),
        upTo: this.feed.tail.last,
      }),
      rows: this.#rows,
      view,
      read: async (take) => {
        this.reads += 1;
        const rows = this.listed().slice(0, take);
        const read = { seq: this.feed.tail.last, rows, erasures: this.feed.tail.erasures };
        this.duringRead();
        await settled();
        return read;
      },
      memory,
    });
  }

  /** All rows of the list, in order. */
  listed(): Thing[] {
    const rows = [...this.#table.values()].filter((row) => this.#rows.standing(row) === 'LISTED');
    return rows.sort(this.#rows.compare);
  }

  /** The first rows, as a fresh query finds them. */
  first(): Thing[] {
    return this.listed().slice(0, this.#rows.first);
  }

  get ids(): string[] {
    return [...this.#table.keys()];
  }

  write(id: string, parts: Partial<Thing> | null): Change {
    const held = this.#table.get(id);
    if (parts === null) {
      if (!held) throw new Error(`There is no ${id} to delete.`);
      this.#table.delete(id);
      const version = held.version + 1;
      return this.feed.tell({ kind: 'DELETED', entityId: id, image: { ...held, version } });
    }
    const blank: Thing = { id, version: 0, name: id, rank: 0, isListed: true, isHidden: false };
    const image: Thing = { ...(held ?? blank), ...parts, version: (held?.version ?? 0) + 1 };
    this.#table.set(id, image);
    const kind = held ? 'UPDATED' : 'CREATED';
    return this.feed.tell({ kind, entityId: id, image: { ...image }, before: held ? { ...held } : {} });
  }

  /** A change of another entity in the same feed. */
  writeElsewhere(): void {
    this.feed.tell({ entity: 'Other' });
  }
}

/** Folds the items of a window as a client does. */
class Client {
  readonly seen: (string | boolean | null)[][] = [];
  rows: EntityRow[] = [];
  at = 0;
  pages = 0;

  async begin({ window }: World): Promise<void> {
    const snapshot = await window.snapshot();
    this.pages += 1;
    this.at = snapshot.seq;
    await snapshot.cut(
      1,
      async ({ rows }) => (this.rows = [...rows]),
      () => 0,
    );
    for (let page = 2; !snapshot.isLast(page - 1); page += 1)
      await snapshot.cut(
        page,
        async ({ rows }) => this.rows.push(...rows),
        () => 0,
      );
  }

  async follow(world: World): Promise<void> {
    const missing = await world.window.after(this.at);
    if (missing === 'ROWS') return this.begin(world);
    for (const step of missing.steps) this.take(step);
    this.at = missing.upTo;
  }

  take({ items, seq }: WindowStep): void {
    for (const item of items) {
      if (isPlaced(item)) this.#place(item);
      else this.#remove(item);
    }
    this.at = seq;
  }

  #place({ row, behindId, entered, event }: PlacedRow): void {
    const held = this.rows.some(({ id }) => id === row.id);
    expect(entered).toBe(!held);
    this.rows = this.rows.filter(({ id }) => id !== row.id);
    const behind = behindId === null ? -1 : this.rows.findIndex(({ id }) => id === behindId);
    expect(behindId === null || behind >= 0).toBe(true);
    this.rows.splice(behind + 1, 0, row);
    this.seen.push(['placed', row.id, behindId, entered, event?.__typename ?? null]);
  }

  #remove({ change, reason }: SeenChange): void {
    expect(this.rows.some(({ id }) => id === change.entityId)).toBe(true);
    this.rows = this.rows.filter(({ id }) => id !== change.entityId);
    this.seen.push(['left', change.entityId, reason ?? null]);
  }
}

function isPlaced(item: SeenChange | PlacedRow): item is PlacedRow {
  return 'behindId' in item;
}

async function aClientOf(world: World): Promise<Client> {
  const client = new Client();
  await client.begin(world);
  return client;
}

function aWorldOf(letters: string, first: number): World {
  const world = new World(first);
  for (const letter of letters) world.write(letter, {});
  return world;
}

const change = fc.record({
  kind: fc.nat(9),
  which: fc.nat(1_000),
  name: fc.constantFrom(null, 'a', 'A', 'ä', 'b', 'bb', 'z', '\u{1F600}', '\uFF5E'),
  rank: fc.integer({ min: 0, max: 3 }),
});

/** Creates, deletes, renames, moves, filters out and in, hides and shows again. */
function apply(
  world: World,
  number: number,
  { kind, which, name, rank }: { kind: number; which: number; name: string | null; rank: number },
): void {
  const { ids } = world;
  const id = ids[which % Math.max(1, ids.length)];
  if (kind <= 1 || id === undefined) world.write(`n${number}`, { name, rank, isListed: which % 5 > 0 });
  else if (kind === 2) world.write(id, null);
  else if (kind === 3) world.write(id, { isListed: which % 2 === 0 });
  else if (kind === 4) world.write(id, { isHidden: which % 3 === 0 });
  else if (kind === 5) world.writeElsewhere();
  else world.write(id, { name, rank });
}

describe('a window', () => {
  test('S: equals a fresh query after each of thousands of random changes, for clients that read after each and that read seldom', async () => {
    let changes = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 150, maxLength: 150 }),
        fc.constantFrom(1, 3, 10),
        fc.constantFrom(BY_NAME, BY_RANK_DOWN),
        fc.constantFrom(8, 200),
        async (steps, first, order, ringSize) => {
          const world = new World(first, order, { ringSize });
          for (let number = 0; number < 3 * first; number += 1)
            world.write(`s${number}`, { rank: number % 4 });
          await settled();
          const [eager, lazy] = [await aClientOf(world), await aClientOf(world)];
          // A read that is under way while the table changes has rows of another position than the change that it follows.
          let written = 0;
          world.duringRead = () => {
            written += 1;
            if (written % 3 === 0) apply(world, 10_000 + written, steps[written % steps.length] ?? steps[0]!);
          };
          for (const [index, step] of steps.entries()) {
            apply(world, index, step);
            changes += 1;
            await settled();
            do await eager.follow(world);
            while (eager.at < world.feed.tail.last);
            expect(eager.rows).toEqual(world.first());
            if (index % 11 === 0) {
              await lazy.follow(world);
              if (lazy.at === world.feed.tail.last) expect(lazy.rows).toEqual(world.first());
            }
          }
        },
      ),
      { numRuns: 30, endOnFailure: true },
    );
    expect(changes).toBeGreaterThanOrEqual(4_500);
  });
});
