import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createMetrics } from '../../../src/core/process/metrics.ts';
import { Drain } from '../../../src/transport/drain.ts';
import { BuiltFiles } from '../../../src/transport/http/built-files.ts';
import { PageLimits } from '../../../src/transport/http/page-limits.ts';
import type { PageStream } from '../../../src/transport/http/page-stream.ts';
import { statusPageRoute } from '../../../src/transport/http/status-page-route.ts';
import { PageStreamReader, readPage } from '../../support/page-reader.ts';

const JSON_FORM = { body: Buffer.from('{"name":"Acme"}'), etag: '"of-json"' };
const FEED_FORM = { body: Buffer.from('<feed/>'), etag: '"of-feed"' };
const BURST = 100;
const STREAMS = 60;
const drain = new Drain();
const readers = new Set<PageStream>();
let isStale = false;
let asked = 0;

const HTML = '<!doctype html><title>Status</title>';
const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-status-'));

const route = statusPageRoute({
  files: new BuiltFiles(folder),
  pages: {
    async view(slug) {
      asked += 1;
      if (slug === 'broken') throw new Error('no database');
      return slug === 'acme' ? { json: JSON_FORM, feed: FEED_FORM, isStale } : undefined;
    },
    async follow(_slug, reader) {
      readers.add(reader);
      reader.send(Buffer.from('event: status\nid: 1\ndata: {}\n\n'));
      return () => readers.delete(reader);
    },
  },
  limits: new PageLimits({ requestsPerSecond: BURST / 10, streamsPerNetwork: STREAMS, streams: STREAMS + 1 }),
  trustedProxies: 1,
  drain,
  metrics: createMetrics(),
});
const server = createServer((request, response) => void route(request, response));
let url: string;

