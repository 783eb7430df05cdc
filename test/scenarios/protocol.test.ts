import { describe, expect, test } from '@jest/globals';
import { Installation } from '../support/installation.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const ORIGIN = 'https://console.example.com';
const MAX_MESSAGE_BYTES = 2_048;

const { installation, acme, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  {
    CORS_ORIGINS: ORIGIN,
    WS_MAX_MESSAGE_BYTES: String(MAX_MESSAGE_BYTES),
    WS_MAX_OPERATIONS: '3',
  },
);
const { url } = installation.app;

const CREATED = 'subscription ($after: Cursor) { customerCreated(after: $after) { customer { company } } }';
const CREATE = (company: string) =>
  `mutation { customerCreate(input: { company: "${company}", contactName: "O", email: "o@x.test" }) { userErrors { message } } }`;
const COMPANIES = 'query { customers(first: 100) { nodes { company } } }';

const signedIn = () => Wire.signedIn(url, ada.token ?? '');

describe('an operation that is wrong', () => {
  const operations: Record<string, [code: string, payload: object]> = {
    'with a syntax error': ['GRAPHQL_PARSE_FAILED', { query: 'query { viewer { id }' }],
    'that is empty': ['GRAPHQL_PARSE_FAILED', { query: '' }],
    'nested so deep that a parser overflows': ['GRAPHQL_PARSE_FAILED', { query: '{'.repeat(1_900) }],
    'with an unknown field': ['GRAPHQL_VALIDATION_FAILED', { query: 'query { viewer { salary } }' }],
    'without any operation': ['BAD_USER_INPUT', { query: 'type Viewer { id: ID }' }],
    'of a type that does not exist': ['GRAPHQL_PARSE_FAILED', { query: 'observe { viewer { id } }' }],
    'with a name that the document does not have': [
      'BAD_USER_INPUT',
      { query: 'query A { viewer { id } } query B { viewer { id } }', operationName: 'C' },
    ],
    'with too many aliases': [
      'QUERY_TOO_COMPLEX',
      {
        query: `query { viewer { ${Array.from({ length: 31 }, (_, index) => `a${index}: id`).join(' ')} } }`,
      },
    ],
  };

  test.each(Object.entries(operations))(
    'one %s gets an error message, and the other operations of the socket continue',
    async (_what, [code, payload]) => {
      const wire = await signedIn();
      wire.subscribe('stream', CREATED, { after: await ada.now(acme.id) });

      wire.send({ id: 'wrong', type: 'subscribe', payload });
      const answer = await wire.next();
      await ada.ask(CREATE('Alder'));

      expect([answer, await wire.next()]).toMatchObject([
        { id: 'wrong', type: 'error', payload: [{ extensions: { code, requestId: expect.any(String) } }] },
        {
          id: 'stream',
          type: 'next',
          payload: { data: { customerCreated: { customer: { company: 'Alder' } } } },
        },
      ]);
      await wire.close();
    },
  );

  test.each([
    [CREATED, { after: 7 }],
    ['query ($id: ID!) { customer(id: $id) { id } }', {}],
  ])('wrong variables are an error of the operation too', async (query, variables) => {
    const wire = await signedIn();
    wire.subscribe('1', query, variables);
    expect(await wire.take(2)).toMatchObject([
      { id: '1', type: 'next', payload: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } },
      { id: '1', type: 'complete' },
    ]);
    await wire.close();
  });

  test('operations beyond the limit of a socket are refused with the name of the limit, and the others continue', async () => {
    const wire = await signedIn();
    const after = await ada.now(acme.id);
    for (const id of ['1', '2', '3', '4']) wire.subscribe(id, CREATED, { after });
    const refused = await wire.next();
    await ada.ask(CREATE('Birch'));

    expect(refused).toMatchObject({
      id: '4',
      type: 'error',
      payload: [
        {
          message: expect.stringContaining('WS_MAX_OPERATIONS'),
          extensions: { code: 'RATE_LIMITED', retryAfter: 1 },
        },
      ],
    });
    expect((await wire.take(3)).map(({ id }) => id).toSorted()).toEqual(['1', '2', '3']);
    await wire.close();
  });
});

