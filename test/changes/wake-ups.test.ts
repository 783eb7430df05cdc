import { expect, test } from '@jest/globals';
import { PubSub } from 'graphql-subscriptions';
import { MessageSigner } from '../../src/changes/message-signer.ts';
import { type WakeUp, WakeUps } from '../../src/changes/wake-ups.ts';
import { createMetrics } from '../../src/core/process/metrics.ts';
import { silentLog } from '../support/silent-log.ts';

test('a wake-up of a node that does not say whose the actor is has its reader read the log', async () => {
  const [engine, key] = [new PubSub(), Buffer.alloc(32)];
  const wakeUps = new WakeUps({ engine, key, entities: new Map(), log: silentLog, metrics: createMetrics() });
  const heard: WakeUp[] = [];
  wakeUps.listen('a', (wakeUp) => heard.push(wakeUp));
  for (const change of [{ actorOfPlatform: false }, {}]) {
    const changes = [{ feed: 'a', seq: '1', image: {}, before: {}, ...change }];
    const body = JSON.stringify({ feed: 'a', epoch: 'e', changes });
    await engine.publish('feed:a', new MessageSigner(key).sign(body));
  }
  expect(heard).toMatchObject([
    { epoch: 'e', changes: [{ seq: 1 }] },
    { epoch: 'e', changes: [] },
  ]);
});
