import { describe, expect, test } from '@jest/globals';
import { jsonLog } from '../../src/core/process/json-log.ts';
import { EventSource } from '../support/event-source.ts';
import { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

let lines: string[] = [];
/** Texts that no log line may contain. */
const secrets: string[] = [];

const PASSWORD = 'a-password-that-nobody-may-read';

const log = jsonLog('debug', { write: (line: string) => lines.push(line) });
const { installation, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } }, {}, log);
secrets.push(
  PASSWORD,
  String(ada.token),
  String(installation.root.token),
  'a-good-test-password',
  '$argon2id$',
);

const LIST = 'query { customers { nodes { id } } }';
const CREATE_USER = `mutation ($email: String!, $password: String!) { userCreate(
  input: { name: "N", email: $email, role: CSR, password: $password }) { user { id } userErrors { code } } }`;
const SIGN_IN =
  'mutation ($email: String!, $password: String!) { signIn(input: { email: $email, password: $password }) { accessToken refreshToken userErrors { code message } } }';

/** Acts while a table is missing, and gives the warnings and errors of the log meanwhile. */
async function without<Outcome>(
  table: string,
  act: () => Promise<Outcome>,
): Promise<{ outcome: Outcome; logged: string[] }> {
  const { databaseUrl = '' } = installation.app.config;
  await runSql(databaseUrl, `ALTER TABLE "${table}" RENAME TO "${table}_away"`);
  lines = [];
  try {
    return { outcome: await act(), logged: lines.filter((line) => /"level":"(warn|error)"/.test(line)) };
  } finally {
    await runSql(databaseUrl, `ALTER TABLE "${table}_away" RENAME TO "${table}"`);
  }
}

const masked = {
  message: 'Internal server error.',
  extensions: {
    code: 'INTERNAL_SERVER_ERROR',
    rule: 'SERVER_FAULT',
    params: {},
    requestId: expect.any(String),
  },
};

/**
 * Expects an answer without internals, with the one sentence of all faults and the request id beside it, and one line in
 * the log with the cause and that id.
 */
function expectMasked(answer: unknown, logged: string[], cause: RegExp): void {
  const text = JSON.stringify(answer);
  const [, requestId] = /"requestId":"([\w-]+)"/.exec(text) ?? [];
  expect(text).toContain('"message":"Internal server error."');
  expect(text).not.toMatch(/prisma|invocation|relation|does not exist|node_modules|\.ts:|"http"/i);
  expect(logged).toHaveLength(1);
  expect(logged[0]).toMatch(cause);
  expect(JSON.parse(logged[0] ?? '{}')).toMatchObject({
    level: 'error',
    requestId,
    err: { type: expect.any(String), stack: expect.any(String) },
  });
  for (const secret of secrets) expect(logged[0]).not.toContain(secret);
}

describeOnPostgres('a fault of the server', () => {
  test('in a field is masked with the request id, and logged once with its cause', async () => {
    const { outcome, logged } = await without('customer', () => ada.run(LIST));
    expect(outcome).toEqual({
      data: { customers: null },
      errors: [{ ...masked, path: ['customers'], locations: expect.anything() }],
    });
    expectMasked(outcome, logged, /customer/);
  });

  test('while the server authenticates a request is masked, too', async () => {
    const { outcome, logged } = await without('user', () => ada.run(LIST));
    expect(outcome).toEqual({ errors: [masked] });
    expectMasked(outcome, logged, /user/);
  });

  test('with a password in the arguments leaves the password out of the log', async () => {
    const variables = { email: 'n@lockstep.test', password: PASSWORD };
    const { outcome, logged } = await without('credential', () => ada.run(CREATE_USER, variables));
    expectMasked(outcome, logged, /credential/);
  });

  test('during a sign-in leaves the password out of the log', async () => {
    const variables = { email: ada.email, password: PASSWORD };
    const { outcome, logged } = await without('credential', () =>
      installation.stranger().run(SIGN_IN, variables),
    );
    expectMasked(outcome, logged, /credential/);
  });

  test('over a socket is masked, and the socket remains open', async () => {
    const wire = await Wire.signedIn(installation.app.url, ada.token ?? '');
    const { outcome, logged } = await without('customer', () => {
      wire.subscribe('1', LIST);
      return wire.take(2);
    });
    wire.subscribe('2', LIST);
    expectMasked(outcome, logged, /customer/);
    expect(await wire.next()).toMatchObject({ id: '2', payload: { data: { customers: { nodes: [] } } } });
    await wire.close();
  });

  test('over an event stream is masked', async () => {
    const { outcome, logged } = await without('customer', async () => {
      const stream = await EventSource.open(installation.app.url, ada.token, { query: LIST });
      return stream.next();
    });
    expectMasked(outcome, logged, /customer/);
  });

  test('while a socket opens asks the client to try again later', async () => {
    const { outcome, logged } = await without('user', async () => {
      const wire = await Wire.open(installation.app.url);
      wire.send({ type: 'connection_init', payload: { authorization: `Bearer ${ada.token}` } });
      return wire.closed();
    });
    expect(outcome).toEqual({ code: 1013, reason: 'Try again later' });
    expect(logged).toHaveLength(1);
    for (const secret of secrets) expect(logged[0]).not.toContain(secret);
  });
});

describe('the log', () => {
  test('contains no password and no token, however a client uses them', async () => {
    lines = [];
    const stranger = installation.stranger();
    const { signIn } = await stranger.ask(SIGN_IN, { email: ada.email, password: 'a-good-test-password' });
    const REFRESH =
      'mutation ($t: String!) { tokenRefresh(refreshToken: $t) { accessToken refreshToken userErrors { code } } }';
    const { tokenRefresh } = await stranger.ask(REFRESH, { t: signIn.refreshToken });
    await stranger.ask(REFRESH, { t: tokenRefresh.refreshToken });
    await stranger.run(REFRESH, { t: signIn.refreshToken });
    await stranger.run(SIGN_IN, { email: ada.email, password: PASSWORD });
    await new Person(installation.app.url, `${ada.token}x`).run(LIST);
    const wire = await Wire.signedIn(installation.app.url, ada.token ?? '');
    wire.send({ type: 'ping', payload: { authorization: `Bearer ${tokenRefresh.accessToken}` } });
    wire.subscribe('1', `query { viewer { "${PASSWORD}" } }`);
    await wire.take(2);
    await wire.close();

    const issued = [
      signIn.accessToken,
      signIn.refreshToken,
      tokenRefresh.accessToken,
      tokenRefresh.refreshToken,
    ];
    const log = lines.join('');
    expect(log).toContain('refresh token reused');
    expect([...secrets, ...issued].filter((secret) => log.includes(secret))).toEqual([]);
  });

  test('names mistakes of clients by their code alone, in the line of an operation that has begun', async () => {
    lines = [];
    await ada.run('query { viewer {');
    await ada.run('query { viewer { salary } }');
    await ada.run('query { customers(first: 1000) { nodes { id } } }');
    await installation.stranger().run(LIST);
    await fetch(`${installation.app.url}/graphql`, {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'text/plain' },
    });
    const logged = lines.map((line) => JSON.parse(line));
    expect(logged.map(({ level, code }) => [level, code])).toEqual([
      ['info', 'BAD_USER_INPUT'],
      ['info', 'UNAUTHENTICATED'],
    ]);
    expect(lines.join('')).not.toContain('1000');
  });
});