describe('a message that breaks the protocol', () => {
  const init = { type: 'connection_init' };
  const stream = { id: '1', type: 'subscribe', payload: { query: CREATED } };
  const breaches: Record<string, [code: number, send: (wire: Wire) => unknown]> = {
    'a second connection_init': [4429, (wire) => wire.send(init)],
    'a subscribe without connection_init': [4401, (wire) => wire.send(stream)],
    'the id of a running operation': [4409, (wire) => [wire.send(stream), wire.send(stream)]],
    'no JSON': [4400, (wire) => wire.send('{"type":')],
    'a type that does not exist': [4400, (wire) => wire.send({ type: 'observe' })],
    'a subscribe without an id': [
      4400,
      (wire) => wire.send({ type: 'subscribe', payload: { query: CREATED } }),
    ],
    'a query that is no text': [
      4400,
      (wire) => wire.send({ ...stream, payload: { query: { toString: 1 } } }),
    ],
  };

  test.each(Object.entries(breaches))('%s closes the socket', async (what, [code, send]) => {
    const isSilent = what.includes('connection_init') && code !== 4429;
    const wire = isSilent ? await Wire.open(url) : await signedIn();
    send(wire);
    expect(await wire.closed()).toMatchObject({ code });
  });

  test('no connection_init in time closes the socket', async () => {
    // On a server of its own: sockets of the other tests need time on a busy machine.
    const hasty = await Installation.start({ WS_INIT_TIMEOUT_MS: '100' });
    const wire = await Wire.open(hasty.app.url);
    expect(await wire.closed()).toMatchObject({ code: 4408 });
    await hasty.stop();
  });

  test('a message larger than the limit closes the socket with the name of the limit', async () => {
    const wire = await signedIn();
    wire.send(' '.repeat(MAX_MESSAGE_BYTES + 1));
    expect(await wire.closed()).toEqual({
      code: 1009,
      reason: `A message is larger than ${MAX_MESSAGE_BYTES} bytes (WS_MAX_MESSAGE_BYTES)`,
    });
  });

  test.each([
    ['a forged one', () => 'Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJsb2Nrc3RlcCJ9.'],
    ['none after the scheme', () => 'Bearer'],
    ['another scheme', () => `Basic ${ada.token}`],
    ['no text', () => ({ token: ada.token })],
  ])('an invalid token (%s) closes the socket with 4403', async (_what, authorization) => {
    const wire = await Wire.open(url);
    wire.send({ type: 'connection_init', payload: { authorization: authorization() } });
    expect(await wire.closed()).toEqual({ code: 4403, reason: 'Forbidden' });
  });

  test('another subprotocol closes the socket with 4406', async () => {
    const wire = await Wire.open(url, { protocol: null });
    expect(await wire.closed()).toMatchObject({ code: 4406 });
  });

  test('X: operations that follow a fatal message are not executed', async () => {
    const wire = await signedIn();
    wire.send(init);
    for (const id of ['1', '2', '3', '4', '5']) {
      wire.send({ id, type: 'subscribe', payload: { query: CREATE(`Written after the end ${id}`) } });
    }
    const closed = await wire.closed();
    await ada.ask(CREATE('Cedar'));

    const { customers } = await ada.ask(COMPANIES);
    expect({ closed, unread: wire.unread, customers: JSON.stringify(customers) }).toEqual({
      closed: { code: 4429, reason: expect.any(String) },
      unread: [],
      customers: expect.not.stringContaining('Written after the end'),
    });
  });
});

describe('a page of another origin', () => {
  test.each([
    'https://evil.example.com',
    'https://console.example.com.evil.com',
    'http://console.example.com',
    'null',
  ])('X: may not open a socket (%s)', async (origin) => {
    await expect(Wire.open(url, { origin })).rejects.toThrow('refused with 403');
  });

  test('may, if it is a listed origin or the server’s own', async () => {
    for (const origin of [ORIGIN, url]) await (await Wire.open(url, { origin })).close();
  });
});

describe('the messages to a socket', () => {
  test.each([
    ['x'.repeat(94), 'x'.repeat(94)],
    ['ä'.repeat(94), 'ä'.repeat(54)],
    ['😀'.repeat(50), '😀'.repeat(27)],
  ])('is cut to the bytes of a close frame, at a character', async (id, shown) => {
    const wire = await signedIn();
    for (let time = 1; time <= 2; time += 1) wire.subscribe(id, CREATED);
    const { code, reason } = await wire.closed();
    expect([code, Buffer.byteLength(reason) <= 123]).toEqual([4409, true]);
    expect(reason).toContain(`Subscriber for ${shown}`);
  });

  test.each([
    ['{ viewer { id }'],
    ['{ viewer { salary } }'],
    ['{ a: viewer { id } '.repeat(40)],
    ['query A { viewer { id } } query B { viewer { id } }'],
    ['mutation { nonsense }'],
  ])('of an error has no HTTP status in it: %s', async (query) => {
    const wire = await signedIn();
    wire.subscribe('1', query);
    const { payload } = await wire.next();
    const errors = payload.errors ?? payload;
    expect(errors.length).toBeGreaterThan(0);
    for (const { extensions } of errors)
      expect(Object.keys(extensions).toSorted()).toEqual(['code', 'params', 'requestId', 'rule']);
    await wire.close();
  });
});
