import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { jsonLog } from '../../../src/core/process/json-log.ts';
import { connectTo, rawRequest, ruleOf } from '../../support/raw-request.ts';
import { aStage } from '../../support/stage.ts';

let lines: string[] = [];
const log = jsonLog('debug', { write: (line: string) => lines.push(line) });
const { installation, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } }, {}, log);
const { url } = installation.app;
const { host } = new URL(url);

const QUERY = JSON.stringify({ query: '{ __typename }' });
const ANSWER = '{"data":{"__typename":"Query"}}';
const POST = [
  'POST /graphql HTTP/1.1',
  `Host: ${host}`,
  'Content-Type: application/json',
  `Content-Length: ${QUERY.length}`,
];

describe('an offered upgrade that is no WebSocket', () => {
  const offers: Record<string, string[]> = {
    'HTTP/2, as of curl': [
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA',
    ],
    TLS: ['Connection: upgrade', 'Upgrade: TLS/1.2'],
    'one that does not exist': ['Connection: Upgrade', 'Upgrade: webrocket'],
  };

  test.each(Object.entries(offers))('(%s) is ignored, and the request answered', async (_what, offer) => {
    const posted = await rawRequest(url, [...POST, ...offer], QUERY);
    const healthy = await rawRequest(url, ['GET /health/live HTTP/1.1', `Host: ${host}`, ...offer]);
    expect([posted.status, posted.body, healthy.status, healthy.body]).toEqual([
      200,
      ANSWER,
      200,
      '{"status":"live"}',
    ]);
  });

  test('leaves the connection to the next request', async () => {
    const socket = await connectTo(url);
    const request = `GET /health/live HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`;
    let received = '';
    const twice = new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        received += chunk.toString();
        const answers = received.split('HTTP/1.1 200 OK').length - 1;
        if (answers === 1) socket.write(request);
        if (answers === 2) resolve();
      });
    });
    socket.write(request);
    await twice;
    socket.destroy();
  });
});

describe('a Host header that names no host', () => {
  test.each(['a b', 'x:99999', '%', 'a/b', 'a@b', '[::1', 'x:y', 'a?b'])(
    '"%s" is answered with 400 and a rule',
    async (wrong) => {
      const answer = await rawRequest(
        url,
        ['POST /graphql HTTP/1.1', `Host: ${wrong}`, ...POST.slice(2)],
        QUERY,
      );
      expect([answer.status, ruleOf(answer)]).toEqual([400, 'NO_HOST']);
    },
  );

  test.each([host, 'LOCALHOST', 'console.example.com:443', '[::1]:4000', ''])(
    '"%s" names one',
    async (right) => {
      const answer = await rawRequest(
        url,
        ['POST /graphql HTTP/1.1', `Host: ${right}`, ...POST.slice(2)],
        QUERY,
      );
      expect([answer.status, answer.body]).toEqual([200, ANSWER]);
    },
  );

  test('does not fill the log, however often it is sent', async () => {
    lines = [];
    const wrong = ['GET /health/live HTTP/1.1', `Host: a b${'x'.repeat(4_000)}`];
    await Promise.all(Array.from({ length: 50 }, () => rawRequest(url, wrong)));
    expect(lines.length).toBeLessThanOrEqual(1);
    expect(lines.join('').length).toBeLessThan(1_000);
  });
});

describe('the target of a request', () => {
  test.each([
    'http://other.example.com/graphql',
    `http://${host}/graphql`,
    'HTTP://OTHER.example.com:8080/graphql?x=1',
  ])('may be absolute: %s', async (target) => {
    const answer = await rawRequest(url, [`POST ${target} HTTP/1.1`, ...POST.slice(1)], QUERY);
    expect([answer.status, answer.body]).toEqual([200, ANSWER]);
  });

  test('that is absolute replaces the Host header', async () => {
    const lines = ['GET http://[::1 HTTP/1.1', `Host: ${host}`];
    expect((await rawRequest(url, lines)).status).toBe(400);
    const ready = await rawRequest(url, ['GET http://a.example/health/live HTTP/1.1', 'Host: a b']);
    expect(ready.status).toBe(200);
  });

  test.each(['/graphql/', '/graphql/?query=%7B__typename%7D'])('may end with a slash: %s', async (target) => {
    const isGet = target.includes('?');
    const answer = isGet
      ? await rawRequest(url, [`GET ${target} HTTP/1.1`, `Host: ${host}`])
      : await rawRequest(url, [`POST ${target} HTTP/1.1`, ...POST.slice(1)], QUERY);
    expect([answer.status, answer.body]).toEqual([200, ANSWER]);
  });

  test.each(['*', '/', '//', '/graphqlx', '/graphql/more'])(
    'is refused with 404 if it is %s',
    async (target) => {
      const answer = await rawRequest(url, [`OPTIONS ${target} HTTP/1.1`, `Host: ${host}`]);
      expect([answer.status, ruleOf(answer)]).toEqual([404, 'NO_SUCH_PATH']);
    },
  );
});

