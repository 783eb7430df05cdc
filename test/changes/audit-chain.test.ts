import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkChain } from '../../src/changes/audit-chain.ts';
import { insertChanges } from '../../src/changes/insert-changes.ts';
import type { NewChange } from '../../src/changes/recording.ts';
import { pruneLog } from '../../src/changes/retention.ts';
import { anOpenDatabase, type OpenDatabase } from '../support/open-database.ts';

const LENGTH = 7;
const WRITERS = 8;

let database: OpenDatabase;

beforeAll(async () => {
  database = await anOpenDatabase();
});

afterAll(() => database.drop());

const changeOf = (feed: string, note: string): NewChange => ({
  feed,
  eventId: randomUUID(),
  kind: 'UPDATED',
  entity: 'Thing',
  entityId: randomUUID(),
  entityVersion: 2,
  image: { note, size: 1.5, isNew: true, tags: ['ä', '"'], gone: null },
  before: { note: 'before' },
  concerns: { job: randomUUID() },
  rights: null,
  projectionOf: null,
  actorKind: 'USER',
  actorId: randomUUID(),
  actorName: 'Ada',
  actorOfPlatform: false,
  requestId: null,
  ip: '127.0.0.1',
});

async function write(feed: string, ...notes: string[]): Promise<void> {
  const rows = notes.map((note) => changeOf(feed, note));
  await database.prisma.$transaction((db) => insertChanges(db, rows));
}

async function aFeed(length = LENGTH): Promise<string> {
  const feed = randomUUID();
  await database.prisma.feedHead.create({ data: { feed } });
  for (let seq = 1; seq <= length; seq += 1) await write(feed, `note ${seq}`);
  return feed;
}

/** Runs a statement as the owner of the database. */
async function tamper(sql: string, feed: string): Promise<void> {
  await database.ownerPool.query(sql.replaceAll('$feed', `'${feed}'`));
}

const check = (feed: string, after = 0) => checkChain(database.prisma, feed, after);

const eventAt = async (feed: string, seq: number) => {
  const where = { feed_seq: { feed, seq } };
  return (await database.prisma.change.findUnique({ where, select: { eventId: true } }))?.eventId ?? null;
};

const WHOLE = {
  checkedCount: LENGTH,
  erasedCount: 0,
  startHash: null,
  upTo: LENGTH,
  isComplete: true,
  broken: null,
};
const HASH = expect.stringMatching(/^[0-9a-f]{64}$/);

