import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Viewer } from '../../../src/core/rights/viewer.ts';
import { schema } from '../../../src/schema.ts';
import { listExportRoute } from '../../../src/transport/exports/list-export-route.ts';
import type { Signed } from '../../../src/transport/exports/sign-in.ts';
import type { OperationPipeline } from '../../../src/transport/pipeline/operation-pipeline.ts';
import { silentLog } from '../../support/silent-log.ts';

const FULL = Array.from({ length: 100 }, (_, index) => ({ company: `Alder ${index}` }));
const page = (nodes: readonly object[], hasNextPage: boolean) => ({
  data: { customers: { nodes, pageInfo: { hasNextPage, endCursor: hasNextPage ? 'next' : null } } },
});
const refused = (extensions: object) => ({ data: null, errors: [{ message: 'No.', extensions }] });

/** The answers to the operations of the next export. */
let answers: object[] = [];
const pipeline = {
  fetch: async () => new Response(JSON.stringify(answers.shift())),
} as unknown as OperationPipeline;
const viewer = { userId: 'ada', permissions: new Set(['customers:read']) } as unknown as Viewer;
const signIn = async () => ({ viewer, authorization: 'Bearer a', ip: null }) as Signed;
const route = listExportRoute({ schema, pipeline, signIn, log: silentLog });
const server = createServer((request: IncomingMessage, response) => void route(request, response));
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/exports/list?list=customers&columns=company`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

test('an export whose client loses a right between two pages breaks its connection: no file that was cut looks whole', async () => {
  answers = [page(FULL, true), refused({ code: 'FORBIDDEN' })];
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toThrow();
});

test('an export that is refused before its first row gives the refusal', async () => {
  answers = [refused({ code: 'FORBIDDEN' })];
  const answer = await fetch(url);
  expect([answer.status, await answer.json()]).toEqual([400, refused({ code: 'FORBIDDEN' })]);
});

test('a page that must wait is asked for again', async () => {
  answers = [
    page(FULL, true),
    refused({ code: 'RATE_LIMITED', retryAfter: 0.01 }),
    page([{ company: 'Birch' }], false),
  ];
  const lines = (await (await fetch(url)).text()).split('\n');
  expect([lines.length, lines.at(-2)]).toEqual([103, 'Birch']);
});
