import { describe, expect, test } from '@jest/globals';
import { type RawAnswer, rawRequest } from '../../support/raw-request.ts';
import { aStage } from '../../support/stage.ts';

const { installation } = await aStage({ acme: { ada: 'TENANT_ADMIN' } }, { MAX_BODY_BYTES: '2000' });
const { url } = installation.app;
const { host } = new URL(url);

const JSON_BODY = 'Content-Type: application/json';
const QUERY = '{"query":"{ __typename }"}';
const UPGRADE = ['Connection: Upgrade', 'Upgrade: websocket'];

/** A request: the request line, other lines, and a body. */
type Sent = readonly [line: string, lines?: readonly string[], body?: string];

const refused: Readonly<Record<string, readonly [status: number, code: string, rule: string, sent: Sent]>> = {
  'another path': [404, 'BAD_USER_INPUT', 'NO_SUCH_PATH', ['GET /elsewhere']],
  'a path beside those of health': [404, 'BAD_USER_INPUT', 'NO_SUCH_PATH', ['GET /health/elsewhere']],
  'a socket at another path': [404, 'BAD_USER_INPUT', 'NO_SUCH_PATH', ['GET /elsewhere', UPGRADE]],
  'a socket of a page that is not allowed': [
    403,
    'FORBIDDEN',
    'ORIGIN_CLOSED',
    ['GET /graphql', [...UPGRADE, 'Origin: https://elsewhere.example']],
  ],
  'another method': [405, 'BAD_USER_INPUT', 'INVALID_REQUEST', ['PUT /graphql', [JSON_BODY], QUERY]],
  'another method at the metrics': [405, 'BAD_USER_INPUT', 'ONLY_GET', ['POST /metrics']],
  'metrics through a proxy': [403, 'FORBIDDEN', 'METRICS_CLOSED', ['GET /metrics', ['Via: 1.1 proxy']]],
  'answers of an unknown kind': [
    406,
    'BAD_USER_INPUT',
    'NOT_ACCEPTABLE',
    ['POST /graphql', [JSON_BODY, 'Accept: image/png'], QUERY],
  ],
  'a body that is too large': [
    413,
    'BAD_USER_INPUT',
    'BODY_TOO_LARGE',
    ['POST /graphql', [JSON_BODY], 'x'.repeat(3_000)],
  ],
  'a body of another type': [
    415,
    'BAD_USER_INPUT',
    'NOT_JSON',
    ['POST /graphql', ['Content-Type: text/plain'], QUERY],
  ],
  'headers that are too large': [
    431,
    'BAD_USER_INPUT',
    'HEADERS_TOO_LARGE',
    ['GET /graphql', [`X-Long: ${'x'.repeat(20_000)}`]],
  ],
  'a socket without a key': [400, 'BAD_USER_INPUT', 'NO_HANDSHAKE', ['GET /graphql', UPGRADE]],
  'a socket of an unknown version': [
    400,
    'BAD_USER_INPUT',
    'NO_HANDSHAKE',
    ['GET /graphql', [...UPGRADE, 'Sec-WebSocket-Version: 7', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']],
  ],
  'two hosts': [400, 'BAD_USER_INPUT', 'NO_HOST', ['GET /graphql', [`Host: ${host}`, 'Host: elsewhere']]],
  'no host': [400, 'BAD_USER_INPUT', 'NO_HOST', ['GET /graphql', ['Host: a b']]],
};

function send([line, lines = [], body = '']: Sent): Promise<RawAnswer> {
  const hasHost = lines.some((other) => other.startsWith('Host:'));
  const length = body === '' ? [] : [`Content-Length: ${body.length}`];
  return rawRequest(
    url,
    [`${line} HTTP/1.1`, ...(hasHost ? [] : [`Host: ${host}`]), ...length, ...lines],
    body,
  );
}

/** Checks the form on which a client can rely, whatever it is refused. */
function expectShape({ headers, body }: RawAnswer, code: string, rule: string): void {
  expect(headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  expect(JSON.parse(body).errors).toEqual([
    {
      message: expect.stringMatching(/\S/),
      extensions: expect.objectContaining({ code, rule, params: expect.any(Object) }),
    },
  ]);
}

describe('13: a refusal is JSON with a code, a rule and a message', () => {
  test.each(Object.entries(refused))('of %s', async (_what, [status, code, rule, sent]) => {
    const answer = await send(sent);
    expect(answer.status).toBe(status);
    expectShape(answer, code, rule);
  });

  test('of what is not HTTP', async () => {
    const answer = await rawRequest(url, ['nonsense']);
    expect(answer.status).toBe(400);
    expectShape(answer, 'BAD_USER_INPUT', 'NO_HTTP');
  });
});

test('a refusal of a method or of a kind of answer names what is allowed', async () => {
  const [metrics, operation] = [await send(['POST /metrics']), await send(['PUT /graphql'])];
  expect([metrics.headers.allow, operation.headers.allow]).toEqual(['GET', 'GET, POST']);
});

test('a refusal without a body is one of HEAD', async () => {
  const { status, headers, body } = await send(['HEAD /elsewhere']);
  expect([status, headers['content-type'], body]).toEqual([404, 'application/json; charset=utf-8', '']);
});