const TAMPERINGS: [what: string, sql: string, broken: { reason: string; seq: number }][] = [
  [
    'an image changed',
    `UPDATE change SET image = image || '{"note": "else"}' WHERE feed = $feed AND seq = 3`,
    { reason: 'CONTENT_CHANGED', seq: 3 },
  ],
  [
    'a value of an image removed',
    `UPDATE change SET image = image - 'gone' WHERE feed = $feed AND seq = 1`,
    { reason: 'CONTENT_CHANGED', seq: 1 },
  ],
  [
    'an old value changed',
    `UPDATE change SET before = '{"note": "never"}' WHERE feed = $feed AND seq = 7`,
    { reason: 'CONTENT_CHANGED', seq: 7 },
  ],
  [
    'the name of the actor changed',
    `UPDATE change SET actor_name = 'Eve' WHERE feed = $feed AND seq = 2`,
    { reason: 'CONTENT_CHANGED', seq: 2 },
  ],
  [
    'the actor changed',
    'UPDATE change SET actor_id = gen_random_uuid() WHERE feed = $feed AND seq = 2',
    { reason: 'ROW_CHANGED', seq: 2 },
  ],
  [
    'the time changed by a millisecond',
    `UPDATE change SET occurred_at = occurred_at + interval '1 ms' WHERE feed = $feed AND seq = 4`,
    { reason: 'ROW_CHANGED', seq: 4 },
  ],
  [
    'an image and its hash changed, but not the link',
    `UPDATE change SET image = '{}', content_hash = sha256(convert_to(jsonb_build_array('{}'::jsonb, before, actor_name, ip)::text, 'UTF8'))
     WHERE feed = $feed AND seq = 5`,
    { reason: 'ROW_CHANGED', seq: 5 },
  ],
  [
    'a row and both its hashes changed, but no other row',
    `UPDATE change SET entity = 'Else' WHERE feed = $feed AND seq = 3;
     UPDATE change SET hash = change_hash(
       (SELECT hash FROM change WHERE feed = $feed AND seq = 2), seq, change, content_hash) WHERE feed = $feed AND seq = 3`,
    { reason: 'ROW_CHANGED', seq: 4 },
  ],
  [
    'the first row deleted',
    'DELETE FROM change WHERE feed = $feed AND seq = 1',
    { reason: 'ROW_MISSING', seq: 1 },
  ],
  [
    'a row in the middle deleted',
    'DELETE FROM change WHERE feed = $feed AND seq = 4',
    { reason: 'ROW_MISSING', seq: 4 },
  ],
  [
    'the last row deleted',
    'DELETE FROM change WHERE feed = $feed AND seq = 7',
    { reason: 'ROW_MISSING', seq: 7 },
  ],
  ['all rows deleted', 'DELETE FROM change WHERE feed = $feed', { reason: 'ROW_MISSING', seq: 1 }],
  [
    'two rows swapped',
    `UPDATE change SET seq = -1 WHERE feed = $feed AND seq = 3;
     UPDATE change SET seq = 3 WHERE feed = $feed AND seq = 4;
     UPDATE change SET seq = 4 WHERE feed = $feed AND seq = -1`,
    { reason: 'ROW_CHANGED', seq: 3 },
  ],
  [
    'the head moved back with its hash',
    `UPDATE feed_head SET last_seq = 6, last_hash = (SELECT hash FROM change WHERE feed = $feed AND seq = 6) WHERE feed = $feed`,
    { reason: 'HEAD_MISMATCH', seq: 6 },
  ],
  [
    'the hash of the head changed',
    `UPDATE feed_head SET last_hash = sha256('') WHERE feed = $feed`,
    { reason: 'HEAD_MISMATCH', seq: 7 },
  ],
  [
    'existing rows marked as removed by retention',
    `UPDATE feed_head SET pruned_seq = 3, pruned_hash = (SELECT hash FROM change WHERE feed = $feed AND seq = 3) WHERE feed = $feed`,
    { reason: 'HEAD_MISMATCH', seq: 1 },
  ],
  [
    'a row inserted without the trigger',
    `ALTER TABLE change DISABLE TRIGGER assign_seq;
     INSERT INTO change (feed, seq, event_id, kind, entity, entity_id, entity_version, image, before, concerns, actor_kind, actor_name)
       VALUES ($feed, 8, gen_random_uuid(), 'CREATED', 'Thing', gen_random_uuid(), 1, '{}', '{}', '{}', 'SYSTEM', 'Eve');
     ALTER TABLE change ENABLE TRIGGER assign_seq`,
    { reason: 'HEAD_MISMATCH', seq: 7 },
  ],
];

test.each(TAMPERINGS)(
  '%s: the check names the first broken row, and finds none in other feeds',
  async (_what, sql, { reason, seq }) => {
    const [feed, other] = [await aFeed(), await aFeed()];
    expect(await check(feed)).toEqual({ ...WHOLE, hash: HASH });
    await tamper(sql, feed);

    const found = await check(feed);

    const isRow = reason === 'CONTENT_CHANGED' || reason === 'ROW_CHANGED';
    const broken = { reason, seq, eventId: isRow ? await eventAt(feed, seq) : null };
    expect(found).toMatchObject({ isComplete: false, broken });
    expect(await check(other)).toEqual({ ...WHOLE, hash: HASH });
  },
);

test('the links of a row whose content was erased remain provable', async () => {
  const feed = await aFeed();
  const before = await check(feed);
  await tamper(
    `UPDATE change SET image = '{}', before = '{}', actor_name = '', ip = NULL WHERE feed = $feed AND seq = 3`,
    feed,
  );

  expect(await check(feed)).toMatchObject({ upTo: 0, broken: { reason: 'CONTENT_CHANGED', seq: 3 } });
  expect(await check(feed, 3)).toEqual({ ...before, startHash: HASH, checkedCount: LENGTH - 3 });
});

test('a chain that the owner of the database wrote again is intact, and shows another hash than the one noted', async () => {
  const feed = await aFeed();
  const noted = await check(feed);
  await write(feed, 'later');
  const untouched = await check(feed, LENGTH);
  await tamper(
    `DO $$ DECLARE link bytea; one change; BEGIN
       UPDATE change SET image = '{"note": "else"}' WHERE feed = $feed AND seq = 3;
       FOR one IN SELECT * FROM change WHERE feed = $feed ORDER BY seq LOOP
         link := change_hash(link, one.seq, one, change_content_hash(one));
         UPDATE change SET content_hash = change_content_hash(one), hash = link WHERE id = one.id;
       END LOOP;
       UPDATE feed_head SET last_hash = link WHERE feed = $feed;
     END $$`,
    feed,
  );

  expect(untouched).toMatchObject({ startHash: noted?.hash, broken: null });
  const rewritten = await check(feed, LENGTH);
  expect(rewritten).toMatchObject({ startHash: HASH, broken: null });
  expect(rewritten?.startHash).not.toBe(noted?.hash);
  expect(await check(feed)).toMatchObject({ checkedCount: LENGTH + 1, isComplete: true, broken: null });
});

