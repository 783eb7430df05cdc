import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { createMetrics } from '../../../src/core/process/metrics.ts';
import { metricsRoute } from '../../../src/transport/http/metrics-route.ts';

const TOKEN = 'a-token_of.enough~characters+/==';

interface Asking {
  readonly token?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** The address that the client pretends to have. */
  readonly from?: string;
}

/** Asks the route, without `fetch`, which sets the host itself. */
async function ask({ token, method = 'GET', headers = {}, from }: Asking) {
  const route = metricsRoute(createMetrics(), token);
  const server = createServer((request, response) => {
    if (from) Object.defineProperty(request.socket, 'remoteAddress', { value: from });
    void route(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  const lines = Object.entries({ host: `localhost:${port}`, connection: 'close', ...headers });
  socket.write([`${method} /metrics HTTP/1.1`, ...lines.map((line) => line.join(': ')), '\r\n'].join('\r\n'));
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  await new Promise((resolve) => server.close(resolve));
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body };
}

test.each(['POST', 'HEAD', 'PUT', 'OPTIONS'])('%s receives no metrics', async (method) => {
  const { status, head, body } = await ask({ method });
  expect([status, head, body]).toEqual([
    405,
    expect.stringContaining('allow: get'),
    expect.not.stringContaining('lockstep'),
  ]);
});

test.each<[string, Asking]>([
  ['comes from another machine', { from: '192.0.2.7' }],
  ['comes from another machine over IPv6', { from: '2001:db8::7' }],
  ['comes from an address that only looks like this machine', { from: '::ffff:192.0.2.127' }],
  ['came through a proxy of this machine', { headers: { 'x-forwarded-for': '192.0.2.7' } }],
  ['came through a proxy that follows the standard', { headers: { forwarded: 'for=192.0.2.7' } }],
  ['is of a web page whose name was made to point here', { headers: { host: 'rebound.example:4000' } }],
  ['shows a token where none is set', { from: '192.0.2.7', headers: { authorization: `Bearer ${TOKEN}` } }],
])('without METRICS_TOKEN, a request that %s is refused with the reason', async (_what, asking) => {
  const { status, body } = await ask(asking);
  expect([status, body]).toEqual([403, expect.stringMatching(/METRICS_TOKEN/)]);
  expect(body).not.toContain('lockstep');
});

test.each([
  undefined,
  '',
  TOKEN,
  'Bearer',
  'Bearer another-token-of-enough-characters',
  `Bearer ${TOKEN.slice(0, -1)}`,
  `Bearer ${TOKEN}=`,
  `Basic ${TOKEN}`,
])('with METRICS_TOKEN, "authorization: %s" is refused, also from this machine', async (authorization) => {
  const { status, head, body } = await ask({
    token: TOKEN,
    ...(authorization !== undefined && { headers: { authorization } }),
  });
  expect([status, head]).toEqual([401, expect.stringContaining('www-authenticate: bearer')]);
  expect(body).not.toContain('lockstep');
});

test.each<[string, Asking]>([
  ['this machine, without METRICS_TOKEN', {}],
  ['this machine under its address', { headers: { host: '127.0.0.1:4000' } }],
  ['this machine over IPv6', { from: '::1', headers: { host: '[::1]:4000' } }],
  ['this machine on a socket of both kinds', { from: '::ffff:127.0.0.1' }],
  [
    'a client with the token, from anywhere and through any proxy',
    {
      token: TOKEN,
      from: '192.0.2.7',
      headers: { authorization: `Bearer ${TOKEN}`, 'x-forwarded-for': '192.0.2.7', host: 'api.example' },
    },
  ],
])('%s is answered, and no cache may keep the answer', async (_who, asking) => {
  const { status, head, body } = await ask(asking);
  expect(status).toBe(200);
  expect(head).toContain('content-type: text/plain; version=0.0.4; charset=utf-8');
  expect(head).toContain('cache-control: no-store');
  expect(body).toContain('lockstep_deliveries_total');
});
