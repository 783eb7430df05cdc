import { describe, expect, test } from '@jest/globals';
import { audienceOf, OutsideAudience } from '../../../src/core/rights/audience.ts';
import type { Group } from '../../../src/live/groups/group.ts';
import { revoked } from '../../../src/live/streams/admission.ts';
import type { SubscriptionParts } from '../../../src/live/subscriptions/subscription.ts';
import { Backlog } from '../../../src/live/tails/backlog.ts';
import { MemoryFeed, settled } from '../../support/memory-feed.ts';
import { makeExecutableThings } from '../../support/thing-schema.ts';
import { aGroup, aViewer, versionIn } from '../../support/unit-group.ts';
import { aConnection, entering, follow, sinkTo } from '../../support/unit-subscription.ts';

const WHO_READS = 'subscription { thing { version readBy } }';

test('a field that reads who the viewer is ends the sharing, and each subscription still receives everything once and in order', async () => {
  const feed = new MemoryFeed();
  const enterGroup = entering(feed, WHO_READS);
  const subscriptions = [1, 2, 3].map(() => follow(feed, { enterGroup }));
  await settled();
  for (let written = 0; written < 4; written += 1) feed.tell();
  await settled();
  feed.tell();
  await settled();
  for (const { abort, running, versions, unshared } of subscriptions) {
    expect(versions).toEqual([1, 2, 3, 4, 5]);
    expect(unshared).toHaveLength(1);
    abort.abort();
    await running;
  }
});

test('a view that reads who the viewer is ends the sharing before the first change', async () => {
  const feed = new MemoryFeed();
  const { running, abort, versions, unshared } = follow(feed, {
    enterGroup: (viewer, isAlone) => {
      if (!isAlone) throw new OutsideAudience('userId');
      return {
        group: aGroup(feed, { audience: audienceOf(viewer, true) }),
        isShared: () => false,
        leave: () => {},
      };
    },
  });
  await settled();
  feed.tell();
  await settled();
  expect({ versions, unshared }).toMatchObject({ versions: [1], unshared: [expect.any(OutsideAudience)] });
  abort.abort();
  await running;
});

test('a client that leaves during a FeedPosition joins no group', async () => {
  const feed = new MemoryFeed();
  const group = aGroup(feed);
  const joined: unknown[] = [];
  const watched = Object.assign(
    Object.create(group, { rowsOf: { value: undefined }, modules: { value: undefined } }) as Group,
    {
      position: (seq: number) => group.position(seq),
      join: (member: unknown) => joined.push(member),
    },
  );
  const { running, abort } = follow(feed, {
    hasPositions: true,
    enterGroup: () => ({ group: watched, isShared: () => false, leave: () => {} }),
    sink: sinkTo(() => abort.abort()),
  });
  await running;
  expect(joined).toEqual([]);
});

test('a subscription whose log is restored during a FeedPosition loses its position', async () => {
  const feed = new MemoryFeed();
  const { running } = follow(feed, {
    hasPositions: true,
    enterGroup: entering(feed, 'subscription { thing { version } }'),
    sink: sinkTo(() => feed.tail.reach(feed.at(-1), 0)),
  });
  const outcome = await Promise.race([running.catch(String), settled()]);
  expect(outcome).toMatch('The feed was restored');
});

test('L O D: a change that arrives at any moment while a subscription catches up and goes live is delivered once', async () => {
  for (let pause = 0; pause < 60; pause += 1) {
    const feed = new MemoryFeed();
    const enterGroup = entering(feed, 'subscription { thing { version } }');
    const { running, abort, versions } = follow(feed, { enterGroup });
    for (let passed = 0; passed < pause; passed += 1) await null;
    feed.tell();
    await settled();
    expect({ pause, versions }).toEqual({ pause, versions: [1] });
    abort.abort();
    await running;
  }
});

test('changes are rendered a slice at a time, however many follow: the next slice once the client has read', async () => {
  const feed = new MemoryFeed();
  let shown = 0;
  const schema = makeExecutableThings(() => {
    shown += 1;
  });
  const group = aGroup(feed, { schema });
  for (let written = 0; written < 100; written += 1) feed.tell();
  await settled();
  const taken: number[] = [];
  let makeRoom = () => {};
  const room = new Promise<void>((resolve) => {
    makeRoom = resolve;
  });
  const { running, abort } = follow(feed, {
    enterGroup: () => ({ group, isShared: () => true, leave: () => {} }),
    sink: {
      hasRoomFor: () => true,
      room: async () => {},
      endsSlowReaders: false,
      deliver: (payload) => {
        taken.push(versionIn(payload));
        return taken.length === 33 ? room : undefined;
      },
    },
  });
  await settled();
  expect({ taken: taken.length, shown }).toEqual({ taken: 33, shown: 64 });
  makeRoom();
  await settled();
  expect(taken).toEqual(Array.from({ length: 100 }, (_one, index) => index + 1));
  abort.abort();
  await running;
});

