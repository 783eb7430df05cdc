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
import { BLOCK } from '../../../src/live/tails/backlog.ts';
import { MemoryFeed, settled } from '../../support/memory-feed.ts';

interface Thing extends EntityRow {
  readonly name: string | null;
  readonly rank: number;
  /** Orders the list, and is shown to no viewer. */
  readonly weight: number;
  readonly isListed: boolean;
  readonly isHidden: boolean;
}

const BY_NAME: Order = [
  { rows: 'Thing', column: 'name', kind: 'text', isFolded: true, isNullable: true, direction: 'asc' },
];
const BY_WEIGHT: Order = [{ rows: 'Thing', column: 'weight', kind: 'integer', direction: 'asc' }];
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
      if (was && is && isOfWeight(change)) return null;
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
      readBacklog: async (after, interest) => {
        const { log, tail } = this.feed;
        const changes = await log.readOf(interest ?? [], tail.feed, after, tail.last, BLOCK);
        return { changes, upTo: changes.length === BLOCK ? Number(changes.at(-1)?.seq) : tail.last };
      },
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
    const blank: Thing = { id, version: 0, name: id, rank: 0, weight: 0, isListed: true, isHidden: false };
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

/** Whether an update changed nothing that a viewer sees. */
function isOfWeight(change: Change): boolean {
  const [was, is] = [rowBefore(change) as Thing | null, rowAfter(change) as Thing | null];
  return was?.weight !== is?.weight;
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
  kind: fc.nat(11),
  which: fc.nat(1_000),
  name: fc.constantFrom(null, 'a', 'A', 'ä', 'b', 'bb', 'z', '\u{1F600}', '\uFF5E'),
  rank: fc.integer({ min: 0, max: 3 }),
});

interface RandomChange {
  readonly kind: number;
  readonly which: number;
  readonly name: string | null;
  readonly rank: number;
}

/** Creates, deletes, also the first row, renames, moves, filters out and in, hides and shows again. */
function apply(world: World, number: number, { kind, which, name, rank }: RandomChange): void {
  const { ids } = world;
  const id = ids[which % Math.max(1, ids.length)];
  if (kind <= 1 || id === undefined) world.write(`n${number}`, { name, rank, isListed: which % 5 > 0 });
  else if (kind === 2) world.write(id, null);
  else if (kind >= 10) world.write(world.first()[0]?.id ?? id, null);
  else if (kind === 3) world.write(id, { isListed: which % 2 === 0 });
  else if (kind === 4) world.write(id, { isHidden: which % 3 === 0 });
  else if (kind === 5) world.writeElsewhere();
  else world.write(id, { name, rank });
}

/** The pages that a client at `at` needs, or what it receives without. */
async function lackOf(world: World, at: number): Promise<'ROWS' | number> {
  const missing = await world.window.after(at);
  return missing === 'ROWS' ? missing : missing.steps.length;
}

async function seenOf(letters: string, first: number, act: (world: World) => void): Promise<Client['seen']> {
  const world = aWorldOf(letters, first);
  const client = await aClientOf(world);
  act(world);
  await settled();
  await client.follow(world);
  expect(client.rows).toEqual(world.first());
  return client.seen;
}

describe('a change of a window of three among A, B, C, D', () => {
  test('says of a row that was deleted that it is gone, and which one entered', async () => {
    expect(await seenOf('ABCD', 3, (world) => world.write('B', null))).toEqual([
      ['left', 'B', 'GONE'],
      ['placed', 'D', 'C', true, null],
    ]);
  });

  test('says of a row that no longer matches that it is filtered out, and of one that is hidden that it is gone', async () => {
    const left = async (parts: Partial<Thing>) =>
      (await seenOf('ABCD', 3, (world) => world.write('A', parts)))[0];
    expect(await left({ isListed: false })).toEqual(['left', 'A', 'FILTERED']);
    expect(await left({ isHidden: true })).toEqual(['left', 'A', 'GONE']);
  });

  test('says of a row that another one pushed out, or that moved after the last one, that it is outside', async () => {
    expect(await seenOf('ABCD', 3, (world) => world.write('AB', {}))).toEqual([
      ['left', 'C', 'OUTSIDE'],
      ['placed', 'AB', 'A', true, 'ThingCreated'],
    ]);
    expect(await seenOf('ABCD', 3, (world) => world.write('A', { name: 'E' }))).toEqual([
      ['left', 'A', 'OUTSIDE'],
      ['placed', 'D', 'C', true, null],
    ]);
  });

  test('is one event where a row moves or changes, and none where it is outside of it', async () => {
    expect(await seenOf('ABCD', 3, (world) => world.write('C', { name: 'AA' }))).toEqual([
      ['placed', 'C', 'A', false, 'ThingUpdated'],
    ]);
    expect(await seenOf('ABCD', 3, (world) => world.write('A', { rank: 1 }))).toEqual([
      ['placed', 'A', null, false, 'ThingUpdated'],
    ]);
    expect(await seenOf('ABCD', 3, (world) => world.write('D', { rank: 1 }))).toEqual([]);
  });
});