describe('a body', () => {
  const ask = (headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

  test.each(['gzip', 'deflate, gzip', 'br', 'zstd', 'x-unknown'])(
    'that is encoded (%s) is refused with 415 and the encoding that is accepted',
    async (encoding) => {
      const response = await ask({ 'content-encoding': encoding }, new Uint8Array(gzipSync(QUERY)));
      expect([response.status, response.headers.get('accept-encoding'), await response.json()]).toEqual([
        415,
        'identity',
        {
          errors: [
            {
              message: 'The body must not be encoded: send it without "content-encoding".',
              extensions: {
                code: 'BAD_USER_INPUT',
                rule: expect.any(String),
                params: expect.any(Object),
                requestId: expect.any(String),
              },
            },
          ],
        },
      ]);
    },
  );

  test('with the encoding "identity" is plain', async () => {
    const response = await ask({ 'content-encoding': 'Identity' }, QUERY);
    expect([response.status, await response.text()]).toEqual([200, ANSWER]);
  });
});

test.each(['Bearer  ', 'bearer   '])('a token may follow several spaces: "%s"', async (scheme) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `${scheme}${ada.token}` },
    body: JSON.stringify({ query: '{ viewer { id } }' }),
  });
  expect(await response.json()).toEqual({ data: { viewer: { id: ada.userId } } });
});

describe('the query string of a GET', () => {
  test.each(['variables=%7B', 'variables=%5B1%5D', 'variables=7', 'extensions=%7B', 'variables=%22x%22'])(
    'that is malformed (%s) is refused with 400, and nothing is logged',
    async (wrong) => {
      lines = [];
      const response = await fetch(`${url}/graphql?query=%7B__typename%7D&${wrong}`);
      const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
      expect([response.status, errors[0]?.extensions.code, lines]).toEqual([400, 'BAD_USER_INPUT', []]);
    },
  );

  test('may leave variables empty', async () => {
    const response = await fetch(`${url}/graphql?query=%7B__typename%7D&variables=&operationName=`);
    expect(await response.text()).toBe(ANSWER);
  });
});

test('an idle connection is kept for longer than the 60 seconds after which balancers close it', async () => {
  const answer = await fetch(`${url}/health/live`);
  const [, seconds] = /timeout=(\d+)/.exec(answer.headers.get('keep-alive') ?? '') ?? [];
  expect(Number(seconds)).toBeGreaterThan(60);
});

describe('every answer', () => {
  const requests: Record<string, string[]> = {
    'of the endpoint': ['GET /graphql?query=%7B__typename%7D HTTP/1.1', `Host: ${host}`],
    'that the endpoint refuses': ['DELETE /graphql HTTP/1.1', `Host: ${host}`],
    'of a probe': ['GET /health/ready HTTP/1.1', `Host: ${host}`],
    'with the schema': ['GET /schema.graphql HTTP/1.1', `Host: ${host}`],
    'with GraphiQL': ['GET /graphql HTTP/1.1', `Host: ${host}`, 'Accept: text/html'],
    'to an unknown path': ['GET / HTTP/1.1', `Host: ${host}`],
    'to a malformed Host': ['GET / HTTP/1.1', 'Host: a b'],
    'to a request that is no HTTP': ['NONSENSE'],
    'to headers that are too large': ['GET / HTTP/1.1', `Host: ${host}`, `X-Large: ${'x'.repeat(20_000)}`],
    'to a refused upgrade': ['GET /elsewhere HTTP/1.1', `Host: ${host}`, 'Upgrade: websocket'],
  };

  test.each(Object.entries(requests))(
    '%s tells browsers to guess, leak and frame nothing',
    async (what, lines) => {
      const { headers } = await rawRequest(
        url,
        what.includes('upgrade') ? [...lines, 'Connection: Upgrade'] : lines,
      );
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'content-security-policy': expect.stringMatching(
          /^default-src 'none'; (.*; )?frame-ancestors 'none'/,
        ),
      });
    },
  );
});
