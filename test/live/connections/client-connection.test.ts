import { describe, expect, jest, test } from '@jest/globals';
import type { ActingViewer, Credentials, Identity } from '../../../src/core/rights/identity.ts';
import type { Viewer } from '../../../src/core/rights/viewer.ts';
import { ClientConnection } from '../../../src/live/connections/client-connection.ts';

const LATER = new Date(Date.now() + 3_600_000);

/** An identity whose answers the test gives, in any order. Its tokens are `user/session`. */
class SlowIdentity implements Identity {
  readonly asked: { credentials: Credentials; answer: (viewer: Viewer | null) => void }[] = [];

  async verify(token: string): Promise<Credentials> {
    const [userId = '', sessionId = ''] = token.split('/');
    return { userId, sessionId, expiresAt: LATER };
  }

  acting(credentials: Credentials): Promise<ActingViewer | null> {
    return new Promise((resolve) => {
      const answer = (viewer: Viewer | null) => resolve(viewer && { viewer, endsAt: LATER });
      this.asked.push({ credentials, answer });
    });
  }

  async viewer(credentials: Credentials): Promise<Viewer | null> {
    return (await this.acting(credentials))?.viewer ?? null;
  }
}

const viewer = (rightsVersion: number, userId = 'ada') => ({ userId, rightsVersion }) as Viewer;

/** A connection that has signed in with rights of version 1. */
async function signedIn(): Promise<{ connection: ClientConnection; identity: SlowIdentity }> {
  const identity = new SlowIdentity();
  const connection = new ClientConnection(identity, async () => () => {}, null);
  const done = connection.authenticate('ada/first');
  await turn();
  identity.asked[0]?.answer(viewer(1));
  await done;
  return { connection, identity };
}

/** Lets all work continue that waits for nothing. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('reads of rights that overlap', () => {
  test('X: a read that is requested during another one starts after it, once for all callers', async () => {
    const { connection, identity } = await signedIn();
    const first = connection.refresh();
    await turn();
    const others = [connection.refresh(), connection.refresh()];
    identity.asked[1]?.answer(viewer(2));
    await first;
    await turn();
    identity.asked[2]?.answer(viewer(3));
    await Promise.all(others);
    expect([identity.asked.length, connection.viewer?.rightsVersion]).toEqual([3, 3]);
  });

  test('X: a new token whose viewer was read before the rights were withdrawn does not restore them', async () => {
    const { connection, identity } = await signedIn();
    const ping = connection.authenticate('ada/second');
    await turn();
    const refresh = connection.refresh();
    await turn();
    identity.asked[2]?.answer(viewer(2));
    await refresh;
    identity.asked[1]?.answer(viewer(1));
    await ping;
    expect(connection.viewer?.rightsVersion).toBe(2);
    expect(connection.sessionId).toBe('second');
  });

  test('X: a token that is refused does not discard a read that overlaps with it', async () => {
    const { connection, identity } = await signedIn();
    const refresh = connection.refresh();
    await turn();
    const ping = connection.adopt('ada/dead');
    await turn();
    identity.asked[2]?.answer(null);
    expect(await ping).toBe(false);
    identity.asked[1]?.answer(viewer(2));
    await refresh;
    expect(connection.viewer?.rightsVersion).toBe(2);
  });

  test('L: the end of the first session does not matter once another token was taken', async () => {
    const { connection, identity } = await signedIn();
    const refresh = connection.refresh();
    await turn();
    const ping = connection.authenticate('ada/second');
    await turn();
    identity.asked[2]?.answer(viewer(1));
    await ping;
    identity.asked[1]?.answer(null);
    await turn();
    identity.asked[3]?.answer(viewer(2));
    await refresh;
    expect([connection.endReason, connection.viewer?.rightsVersion]).toEqual([null, 2]);
    expect(identity.asked[3]?.credentials.sessionId).toBe('second');
  });

  test('X: a read that began before the end does not restore the viewer', async () => {
    const { connection, identity } = await signedIn();
    const refresh = connection.refresh();
    await turn();
    connection.end('TOKEN_EXPIRED');
    identity.asked[1]?.answer(viewer(2));
    await refresh;
    expect([connection.endReason, connection.viewer]).toEqual(['TOKEN_EXPIRED', null]);
  });

  test('X: of two users who sign in at the same moment on one connection, one is accepted, with nothing of the other', async () => {
    const identity = new SlowIdentity();
    const connection = new ClientConnection(identity, async () => () => {}, null);
    const [ada, bob] = [connection.adopt('ada/first'), connection.adopt('bob/first')];
    await turn();
    identity.asked[1]?.answer(viewer(1, 'bob'));
    expect(await bob).toBe(true);
    identity.asked[0]?.answer(viewer(1, 'ada'));
    expect([await ada, connection.viewer?.userId]).toEqual([false, 'bob']);
  });
});

test('a request that is not kept open leaves no timer', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'Date'] });
  try {
    for (let request = 0; request < 100; request += 1) await signedIn();
    const { connection } = await signedIn();
    const ofRequests = jest.getTimerCount();
    await connection.keep();
    const whileKept = jest.getTimerCount();
    connection.close();
    expect([ofRequests, whileKept, jest.getTimerCount()]).toEqual([0, 1, 0]);
  } finally {
    jest.useRealTimers();
  }
});
