import { expect, test } from '@jest/globals';
import type { View } from '../../../src/graph/events/follow.ts';
import { MemoryFeed, settled } from '../../support/memory-feed.ts';
import { aGroup, TestMember } from '../../support/unit-group.ts';

/** A member that is a user. */
class Named extends TestMember {
  readonly userId: string;

  constructor(userId: string) {
    super(0);
    this.userId = userId;
  }
}

test('75 X: what is for one user is executed once and delivered to that user alone, live and caught up with', async () => {
  const feed = new MemoryFeed();
  const view: View = (change) => ({
    ...{ __typename: 'Thing', shownAs: 'Thing', change, row: change.image },
    ...(change.seq === 1 && { onlyFor: 'ada' }),
  });
  const group = aGroup(feed, { view });
  const [ada, bob, unknown] = [new Named('ada'), new Named('bob'), new TestMember(0)];
  for (const member of [ada, bob, unknown]) group.join(member);
  feed.tell();
  feed.tell();
  await settled();
  expect([ada, bob, unknown].map(({ versions }) => versions)).toEqual([[1, 2], [2], [2]]);
  const [first] = feed.tail.since(0, 1) ?? [];
  if (!first) throw new Error('The feed has lost its first change.');
  expect(await group.payloadOf(first, 'ada')).not.toBeNull();
  expect(await group.payloadOf(first, 'bob')).toBeNull();
  expect(await group.payloadOf(first)).toBeNull();
});
