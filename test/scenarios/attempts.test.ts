import { describe, expect, test } from '@jest/globals';
import { jsonLog } from '../../src/core/process/json-log.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const LIMIT = 40;
const ASKED = 150;
const SCHEMA = '{ __schema { types { name } } }';

const lines: string[] = [];
const log = jsonLog('debug', { write: (line: string) => lines.push(line) });
const { installation, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  { REQUESTS_PER_SECOND: String(LIMIT / 10), TRUSTED_PROXIES: '1', WS_MESSAGE_BURST: '1000' },
  log,
);
const { url } = installation.app;

let networks = 0;
/** A network that no other test uses. */
const aNetwork = () => {
  networks += 1;
  return `192.0.2.${networks}`;
};

interface Attempt {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

async function attempt(network: string, { method = 'POST', path = '', headers = {}, body }: Attempt) {
  const response = await fetch(`${url}/graphql${path}`, {
    method,
    headers: { 'x-forwarded-for': network, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, wait: response.headers.get('retry-after'), text: await response.text() };
}

const query = (text: string, others: object = {}): Attempt => ({
  body: JSON.stringify({ query: text, ...others }),
});

describe('a request that fails before it is an operation counts for its network, and fills no log:', () => {
  const failing: Record<string, Attempt> = {
    'no GraphQL': query('query { viewer {'),
    'an unknown field': query('{ nonsense }'),
    'no JSON': { body: '{"query":' },
    'no text': { body: 'x', headers: { 'content-type': 'text/plain' } },
    'malformed variables': { method: 'GET', path: '?query=%7B__typename%7D&variables=%7B' },
    'no query': { body: '{}' },
    'a forged token': { ...query('{ viewer { id } }'), headers: { authorization: 'Bearer forged' } },
    'another scheme': { ...query('{ viewer { id } }'), headers: { authorization: 'Basic YTpi' } },
    'an operation that does not exist': query('query A { __typename }', { operationName: 'B' }),
    'a method that is not accepted': { method: 'PUT', body: '{}' },
  };

  test.each(Object.entries(failing))('%s', async (_what, failure) => {
    lines.length = 0;
    const [network, other] = [aNetwork(), aNetwork()];
    const answers = await Promise.all(Array.from({ length: ASKED }, () => attempt(network, failure)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.length - refused.length).toBeLessThan(2 * LIMIT);
    expect(refused[0]).toMatchObject({ wait: '1', text: expect.stringContaining('RATE_LIMITED') });
    expect((await attempt(other, failure)).status).not.toBe(429);
    expect(lines.length).toBeLessThanOrEqual(1);
  });
});

test('strangers who fail do not use up what users of their network have, and users who succeed use nothing', async () => {
  const network = aNetwork();
  await Promise.all(Array.from({ length: ASKED }, () => attempt(network, query('{ nonsense }'))));
  const strangers = await Promise.all(
    Array.from({ length: LIMIT }, () => attempt(network, query('{ __typename }'))),
  );
  expect(strangers.map(({ status }) => status)).toContain(429);
  const authorization = `Bearer ${ada.token}`;
  for (let time = 1; time < LIMIT; time += 1) {
    const { status } = await attempt(network, { ...query('{ viewer { id } }'), headers: { authorization } });
    expect(status).toBe(200);
  }
  const bob = await installation.aUser('TENANT_ADMIN', { tenantId: (await installation.aTenant()).id });
  const headers = { authorization: `Bearer ${bob.token}` };
  expect((await attempt(network, { ...query('{ viewer { id } }'), headers })).status).toBe(200);
});

test('a document that fails over a socket counts, too, and the socket stays open', async () => {
  const wire = await Wire.open(url);
  wire.send({ type: 'connection_init' });
  await wire.next();
  for (let number = 0; number < ASKED; number += 1) wire.subscribe(String(number), '{ nonsense }');
  const codes = (await wire.take(ASKED)).map(({ payload }) => payload[0].extensions.code);
  expect(codes[0]).toBe('GRAPHQL_VALIDATION_FAILED');
  expect(codes.filter((code) => code === 'RATE_LIMITED').length).toBeGreaterThan(ASKED - 2 * LIMIT);
  await wire.close();
});

test('the text of the schema counts as many requests', async () => {
  const network = aNetwork();
  const answers = [];
  while (answers.length < 4) answers.push((await attempt(network, query(SCHEMA))).status);
  expect(answers.filter((status) => status === 200).length).toBe(LIMIT / 20);
});
