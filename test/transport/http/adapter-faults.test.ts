import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jsonLog } from '../../../src/core/process/json-log.ts';
import { createMetrics } from '../../../src/core/process/metrics.ts';
import { Drain } from '../../../src/transport/drain.ts';
import { HttpServer, type HttpServerParts } from '../../../src/transport/http/http-server.ts';
import { ARRIVAL_LIMITS } from '../../../src/transport/http/limit-arrival.ts';
import { UnsentAnswers } from '../../../src/transport/unsent-answers.ts';

const lines: string[] = [];

function fail(): never {
  throw new Error('the adapter has failed');
}

function failLate(_request: IncomingMessage, response: ServerResponse): never {
  response.writeHead(200).write('the beginning');
  fail();
}

/** A server that fails before, in and after its pipeline. */
const server = new HttpServer({
  host: '127.0.0.1',
  port: 0,
  pipeline: { handleNodeRequestAndResponse: async () => fail() } as Partial<
    HttpServerParts['pipeline']
  > as HttpServerParts['pipeline'],
  sockets: {} as HttpServerParts['sockets'],
  drain: new Drain(),
  metrics: createMetrics(),
  log: jsonLog('debug', { write: (line: string) => lines.push(line) }),
  routes: new Map<string, HttpServerParts['graphiql']>([
    ['/broken', fail],
    ['/broken-off', failLate],
  ]),
  console: fail,
  graphiql: fail,
  statusPages: fail,
  corsOrigins: [],
  trustedProxies: 0,
  arrival: ARRIVAL_LIMITS,
  idleTimeoutMs: 1_000,
  sendTimeoutMs: 1_000,
  unsent: new UnsentAnswers(1_000, () => {}),
});
let url: string;

beforeAll(async () => {
  url = await server.listen();
});

afterAll(() => server.stop(0));

test.each([
  ['in a plain route', '/broken', {}],
  ['in GraphiQL', '/graphql', { accept: 'text/html' }],
  ['in what surrounds the plugins of the pipeline', '/graphql?query=%7B__typename%7D', {}],
])('13: an error %s is answered with 500 and without its text', async (_where, target, headers) => {
  const answer = await fetch(`${url}${target}`, { headers });
  const { errors } = JSON.parse(await answer.text());
  expect([answer.status, errors]).toEqual([
    500,
    [
      {
        message: 'Internal server error.',
        extensions: { code: 'INTERNAL_SERVER_ERROR', rule: 'SERVER_FAULT', params: {} },
      },
    ],
  ]);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
});

test('13: an answer whose error comes after its beginning is broken off, so that no client takes it for whole', async () => {
  const answer = await fetch(`${url}/broken-off`);
  await expect(answer.text()).rejects.toThrow('terminated');
});

test('the first of these errors is logged with its cause, and the others do not fill the log', () => {
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'error', err: { message: 'the adapter has failed', stack: expect.any(String) } },
  ]);
});
