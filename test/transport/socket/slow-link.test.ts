import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { KeepAlive } from '../../../src/transport/socket/keep-alive.ts';
import { SlowLink } from '../../support/servers/slow-link.ts';

const INTERVAL_MS = 1_000;
/** The link needs about five seconds for it. */
const LARGE = Buffer.alloc(16_000_000, 'x');

const http = createServer();
const sockets = new WebSocketServer({ server: http });
let port: number;

beforeAll(async () => {
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  port = (http.address() as AddressInfo).port;
});

afterAll(() => {
  sockets.close();
  http.close();
});

/** The two ends of a socket over a slow link, and whether the server has given the client up. */
async function connect(link: SlowLink) {
  const client = new WebSocket(`ws://127.0.0.1:${link.port}`);
  client.on('error', () => {});
  const [server, { socket: stream }] = await once(sockets, 'connection');
  const state = { isVanished: false };
  const keepAlive = new KeepAlive({
    socket: server,
    stream,
    intervalMs: INTERVAL_MS,
    onVanished: () => Object.assign(state, { isVanished: true }),
  });
  server.on('close', () => keepAlive.stop());
  return { client, server, state };
}

test('a client that reads a large answer without pause is alive, although its pong comes after many keep-alives', async () => {
  const link = await SlowLink.start(port);
  const { client, server, state } = await connect(link);
  server.send(LARGE);
  const [received] = await once(client, 'message');
  expect([received.length, state.isVanished]).toEqual([LARGE.length, false]);
  client.close();
  await once(server, 'close');
  link.stop();
});

test('a client that takes nothing of a large answer is disconnected', async () => {
  const link = await SlowLink.start(port);
  const { client, server, state } = await connect(link);
  link.freeze();
  server.send(LARGE);
  await once(server, 'close');
  expect(state.isVanished).toBe(true);
  client.terminate();
  link.stop();
});
