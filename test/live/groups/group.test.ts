import { expect, jest, test } from '@jest/globals';
import { OutsideAudience } from '../../../src/core/rights/audience.ts';
import { MemoryFeed, settled } from '../../support/memory-feed.ts';
import { makeExecutableThings } from '../../support/thing-schema.ts';
import { aGroup, TestMember } from '../../support/unit-group.ts';

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_one, index) => index + 1);
}

async function microtasks(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed += 1) await null;
}

test('a change that arrives while another one is pushed is pushed, too, at any moment', async () => {
  const missed: number[] = [];
  for (const pause of upTo(80)) {
    const feed = new MemoryFeed();
    const group = aGroup(feed);
    const member = new TestMember(0);
    group.join(member);
    feed.tell();
    await microtasks(pause);
    feed.tell();
    await settled();
    if (member.versions.length !== 2) missed.push(pause);
    group.leave(member);
  }
  expect(missed).toEqual([]);
});

test('a member that joins while the group is busy receives what it lacks, once and in order, at any moment', async () => {
  for (const pause of upTo(60)) {
    const feed = new MemoryFeed();
    const group = aGroup(feed);
    const first = new TestMember(0);
    group.join(first);
    for (const _one of upTo(3)) feed.tell();
    await microtasks(pause);
    const start = feed.tail.last;
    const late = new TestMember(start);
    group.join(late);
    feed.tell();
    feed.tell();
    await settled();
    expect(first.versions).toEqual(upTo(5));
    expect(late.versions).toEqual(upTo(5).slice(start));
  }
});

test('a member that leaves knows its position, and the remaining members are still served', async () => {
  const feed = new MemoryFeed();
  const group = aGroup(feed);
  const [staying, leaving] = [new TestMember(0), new TestMember(0)];
  leaving.onPush = (version) => {
    if (version === 2) group.leave(leaving);
  };
  group.join(leaving);
  group.join(staying);
  for (const _one of upTo(4)) feed.tell();
  await settled();
  expect({ at: leaving.at, versions: leaving.versions }).toEqual({ at: 2, versions: [1, 2] });
  expect(staying.versions).toEqual(upTo(4));
});

test('members that leave in the middle of a push do not disturb the others', async () => {
  const feed = new MemoryFeed();
  const group = aGroup(feed);
  const members = upTo(4).map(() => new TestMember(0));
  const [first, second, third, fourth] = members as [TestMember, TestMember, TestMember, TestMember];
  first.onPush = () => {
    group.leave(first);
    group.leave(third);
  };
  for (const member of members) group.join(member);
  feed.tell();
  feed.tell();
  await settled();
  expect([first.versions, second.versions, fourth.versions]).toEqual([[1], [1, 2], [1, 2]]);
  // The payloads of a member and its position must agree: otherwise it would miss or repeat a change.
  expect(third.at).toBe(third.versions.length);
});

test('a group without members serves the next member from the position of that member', async () => {
  const feed = new MemoryFeed();
  const group = aGroup(feed);
  const gone = new TestMember(0);
  group.join(gone);
  group.leave(gone);
  feed.tell();
  feed.tell();
  await settled();
  const next = new TestMember(2);
  group.join(next);
  feed.tell();
  await settled();
  expect({ gone: gone.versions, next: next.versions }).toEqual({ gone: [], next: [3] });
});

test('a change is executed once, however many members there are and however often it is asked for', async () => {
  const shown: number[] = [];
  const schema = makeExecutableThings((version) => {
    shown.push(version);
  });
  const feed = new MemoryFeed();
  const group = aGroup(feed, { schema });
  for (const _one of upTo(5)) group.join(new TestMember(0));
  const change = feed.tell();
  await settled();
  await group.payloadOf(change);
  expect(shown).toEqual([1]);
});

test('a broken tail dismisses every member at its position', async () => {
  const feed = new MemoryFeed();
  const group = aGroup(feed);
  const member = new TestMember(0);
  group.join(member);
  feed.tell();
  await settled();
  await feed.tail.reach(feed.at(0), 1);
  await settled();
  expect(member).toMatchObject({ isDismissed: true, at: 1, versions: [1] });
});

test('a group that is slower than the ring dismisses its members without a gap', async () => {
  const feed = new MemoryFeed({ ringSize: 2 });
  const group = aGroup(feed, { schema: makeExecutableThings(settled) });
  const member = new TestMember(0);
  group.join(member);
  feed.tell();
  await settled();
  for (const _one of upTo(9)) feed.tell();
  while (!member.isDismissed) await settled();
  expect(member.versions).toEqual(upTo(member.at));
});

test('a field that reads who the viewer is dismisses every member before the change, and its payload throws OutsideAudience', async () => {
  const feed = new MemoryFeed();
  const group = aGroup(feed, { text: 'subscription { thing { version readBy } }' });
  const members = [new TestMember(0), new TestMember(0)];
  for (const member of members) group.join(member);
  const change = feed.tell();
  await settled();
  expect(members).toMatchObject(members.map(() => ({ isDismissed: true, at: 0, versions: [] })));
  await expect(group.payloadOf(change)).rejects.toThrow(OutsideAudience);
});

test('an error in a FeedPosition dismisses every member', async () => {
  const feed = new MemoryFeed();
  const group = aGroup(feed, {
    positionIntervalMs: 1,
    present: () => {
      throw new Error('not fit to be sent');
    },
  });
  const member = new TestMember(0);
  const dismissed = new Promise<void>((resolve) => {
    member.dismiss = resolve;
  });
  group.join(member);
  await dismissed;
  expect(member.versions).toEqual([]);
});

test('members receive a FeedPosition after an idle interval, however many members join meanwhile', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  const group = aGroup(new MemoryFeed(), { positionIntervalMs: 1_000 });
  const first = new TestMember(0);
  group.join(first);
  for (let joined = 0; joined < 3; joined += 1) {
    jest.advanceTimersByTime(400);
    group.join(new TestMember(0));
  }
  jest.useRealTimers();
  await settled();
  // A position belongs to no row, and so to no version.
  expect(first.versions).toEqual([0]);
});
