import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Installation } from '../../support/installation.ts';
import { startTcpProxy, type TcpProxy } from '../../support/servers/tcp-proxy.ts';
import { Wire } from '../../support/wire.ts';

const KEEP_ALIVE_MS = 12_000;

let installation: Installation;
let frail: TcpProxy;

beforeAll(async () => {
  installation = await Installation.start();
  frail = await startTcpProxy(Number(new URL(installation.app.url).port));
});

afterAll(async () => {
  jest.useRealTimers();
  await frail.stop();
  await installation.stop();
});

/** Resolves when the server has received everything that the client sent before, as an answer to a ping shows. */
async function exchange(wire: Wire): Promise<void> {
  wire.send({ type: 'ping' });
  expect(await wire.next()).toEqual({ type: 'pong' });
}

test('a client that vanished is disconnected within two keep-alives, an idle one is not', async () => {
  jest.useFakeTimers({ doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask', 'Date'] });
  const { token } = installation.root;
  const idle = await Wire.signedIn(installation.app.url, token ?? '');
  await Wire.signedIn(`http://127.0.0.1:${frail.port}`, token ?? '');
  frail.swallow(true);

  jest.advanceTimersByTime(KEEP_ALIVE_MS);
  await exchange(idle); // it has had the ping
  await exchange(idle); // the server has had its pong
  jest.advanceTimersByTime(KEEP_ALIVE_MS);
  await frail.released();

  await exchange(idle);
  await idle.close();
});
