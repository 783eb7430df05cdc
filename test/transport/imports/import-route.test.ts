import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import type { Viewer } from '../../../src/core/rights/viewer.ts';
import type { BulkJob } from '../../../src/generated/prisma/client.ts';
import type { ContextMaker } from '../../../src/operations/operation-context.ts';
import type { Signed } from '../../../src/transport/exports/sign-in.ts';
import { arrivingBytes, FileTooSlow } from '../../../src/transport/imports/arriving-bytes.ts';
import { type Importer, importRoute } from '../../../src/transport/imports/import-route.ts';
import type { OperationPipeline } from '../../../src/transport/pipeline/operation-pipeline.ts';
import { rawRequest, ruleOf as ruleIn } from '../../support/raw-request.ts';
import { silentLog } from '../../support/silent-log.ts';

const job = { id: 'job', kind: 'CUSTOMERS_IMPORT', status: 'QUEUED', total: 1 } as unknown as BulkJob;
let received: number[] = [];
let release: () => void = () => {};
let isHeld = Promise.resolve();
const importer: Importer = {
  name: 'customersImport',
  columns: { known: ['externalId', 'company'], required: ['externalId', 'company'] },
  keyOf: () => null,
  mayImport: () => true,
  run: async (_ctx, { lines }) => {
    received = [];
    for await (const { line } of lines()) received.push(line);
    await isHeld;
    return { value: job, cursor: 'a' };
  },
};
const viewer = { userId: 'ada' } as unknown as Viewer;
const signIn = async () => ({ viewer, authorization: 'Bearer a', ip: null }) as Signed;
const pipeline = { fetch: async () => new Response('{"data":{}}') } as unknown as OperationPipeline;
const contextFor = (() => ({ viewer })) as unknown as ContextMaker;
const route = importRoute({ pipeline, signIn, contextFor, log: silentLog }, importer);
const server = createServer((request: IncomingMessage, response) => void route(request, response));
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/imports/customers`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

afterEach(() => {
  jest.useRealTimers();
});

const HEAD = 'externalId,company\n';

async function ruleOf(format: string, body: string): Promise<string> {
  const answer = await fetch(`${url}?format=${format}`, { method: 'POST', body });
  return /"rule":"(\w+)"/.exec(await answer.text())?.[1] ?? '';
}

test('B: a user has one file received at a time, and learns when to send the next', async () => {
  isHeld = new Promise((resolve) => {
    release = resolve;
  });
  const first = fetch(url, { method: 'POST', body: `${HEAD}A,Alder\n` });
  while (received.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const second = await fetch(url, { method: 'POST', body: `${HEAD}B,Birch\n` });
  expect([second.status, second.headers.get('retry-after')]).toEqual([503, '5']);
  release();
  expect((await first).status).toBe(202);
});

test('B: 100,000 rows are taken and one more is refused, in both formats, and empty lines count', async () => {
  const line = '{"externalId":"A","company":"B"}\n';
  expect(await ruleOf('csv', HEAD + 'A,B\n'.repeat(100_000))).toBe('');
  expect(received.at(-1)).toBe(100_001);
  expect(await ruleOf('csv', HEAD + 'A,B\n'.repeat(100_001))).toBe('FILE_TOO_MANY_ROWS');
  expect(await ruleOf('csv', HEAD + '\n'.repeat(100_001))).toBe('FILE_TOO_MANY_ROWS');
  expect(await ruleOf('jsonl', line.repeat(100_000))).toBe('');
  expect(received.at(-1)).toBe(100_000);
  expect(await ruleOf('jsonl', line.repeat(100_001))).toBe('FILE_TOO_MANY_ROWS');
  expect(await ruleOf('jsonl', '\n'.repeat(100_001))).toBe('FILE_TOO_MANY_ROWS');
});

test('B: one record of 31 MB, a quote that never ends, is refused at 64 kB of it', async () => {
  const record = `${HEAD}A,"${'x'.repeat(31_000_000)}`;
  expect(await ruleOf('csv', record)).toBe('QUOTE_NEVER_ENDS');
  expect(await ruleOf('jsonl', `{"externalId":"${'x'.repeat(31_000_000)}`)).toBe('FILE_ROW_TOO_LONG');
});

test('B: each row is named by the line in which it begins, after cells of several lines and either line break', async () => {
  const file = `${HEAD}A,"a\nb\r\nc"\r\n\r\nB,"""\n"\nC,c`;
  await fetch(url, { method: 'POST', body: file });
  expect(received).toEqual([2, 6, 8]);
});

test('B: a client that falls silent is answered with 408 and a sentence, and disconnected', async () => {
  const { host } = new URL(url);
  const head = ['POST /imports/customers HTTP/1.1', `Host: ${host}`, 'Content-Length: 1000'];
  const answer = await rawRequest(url, head, `${HEAD}A,Alder\n`);
  expect([answer.status, answer.headers.connection]).toEqual([408, 'close']);
  expect(ruleIn(answer)).toBe('IMPORT_TOO_SLOW');
}, 60_000);

/** The bytes of a request that sends one byte after each of these pauses. */
function sentAfter(...pauses: number[]) {
  jest.useFakeTimers();
  async function* sent() {
    for (const ms of pauses) {
      await new Promise((resolve) => setTimeout(resolve, ms));
      yield Buffer.of(1);
    }
  }
  return arrivingBytes({ iterator: sent } as unknown as IncomingMessage);
}

test('B: a file takes as long as the server needs to store it, and a client that sends a byte now and then does not', async () => {
  const stored = sentAfter(0, 0);
  const first = stored.next();
  await jest.advanceTimersByTimeAsync(1);
  await first;
  await jest.advanceTimersByTimeAsync(600_000);
  const second = stored.next();
  await jest.advanceTimersByTimeAsync(1);
  expect((await second).done).toBe(false);

  const dripping = sentAfter(14_000, 14_000, 14_000, 14_000, 14_000);
  const ended = (async () => {
    for await (const _byte of dripping);
  })().catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(70_000);
  expect(await ended).toBeInstanceOf(FileTooSlow);
});
