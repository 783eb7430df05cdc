import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportRoute } from '../../../src/transport/http/export-route.ts';
import { LinkRate } from '../../../src/transport/http/link-rate.ts';
import { attemptsAt } from '../../../src/transport/pipeline/limit-requests.ts';

const PAGE = `${'x'.repeat(100_000)}\n`;
const PAGES = 300;

const events = new EventEmitter();
let pagesRead = 0;

/** Exports without a database: the token is the user, and the export of "broken" breaks. */
const exports = {
  open: async (token: string) =>
    token === '' ? null : { userId: token, fileName: 'person.jsonl', lines: () => linesFor(token) },
};

async function* linesFor(token: string): AsyncGenerator<string> {
  try {
    for (let page = 0; page < PAGES; page += 1) {
      if (token === 'broken' && page === 2) throw new Error('The database is gone.');
      pagesRead += 1;
      events.emit('read');
      yield PAGE;
    }
  } finally {
    events.emit('ended');
  }
}

const rate = new LinkRate({ attempts: attemptsAt(100), requestsPerSecond: 100, trustedProxies: 0 });
const route = exportRoute(exports, rate);
const server = createServer((request: IncomingMessage, response) => void route(request, response));
let port: number;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const ask = (token: string) => fetch(`http://127.0.0.1:${port}/exports/person?token=${token}`);

test('an export is read no further than its client reads, one at a time for each user, and ends with its client', async () => {
  const slow = connect(port, '127.0.0.1').pause();
  const begun = once(events, 'read');
  slow.write('GET /exports/person?token=ada HTTP/1.1\r\nHost: a\r\n\r\n');
  await begun;
  const second = await ask('ada');
  expect([second.status, second.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await second.json()).toMatchObject({
    errors: [{ extensions: { code: 'TRY_AGAIN', rule: 'EXPORT_RUNS', retryAfter: 5 } }],
  });
  const other = await ask('bob');
  expect((await other.text()).length).toBe(PAGE.length * PAGES);
  expect(pagesRead - PAGES).toBeLessThan(PAGES / 2);

  const ended = once(events, 'ended');
  slow.destroy();
  await ended;
  expect((await (await ask('ada')).text()).length).toBe(PAGE.length * PAGES);
});

test('an export that breaks is cut, so that its client notices', async () => {
  const answer = await ask('broken');
  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toThrow('terminated');
});
