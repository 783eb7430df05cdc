import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { Installation } from '../../support/installation.ts';
import { connectTo } from '../../support/raw-request.ts';
import { aStage } from '../../support/stage.ts';

const SEND_TIMEOUT_MS = 1_500;
const { installation } = await aStage({}, { SEND_TIMEOUT_MS: String(SEND_TIMEOUT_MS) });
const { url } = installation.app;

const SCHEMA = encodeURIComponent(
  '{ __schema { types { name description fields { name description type { name } } } } }',
);
/** More than the kernels keep between the two ends of a connection. */
const MANY = 24;

/** So many texts of the schema take a slow reader many times the limit. */
const SLOWLY_READ = 12;

const TEXT = 'GET /schema.graphql HTTP/1.1\r\nHost: x\r\n\r\n';
const ANSWER = `GET /graphql?query=${SCHEMA} HTTP/1.1\r\nHost: x\r\n\r\n`;

/** Opens a connection that sends requests and reads nothing. */
async function stuck(at: string, requests: string): Promise<Socket> {
  const socket = await connectTo(at);
  socket.pause();
  socket.write(requests);
  return socket;
}

/** Reads texts of the schema through a slow link, which takes many times the limit; returns how much has come. */
async function readSlowly(at: string): Promise<number> {
  const socket = await connectTo(at);
  let bytes = 0;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
    socket.pause();
    setTimeout(() => socket.resume(), 40);
  });
  socket.write(TEXT.repeat(SLOWLY_READ - 1) + TEXT.replace('Host', 'Connection: close\r\nHost'));
  await once(socket, 'close');
  return bytes;
}

/** Reads everything that was kept for a connection; returns how many answers are complete. */
async function answersOn(socket: Socket, length: number): Promise<number> {
  let bytes = 0;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
  });
  socket.resume();
  await once(socket, 'close');
  return Math.floor(bytes / length);
}

async function sizeOf(requests: string): Promise<number> {
  const [, path = ''] = /GET (\S+)/.exec(requests) ?? [];
  // As the plain connections ask for it: not compressed.
  const headers = { 'accept-encoding': 'identity' };
  return (await (await fetch(`${url}${path}`, { headers })).arrayBuffer()).byteLength;
}

describe('a client that does not read what it has requested', () => {
  test.each([
    ['the schema', TEXT],
    ['large answers', ANSWER],
  ])(
    '(%s) is disconnected; a slow one that reads without pause receives everything',
    async (_what, request) => {
      const length = await sizeOf(request);
      const socket = await stuck(url, request.repeat(MANY));
      expect(await readSlowly(url)).toBeGreaterThan(SLOWLY_READ * (await sizeOf(TEXT)));
      expect(await answersOn(socket, length)).toBeLessThan(MANY);
    },
  );
});

describe('more unsent bytes than the limit', () => {
  test('cost the network that has most of them its oldest answers, and no other network anything', async () => {
    const bounded = await Installation.start({
      TRUSTED_PROXIES: '1',
      MAX_UNSENT_ANSWER_BYTES: String(8 * 1_024 * 1_024),
      SEND_TIMEOUT_MS: '600000',
      IDLE_TIMEOUT_MS: '1000',
    });
    const at = bounded.app.url;
    const from = (network: string, request: string) =>
      request.replace('Host', `X-Forwarded-For: ${network}\r\nHost`);
    const length = await sizeOf(ANSWER);
    const quiet = await stuck(at, from('198.51.100.7', ANSWER).repeat(4));
    const greedy = [];
    for (let number = 0; number < 6; number += 1) {
      greedy.push(await stuck(at, from('192.0.2.1', ANSWER).repeat(MANY)));
      // Answered after what has come before it.
      await fetch(`${at}/health/live`);
    }
    await fetch(`${at}/graphql?query=${SCHEMA}`).then((response) => response.text());
    const complete = await Promise.all(greedy.map((socket) => answersOn(socket, length)));
    expect(complete.filter((count) => count < MANY).length).toBeGreaterThan(0);
    expect(await answersOn(quiet, length)).toBe(4);
    await bounded.stop();
  });
});