beforeAll(async () => {
  await writeFile(path.join(folder, 'status.html'), HTML);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

let networks = 0;
/** A client in a network of its own. */
function from(ip?: string) {
  networks += 1;
  return { 'x-forwarded-for': ip ?? `10.0.${networks}.1` };
}

test('47: other methods are refused without a look at the page; every answer is for every origin, refusals included', async () => {
  const headers = from();
  const before = asked;
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    for (const path of ['acme', 'unknown', 'acme/events']) {
      const answer = await readPage(url, path, { method, headers });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
  }
  const ask = { ...headers, origin: 'https://a.test', 'access-control-request-method': 'GET' };
  const preflight = await readPage(url, 'acme', { method: 'OPTIONS', headers: ask });
  expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([
    204,
    'GET, HEAD',
  ]);
  expect(asked).toBe(before);
  const known = { ...headers, 'if-none-match': '"of-json"' };
  for (const [path, more, status] of [
    ['acme', headers, 200],
    ['acme', known, 304],
    ['unknown', headers, 404],
    ['broken', headers, 503],
    ['broken/events', headers, 503],
  ] as const) {
    const answer = await readPage(url, path, { headers: more });
    expect([path, answer.status]).toEqual([path, status]);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    if (status === 503) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(2);
    if (status > 304) expect(answer.headers.get('cache-control')).toBe('no-store');
  }
});

test('47: HEAD has the headers of GET and no body; the forms have their types and tags', async () => {
  const headers = from();
  for (const [path, type, { etag, body }] of [
    ['acme', 'application/json; charset=utf-8', JSON_FORM],
    ['acme/feed.atom', 'application/atom+xml; charset=utf-8', FEED_FORM],
  ] as const) {
    const answer = await readPage(url, path, { headers });
    expect([answer.text, answer.headers.get('content-type'), answer.headers.get('etag')]).toEqual([
      `${body}`,
      type,
      etag,
    ]);
    const head = await readPage(url, path, { method: 'HEAD', headers });
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', etag]);
    expect(head.headers.get('content-length')).toBe(`${body.length}`);
  }
});

test('47 X: a page that is not known to be current is kept by no cache, has no tag, and no feed', async () => {
  isStale = true;
  try {
    const headers = { ...from(), 'if-none-match': '"of-json"' };
    const page = await readPage(url, 'acme', { headers });
    expect([page.status, page.headers.get('cache-control'), page.headers.get('etag')]).toEqual([
      200,
      'no-store',
      null,
    ]);
    expect((await readPage(url, 'acme/feed.atom', { headers })).status).toBe(503);
  } finally {
    isStale = false;
  }
});

test('67: a browser that opens the address is shown the page, the same at every slug; caches keep it apart from the JSON', async () => {
  const before = asked;
  for (const slug of ['acme', 'nowhere', 'broken']) {
    const answer = await fetch(`${url}/status/${slug}`, {
      headers: { ...from(), accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    });
    expect([answer.status, await answer.text()]).toEqual([200, HTML]);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(answer.headers.get('vary')).toBe('Accept, Accept-Encoding');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
  }
  expect(asked).toBe(before);
  const json = await fetch(`${url}/status/acme`, { headers: { ...from(), accept: 'application/json' } });
  expect(json.headers.get('vary')).toBe('Accept');
  expect(json.headers.get('content-type')).toMatch(/^application\/json/);
  const tooDeep = await fetch(`${url}/status/acme/more`, { headers: { ...from(), accept: 'text/html' } });
  expect(tooDeep.status).toBe(404);
});

test('47: readers come back at different times', async () => {
  const headers = from();
  const ages = new Set<string | null>();
  for (let count = 0; count < 50; count += 1)
    ages.add((await readPage(url, 'acme', { headers })).headers.get('cache-control'));
  expect(ages.size).toBeGreaterThan(5);
});

test('47 D: a network that asks too often gets 429 with Retry-After, before the page is looked at, and no other network does', async () => {
  const own = { headers: from('192.0.2.1') };
  const answers = await Promise.all(Array.from({ length: 3 * BURST }, () => readPage(url, 'acme', own)));
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(BURST);
  const before = asked;
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  const neighbour = await readPage(url, 'acme', { headers: from('192.0.2.77') });
  const [one] = [neighbour, ...refused].filter(({ status }) => status === 429);
  expect(one?.page.errors[0].extensions).toMatchObject({
    code: 'RATE_LIMITED',
    rule: 'TOO_MANY_PAGE_REQUESTS',
  });
  expect(one?.headers.get('access-control-allow-origin')).toBe('*');
  expect(Number(one?.headers.get('retry-after'))).toBeGreaterThanOrEqual(2);
  expect(asked - before).toBeLessThanOrEqual(1);
  expect((await readPage(url, 'acme', { headers: from('192.0.3.1') })).status).toBe(200);
});

test('47 D: the streams of a network and of a node are bounded, and their retries spread over seconds', async () => {
  const streams = await Promise.all(
    Array.from({ length: STREAMS }, () => PageStreamReader.open(url, 'acme', from('198.51.100.7'))),
  );
  const retries = await Promise.all(
    streams.map(async (stream) => Number(/^retry: (\d+)$/.exec((await stream.block()) ?? '')?.[1])),
  );
  expect(Math.min(...retries)).toBeGreaterThanOrEqual(2_000);
  expect(Math.max(...retries) - Math.min(...retries)).toBeGreaterThan(5_000);
  const more = await PageStreamReader.open(url, 'acme', from('198.51.100.8'));
  expect(more.response.status).toBe(429);
  const other = await PageStreamReader.open(url, 'acme', from('198.51.101.1'));
  expect(other.response.status).toBe(200);
  const full = await PageStreamReader.open(url, 'acme', from('198.51.102.1'));
  expect(full.response.status).toBe(503);
  // A server that stops sends them away, and none of them stays counted.
  await drain.run(2_000);
  for (const stream of [...streams, other]) while ((await stream.block()) !== null);
  expect(readers.size).toBe(0);
});
