import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createMetrics } from '../../../src/core/process/metrics.ts';
import { Drain } from '../../../src/transport/drain.ts';
import { HttpServer, type HttpServerParts } from '../../../src/transport/http/http-server.ts';
import { STATUS_PAGES } from '../../../src/transport/http/status-page-route.ts';
import { UnsentAnswers } from '../../../src/transport/unsent-answers.ts';
import { connectTo } from '../../support/raw-request.ts';
import { silentLog } from '../../support/silent-log.ts';

/** Answers when the whole of a request has arrived. */
async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += chunk;
  response.end(`arrived ${body.length}`);
}

/** Answers without a look at the body. */
const ignore = (_request: IncomingMessage, response: ServerResponse) => void response.end('answered');

const server = new HttpServer({
  host: '127.0.0.1',
  port: 0,
  pipeline: {} as HttpServerParts['pipeline'],
  sockets: {} as HttpServerParts['sockets'],
  drain: new Drain(),
  metrics: createMetrics(),
  log: silentLog,
  routes: new Map<string, HttpServerParts['graphiql']>([
    ['/attachments', echo],
    ['/imports/customers', echo],
  ]),
  console: ignore,
  graphiql: echo,
  statusPages: echo,
  corsOrigins: [],
  trustedProxies: 0,
  arrival: { headersMs: 200, bodyMs: 200, checkMs: 20 },
  idleTimeoutMs: 600_000,
  sendTimeoutMs: 600_000,
  unsent: new UnsentAnswers(1_000, () => {}),
});
let url: string;

beforeAll(async () => {
  url = await server.listen();
});

afterAll(() => server.stop(0));

const head = (request: string, ...more: string[]) =>
  [`${request} HTTP/1.1`, 'Host: lockstep.test', ...more].join('\r\n');
const IN_CHUNKS = ['Transfer-Encoding: chunked', '', ''];

interface Trickle {
  /** Sends these bytes as the last ones. */
  finish(last: string): void;
  /** The answer, up to the end of the connection. */
  readonly ended: Promise<string>;
}

/** Sends the beginning of a request, and then the same bytes for as long as the server takes them. */
async function trickle(beginning: string, bytes: string): Promise<Trickle> {
  const socket = await connectTo(url);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  socket.write(beginning);
  const sending = setInterval(() => socket.write(bytes), 10);
  const ended = once(socket, 'close').then(() => {
    clearInterval(sending);
    return answer;
  });
  const finish = (last: string) => {
    clearInterval(sending);
    socket.end(last);
  };
  return { finish, ended };
}

test('headers that come byte by byte and never end are refused with 408, and the client is disconnected', async () => {
  const { ended } = await trickle(head('POST /graphql', 'X-Slow: '), 'x');
  expect(await ended).toMatch(/^HTTP\/1\.1 408 [\s\S]*TOO_LATE/);
});

test.each(['POST /attachments', 'GET /attachments?token=x', `PUT ${STATUS_PAGES}x`])(
  'a body without an end (%s) is refused with 408, and the client is disconnected',
  async (request) => {
    const inChunks = await trickle(head(request, ...IN_CHUNKS), '1\r\nx\r\n');
    const ofLength = await trickle(head(request, 'Content-Length: 9000000', '', ''), 'x');
    for (const { ended } of [inChunks, ofLength])
      expect(await ended).toMatch(/^HTTP\/1\.1 408 [\s\S]*TOO_LATE/);
  },
);

test('a client that was answered before is disconnected too, when its body has no end', async () => {
  const { ended } = await trickle(head('POST /nowhere', ...IN_CHUNKS), '1\r\nx\r\n');
  expect(await ended).toMatch(/^HTTP\/1\.1 200 [\s\S]*answered$/);
});

test('the body of a file alone may take longer, and a connection that waits for a request is kept', async () => {
  const socket = await connectTo(url);
  const answers = async () => ((await once(socket, 'data')) as [Buffer])[0].toString();
  for (const [path, answer] of [
    ['/imports/customers', 'arrived 1'],
    ['/nowhere', 'answered'],
  ] as const) {
    socket.write(head(`POST ${path}`, 'Content-Length: 1', '', 'x'));
    expect(await answers()).toContain(answer);
  }
  const file = await trickle(head('PUT /attachments?id=x', ...IN_CHUNKS), '1\r\nx\r\n');
  const other = await trickle(head('POST /attachments', ...IN_CHUNKS), '1\r\nx\r\n');
  await other.ended;
  file.finish('0\r\n\r\n');
  expect(await file.ended).toMatch(/^HTTP\/1\.1 200 [\s\S]*arrived/);
  socket.write(head('POST /nowhere', 'Content-Length: 1', '', 'x'));
  expect(await answers()).toContain('answered');
  socket.destroy();
});