test('concurrent writes form one intact chain, and no setting of a session changes it', async () => {
  const feed = await aFeed(0);
  const writer = async (name: string) => {
    for (let round = 0; round < 150; round += 1)
      await write(feed, `${name} ${round}`, `${name} ${round} too`);
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, index) => writer(`writer ${index}`)));
  const count = WRITERS * 150 * 2;

  const found = await check(feed);
  const inAnotherSession = await database.prisma.$transaction(async (db) => {
    await db.$executeRawUnsafe(`SET LOCAL TimeZone = 'Asia/Kathmandu'`);
    await db.$executeRawUnsafe(`SET LOCAL DateStyle = 'German'`);
    await db.$executeRawUnsafe(`SET LOCAL IntervalStyle = 'iso_8601'`);
    const [row] = await db.$queryRawUnsafe<{ whole: number }[]>(
      `SELECT count(*)::int AS whole FROM change c LEFT JOIN change p ON p.feed = c.feed AND p.seq = c.seq - 1
       WHERE c.feed = '${feed}' AND c.hash = change_hash(p.hash, c.seq, c, change_content_hash(c))`,
    );
    return row?.whole;
  });
  expect(found).toEqual({ ...WHOLE, checkedCount: count, upTo: count, hash: HASH });
  expect(inAnotherSession).toBe(count);
});

test('a long feed is checked in parts, each starting after the previous one', async () => {
  const feed = await aFeed();
  const whole = await check(feed);
  const part = (after: number) => checkChain(database.prisma, feed, after, { maxChecked: 4, batch: 3 });

  const [first, second] = [await part(0), await part(6)];

  expect(first).toMatchObject({ checkedCount: 6, upTo: 6, isComplete: false, broken: null });
  expect(second).toEqual({ ...whole, startHash: first?.hash, checkedCount: 1 });
});

test('the chain of a feed without changes is intact, and there is none for a feed that does not exist', async () => {
  expect(await check(await aFeed(0))).toEqual({
    checkedCount: 0,
    erasedCount: 0,
    startHash: null,
    upTo: 0,
    isComplete: true,
    hash: null,
    broken: null,
  });
  expect(await check(randomUUID())).toBeNull();
});

/** Backdates the changes up to a number by some days, without breaking the chain. */
async function age(feed: string, upTo: number, days: number): Promise<void> {
  await tamper(
    `UPDATE change SET occurred_at = now() - interval '${days} days' WHERE feed = $feed AND seq <= ${upTo};
     DO $$ DECLARE link bytea; next change; BEGIN
       FOR next IN SELECT * FROM change WHERE feed = $feed ORDER BY seq LOOP
         link := change_hash(link, next.seq, next, next.content_hash);
         UPDATE change SET hash = link WHERE id = next.id;
       END LOOP;
       UPDATE feed_head SET last_hash = link WHERE feed = $feed;
     END $$`,
    feed,
  );
}

test('retention removes the oldest expired changes and nothing after one that is not expired; the chain stays intact', async () => {
  const [feed, young] = [await aFeed(), await aFeed()];
  await age(feed, 4, 31);
  await age(feed, 3, 29);
  await age(feed, 2, 31);
  const before = await check(feed);

  await Promise.all([pruneLog(database.ownerPool, 30), pruneLog(database.ownerPool, 30)]);

  const left = await database.prisma.change.findMany({
    where: { feed },
    orderBy: { seq: 'asc' },
    select: { seq: true },
  });
  expect(left.map(({ seq }) => Number(seq))).toEqual([3, 4, 5, 6, 7]);
  expect(await check(feed)).toEqual({ ...before, startHash: HASH, checkedCount: 5 });
  expect(await check(young)).toEqual({ ...WHOLE, hash: HASH });
  await write(feed, 'one more');
  expect(await check(feed)).toMatchObject({ upTo: 8, isComplete: true, broken: null });
  await tamper(`DELETE FROM change WHERE feed = $feed AND seq = 3`, feed);
  expect(await check(feed)).toMatchObject({ broken: { reason: 'ROW_MISSING', seq: 3 } });
});
