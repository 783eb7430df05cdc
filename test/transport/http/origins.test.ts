import { request } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { jsonLog } from '../../../src/core/process/json-log.ts';
import { aStage } from '../../support/stage.ts';

const PAGE = 'https://console.example.com';
const APPS = [
  'capacitor://localhost',
  'ionic://localhost',
  'tauri://localhost',
  'chrome-extension://abcdefgh',
];
const FOREIGN = 'https://evil.example.com';

const lines: string[] = [];
const log = jsonLog('warn', { write: (line: string) => lines.push(line) });
const { installation } = await aStage({}, { CORS_ORIGINS: [PAGE, ...APPS].join(',') }, log);
const { url } = installation.app;

/** Opens a socket with the headers of a browser; returns whether the server accepts it. */
function isAccepted(origin: string, host: string): Promise<boolean> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers: { origin, host },
  });
  return new Promise((resolve) => {
    socket.on('open', () => resolve(true));
    socket.on('error', () => resolve(false));
  }).finally(() => socket.terminate()) as Promise<boolean>;
}

/** Sends a request with the headers of a browser; `fetch` would replace them. */
function headersOf(method: string, headers: Record<string, string>) {
  return new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]> }>((resolve) => {
    const asking = request(`${url}/graphql?query=%7B__typename%7D`, { method, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, headers: response.headers });
    });
    asking.end();
  });
}

const preflight = (origin: string, asked: string) =>
  headersOf('OPTIONS', {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': asked,
  });

describe('a page of the server’s own origin may open a socket', () => {
  test.each([
    ['https://a.example', 'a.example:443'],
    ['https://a.example', 'A.Example'],
    ['https://a.example:443', 'a.example'],
    ['http://a.example', 'a.example:80'],
    ['http://a.example:8080', 'A.EXAMPLE:8080'],
    ['https://[::1]', '[::1]:443'],
  ])('%s at %s', async (origin, host) => {
    expect(await isAccepted(origin, host)).toBe(true);
  });

  test.each([
    ['https://a.example', 'a.example:80'],
    ['https://a.example:8443', 'a.example'],
    ['https://a.example', 'b.example'],
    ['null', 'a.example'],
    ['file://', 'a.example'],
    ['capacitor://a.example', 'a.example'],
  ])('X: a page of another one may not: %s at %s', async (origin, host) => {
    expect(await isAccepted(origin, host)).toBe(false);
  });
});

test.each([...APPS, PAGE, `${PAGE}:443`, 'https://Console.example.com'])(
  '%s is allowed by the setting',
  async (origin) => {
    expect(await isAccepted(origin, 'a.example')).toBe(true);
    const { headers } = await headersOf('GET', { origin });
    expect(headers['access-control-allow-origin']).toBe(origin);
  },
);

test('a page of a listed origin may send any header, and its browser asks for that once in two hours', async () => {
  const asked = 'authorization, traceparent, tracestate, baggage, x-request-id, apollographql-client-name';
  const { status, headers } = await preflight(PAGE, asked);
  expect([status, headers]).toMatchObject([
    204,
    {
      'access-control-allow-origin': PAGE,
      'access-control-allow-headers': asked,
      'access-control-allow-methods': 'GET, POST',
      'access-control-max-age': '7200',
      vary: 'Origin, Access-Control-Request-Headers',
    },
  ]);
  expect(headers).not.toHaveProperty('access-control-allow-credentials');
});

test('an answer to a listed origin says whom it is for, without credentials', async () => {
  const { headers } = await headersOf('GET', { origin: PAGE });
  expect(headers).toMatchObject({
    'access-control-allow-origin': PAGE,
    'access-control-expose-headers': 'x-request-id, retry-after, ratelimit, ratelimit-policy',
    vary: 'Origin',
  });
  expect(headers).not.toHaveProperty('access-control-allow-credentials');
});

test('X: no page of another origin may read an answer, and caches keep the answers apart', async () => {
  for (const answer of [
    await headersOf('GET', { origin: FOREIGN }),
    await preflight(FOREIGN, 'authorization'),
  ]) {
    expect(answer.headers.vary).toContain('Origin');
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
  expect((await headersOf('GET', {})).headers.vary).toBe('Origin');
});

async function refusedSoFar(): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^lockstep_refused_origins_total (\d+)$/m.exec(text)?.[1]);
}

test('each refused origin is counted; one is logged, and many do not fill the log', async () => {
  const before = await refusedSoFar();
  for (let time = 0; time < 20; time += 1) await isAccepted(FOREIGN, 'a.example');
  const refusals = lines.filter((line) => line.includes('origin refused: CORS_ORIGINS'));
  expect(await refusedSoFar()).toBe(before + 20);
  expect(refusals).toHaveLength(1);
  expect(JSON.parse(refusals[0] ?? '')).toMatchObject({ level: 'warn', origin: expect.any(String) });
});