test('L O D: a subscription takes a turn for each slice until it has had everything, and none for a few changes after that', async () => {
  const feed = new MemoryFeed();
  for (let written = 0; written < 80; written += 1) feed.tell();
  await settled();
  let turns = 0;
  const { running, abort, versions } = follow(feed, {
    enterGroup: entering(feed, 'subscription { thing { version } }'),
    inTurn: (work) => {
      turns += 1;
      return work();
    },
  });
  await settled();
  expect({ turns, taken: versions.length }).toEqual({ turns: 3, taken: 80 });
  for (let written = 0; written < 3; written += 1) feed.tell();
  await settled();
  expect({ turns, versions }).toEqual({
    turns: 3,
    versions: Array.from({ length: 83 }, (_one, index) => index + 1),
  });
  abort.abort();
  await running;
});

test('a slice counts the changes that the viewer sees: a stream that skips most of them takes fewer turns', async () => {
  const feed = new MemoryFeed();
  for (let written = 0; written < 600; written += 1) feed.tell();
  await settled();
  let turns = 0;
  const { running, abort, versions } = follow(feed, {
    enterGroup: entering(feed, 'subscription { thing { version } }', {
      view: (change) =>
        change.seq % 100 === 0 ? { __typename: 'Thing', shownAs: 'Thing', change, row: change.image } : null,
    }),
    inTurn: (work) => {
      turns += 1;
      return work();
    },
  });
  await settled();
  // Slices of at most 256 changes; of 32 there would be 19.
  expect({ turns, versions }).toEqual({ turns: 3, versions: [100, 200, 300, 400, 500, 600] });
  abort.abort();
  await running;
});

test('a subscription whose turn waits for other ones holds no change, and reads nothing after its client has left', async () => {
  const feed = new MemoryFeed({ ringSize: 1 });
  for (let written = 0; written < 80; written += 1) feed.write();
  await feed.tail.reach(feed.at(80), 0);
  let begin = () => {};
  const isTurn = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let reads = 0;
  const backlog = new Backlog(feed.log);
  const read = backlog.read.bind(backlog);
  backlog.read = (...args) => {
    reads += 1;
    return read(...args);
  };
  const { running, abort, versions } = follow(feed, {
    backlog,
    enterGroup: entering(feed, 'subscription { thing { version } }'),
    inTurn: async (work) => {
      await isTurn;
      return work();
    },
  });
  await settled();
  expect(reads).toBe(0);
  abort.abort();
  begin();
  await running;
  expect({ reads, versions }).toEqual({ reads: 0, versions: [] });
});

test('L O: a subscription holds at most 512 KiB of what its client has not taken, and still delivers all of it', async () => {
  const feed = new MemoryFeed({ ringSize: 1_000 });
  const notes = 'x'.repeat(50_000);
  for (let version = 1; version <= 40; version += 1) feed.tell({ image: { id: 'thing', version, notes } });
  await settled();
  const prepared: number[] = [];
  const group = aGroup(feed);
  const prepare = group.prepare.bind(group);
  group.prepare = (changes) => {
    prepared.push(changes.length);
    return prepare(changes);
  };
  const { running, abort, versions } = follow(feed, {
    enterGroup: () => ({ group, isShared: () => true, leave: () => {} }),
  });
  await settled();
  expect(versions).toEqual(Array.from({ length: 40 }, (_one, index) => index + 1));
  expect(Math.max(...prepared) * 2 * notes.length).toBeLessThanOrEqual(512 * 1_024);
  abort.abort();
  await running;
});

describe('an idle subscription to another feed than the home feed', () => {
  const guest = aViewer({ homeFeed: 'elsewhere' });
  const demoted = aViewer({ homeFeed: 'elsewhere', rightsVersion: 2 });

  function visit(parts: Partial<SubscriptionParts> = {}) {
    const feed = new MemoryFeed();
    const { connection, become } = aConnection(guest);
    const enter = entering(feed, 'subscription { thing { version } }');
    const enterGroup: SubscriptionParts['enterGroup'] = (viewer, isAlone) => {
      if (viewer === demoted) throw revoked();
      return enter(viewer, isAlone);
    };
    return { feed, become, ...follow(feed, { connection, enterGroup, ...parts }) };
  }

  test('X: ends as soon as its viewer loses the right, without waiting for the next change of the feed', async () => {
    const { feed, become, running, versions } = visit();
    feed.tell();
    await settled();
    become(demoted);
    const outcome = await Promise.race([running.catch(({ code }) => code), settled()]);
    expect({ outcome, versions }).toEqual({ outcome: 'SUBSCRIPTION_REVOKED', versions: [1] });
  });

  test('X: ends if its viewer loses the right during a FeedPosition', async () => {
    const visiting = visit({ hasPositions: true, sink: sinkTo(() => visiting.become(demoted)) });
    const outcome = await Promise.race([visiting.running.catch(({ code }) => code), settled()]);
    expect(outcome).toBe('SUBSCRIPTION_REVOKED');
  });

  test('continues if its viewer has changed and still has the right', async () => {
    const { feed, become, running, versions, abort } = visit();
    await settled();
    become(aViewer({ homeFeed: 'elsewhere', rightsVersion: 3 }));
    await settled();
    feed.tell();
    await settled();
    abort.abort();
    await running;
    expect(versions).toEqual([1]);
  });
});