test('an update of which the viewer sees nothing is no event, and moves its row where it decides the order', async () => {
  const world = new World(3, BY_WEIGHT);
  for (const [index, letter] of [...'ABCD'].entries()) world.write(letter, { weight: index * 10 });
  await settled();
  const client = await aClientOf(world);
  world.write('A', { weight: 15 });
  await settled();
  await client.follow(world);
  expect(client.seen).toEqual([['placed', 'A', 'B', false, null]]);
  expect(client.rows.map(({ id }) => id)).toEqual(['B', 'A', 'C']);
});

test('a change from before the row that was read is passed over', async () => {
  const world = aWorldOf('ABCD', 3);
  await settled();
  const client = await aClientOf(world);
  const [a] = world.first();
  if (!a) throw new Error('The window is empty.');
  world.feed.tell({
    kind: 'UPDATED',
    entityId: 'A',
    image: { ...a, name: 'Z', version: 1 },
    before: { ...a },
  });
  await settled();
  await client.follow(world);
  expect({ seen: client.seen, rows: client.rows }).toEqual({ seen: [], rows: world.first() });
});

describe('a client of a window that comes back', () => {
  const many = Array.from({ length: BLOCK + 1 }, (_, index) => index);

  /** A window of two among seven, whose feed keeps ten changes in memory, and the position of a client that leaves. */
  async function left() {
    const world = new World(2, BY_NAME, { ringSize: 10 });
    for (const letter of 'ABCDEFG') world.write(letter, {});
    await settled();
    return { world, at: world.feed.tail.last };
  }

  test('lacks nothing if no change touched the window, however many were outside of it', async () => {
    const { world, at } = await left();
    for (const rank of many.slice(2)) world.write('G', { rank });
    for (const _one of many) world.writeElsewhere();
    await settled();
    expect(await lackOf(world, at)).toBe(0);
  });

  test('lacks its rows if one did, also one that was undone, and if there were too many to know', async () => {
    const undone = await left();
    undone.world.write('AA', {});
    undone.world.write('AA', null);
    const outside = await left();
    for (const rank of many) outside.world.write('G', { rank });
    await settled();
    expect(await lackOf(undone.world, undone.at)).toBe('ROWS');
    expect(await lackOf(outside.world, outside.at)).toBe('ROWS');
  });

  test('lacks its rows if its position is within a step that read them', async () => {
    const world = aWorldOf('ABCDEFGHIJKLMNO', 1);
    await settled();
    const client = await aClientOf(world);
    world.duringRead = () => {
      world.duringRead = () => {};
      world.write('Z', {});
    };
    for (const letter of 'ABCDEFGHIJK') world.write(letter, null);
    await settled();
    await client.follow(world);
    await client.follow(world);
    expect({ rows: client.rows, reads: world.reads }).toEqual({ rows: world.first(), reads: 2 });
    const steps = await world.window.after(15);
    const from = steps === 'ROWS' ? 0 : Number(steps.steps.at(-1)?.from);
    expect([await lackOf(world, from), await lackOf(world, from + 0.5)]).toEqual([1, 'ROWS']);
  });
});

