import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BuiltFiles } from '../../../src/transport/http/built-files.ts';
import { consoleRoute } from '../../../src/transport/http/console-route.ts';
import { rawRequest } from '../../support/raw-request.ts';

const SCRIPT = 'console.log(1);';
const PAGE = '<!doctype html><title>Console</title>';

let folder: string;
let servers: Server[];
let url: string;
let empty: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lockstep-console-'));
  const built = path.join(folder, 'dist');
  await mkdir(path.join(built, 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'secret.json'), '"secret"');
  await writeFile(path.join(built, '.stamp.json'), '"stamp"');
  await writeFile(path.join(built, 'index.html'), PAGE);
  await writeFile(path.join(built, 'assets/index-1a.js'), SCRIPT);
  await writeFile(path.join(built, 'assets/index-1a.js.br'), brotliCompressSync(SCRIPT));
  servers = [built, path.join(folder, 'nothing')].map((from) => {
    const route = consoleRoute(new BuiltFiles(from));
    return createServer((request, response) => void route(request, response));
  });
  const addresses = await Promise.all(
    servers.map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  );
  [url = '', empty = ''] = addresses;
});
afterAll(async () => {
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  await rm(folder, { recursive: true });
});

const html = { accept: 'text/html,*/*;q=0.8' };

describe('the console is not served', () => {
  test.each([
    '/../secret.json',
    '/assets/../../secret.json',
    '/%2e%2e/secret.json',
    '/assets/..%2f..%2fsecret.json',
    '/.stamp.json',
    '/index-1a.js',
    '/assets/index-1a.js.br',
    '/assets/',
  ])('for %s, which is no file of it', async (target) => {
    const { host } = new URL(url);
    const answer = await rawRequest(url, [`GET ${target} HTTP/1.1`, `Host: ${host}`]);
    expect(answer.status).toBe(404);
    expect(answer.body).toContain('NO_SUCH_PATH');
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('to a %s', async (method) => {
    expect((await fetch(`${url}/customers`, { method, headers: html })).status).toBe(404);
  });

  test('to a program that asks for no page', async () => {
    expect((await fetch(`${url}/customers`, { headers: { accept: 'application/json' } })).status).toBe(404);
  });
});

test('every path of a browser is answered with the page, under a policy that lets its own scripts and styles run alone', async () => {
  for (const at of ['/', '/customers', '/customers/1/2?tab=payments']) {
    const answer = await fetch(`${url}${at}`, { headers: html });
    expect([answer.status, await answer.text()]).toEqual([200, PAGE]);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  }
});

test('a page that has not changed is not sent again', async () => {
  const { headers } = await fetch(url, { headers: html });
  const again = await fetch(url, { headers: { ...html, 'if-none-match': headers.get('etag') ?? '' } });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test('files with a hash in their name are kept for ever, and sent as small as the client accepts', async () => {
  const ask = (accepted: string) =>
    rawRequest(url, [
      'GET /assets/index-1a.js HTTP/1.1',
      `Host: ${new URL(url).host}`,
      `Accept-Encoding: ${accepted}`,
    ]);
  const small = await ask('br, gzip');
  expect(small.headers['content-encoding']).toBe('br');
  expect(small.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(small.headers.vary).toBe('Accept-Encoding');
  const plain = await ask('gzip');
  expect([plain.headers['content-encoding'], plain.body]).toEqual([undefined, SCRIPT]);
  expect(plain.headers.etag).not.toBe(small.headers.etag);
});

test('where nothing was built, a sentence says what to do', async () => {
  const answer = await fetch(`${empty}/customers`, { headers: html });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('npm run console')]);
});