describe('the cost of a window', () => {
  test('is one read for a crowd that asks together, none for a change that is in it or outside, and one when too few rows are left', async () => {
    const world = aWorldOf('ABCDEFGHIJKLMNOPQRSTUVWXYZ', 5);
    const crowd = await Promise.all(Array.from({ length: 100 }, () => aClientOf(world)));
    expect(world.reads).toBe(1);
    const readsFor = async (act: () => void) => {
      const before = world.reads;
      act();
      await settled();
      await Promise.all(crowd.map((client) => client.follow(world)));
      for (const client of crowd) expect(client.rows).toEqual(world.first());
      return world.reads - before;
    };
    expect(await readsFor(() => world.write('Z', { rank: 1 }))).toBe(0);
    expect(await readsFor(() => world.write('A', { rank: 1 }))).toBe(0);
    expect(await readsFor(() => world.write('AA', {}))).toBe(0);
    expect(await readsFor(() => world.write('B', null))).toBe(0);
    const reads: number[] = [];
    for (const letter of 'CDEFGHIJKLM') reads.push(await readsFor(() => world.write(letter, null)));
    expect(reads.filter((count) => count > 0)).toEqual([1]);
  });

  test('is bounded in bytes for all windows of a node: the one that was asked least recently forgets its rows, and its clients stay right', async () => {
    const memory = new WindowMemory(100_000);
    const worlds = Array.from({ length: 12 }, () => new World(5, BY_NAME, { memory }));
    const clients = await Promise.all(
      worlds.map(async (world) => {
        for (const letter of 'ABCDEFGHIJKLMNOPQRST') world.write(letter, {});
        await settled();
        return aClientOf(world);
      }),
    );
    expect(memory.bytes).toBeLessThanOrEqual(100_000);
    for (const [index, world] of worlds.entries()) {
      world.write('A', null);
      await settled();
      await clients[index]?.follow(world);
      expect(clients[index]?.rows).toEqual(world.first());
      expect(memory.bytes).toBeLessThanOrEqual(100_000);
    }
    expect(clients.filter(({ pages }) => pages > 1).length).toBeGreaterThan(0);
    for (const { window } of worlds) window.close();
    expect(memory.bytes).toBe(0);
  });

  test('is bounded in steps for clients that read slowly: one that is further back receives its rows again', async () => {
    const world = aWorldOf('ABC', 3);
    const client = await aClientOf(world);
    for (const rank of Array.from({ length: 65 }, (_, index) => index)) {
      world.write('A', { rank });
      await settled();
      await world.window.after(world.feed.tail.last);
    }
    await client.follow(world);
    expect({ pages: client.pages, rows: client.rows }).toEqual({ pages: 2, rows: world.first() });
  });
});

/** One table, and two clients of its window: one that reads after each change, and one that reads seldom. */
async function aRun(first: number, order: Order, ringSize: number) {
  const world = new World(first, order, { ringSize });
  for (let number = 0; number < 20 + 4 * first; number += 1) world.write(`s${number}`, { rank: number % 4 });
  await settled();
  return { world, eager: await aClientOf(world), lazy: await aClientOf(world) };
}

async function followToEnd(client: Client, world: World): Promise<void> {
  do await client.follow(world);
  while (client.at < world.feed.tail.last);
  expect(client.rows).toEqual(world.first());
}

test('S: a window equals a fresh query after each of thousands of random changes, also of those that come while it reads', async () => {
  let changes = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 150, maxLength: 150 }),
      fc.constantFrom(1, 3, 10),
      fc.constantFrom(BY_NAME, BY_RANK_DOWN),
      fc.constantFrom(8, 200),
      async (steps, first, order, ringSize) => {
        const { world, eager, lazy } = await aRun(first, order, ringSize);
        let read = 0;
        world.duringRead = () => {
          read += 1;
          const step = steps[read % steps.length];
          if (step && read % 3 === 0) apply(world, 10_000 + read, step);
        };
        for (const [index, step] of steps.entries()) {
          apply(world, index, step);
          changes += 1;
          await settled();
          await followToEnd(eager, world);
          if (index % 11 === 0) await followToEnd(lazy, world);
        }
      },
    ),
    { numRuns: 30, endOnFailure: true },
  );
  expect(changes).toBeGreaterThanOrEqual(4_500);
});
