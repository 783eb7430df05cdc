import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { loadSecrets } from '../../src/config/secrets.ts';
import { systemClock } from '../../src/core/process/clock.ts';
import { AccessTokens } from '../../src/modules/sessions/access-tokens.ts';
import { EventSource } from '../support/event-source.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { Person } from '../support/person.ts';
import { Wire } from '../support/wire.ts';

/** The life of a token: long enough to open sockets with it on a busy machine, and the longest wait of a test. */
const SOON_S = 10;
const CREATED = `subscription ($after: Cursor, $of: String) {
  customerCreated(after: $after, filter: { company: { startsWith: $of } }) { customer { company } } }`;
/** No test writes a plan: such a stream begins with a position and receives nothing else. */
const CHANGES = 'subscription { planChanged { __typename } }';
const CREATE =
  'mutation ($company: String!) { customerCreate(input: { company: $company, contactName: "O", email: "o@x.test" }) { userErrors { message } } }';
const SIGN_IN = `mutation ($email: String!) { signIn(input: { email: $email, password: "a-good-test-password" }) {
  accessToken refreshToken expiresAt userErrors { message } } }`;
const REFRESH = `mutation ($refreshToken: String!) { tokenRefresh(refreshToken: $refreshToken) {
  accessToken refreshToken userErrors { code message path } } }`;
const VIEWER = 'query { viewer { id role tenant { id } } }';

const EXPIRED = { code: 4403, reason: 'Forbidden: the access token has expired' };

let installation: Installation;
let acme: TestTenant;
let ada: TestUser;
let csr: TestUser;

async function start(settings?: Record<string, string>): Promise<void> {
  installation = await Installation.start(settings);
  acme = await installation.aTenant('Acme');
  ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  csr = await installation.aUser('CSR', { tenantId: acme.id });
}

/** One more session of a user, as in another browser. */
async function another({
  email,
}: TestUser): Promise<{ person: Person; token: string; refreshToken: string }> {
  const { signIn } = await installation.stranger().ask(SIGN_IN, { email });
  const { accessToken: token, refreshToken } = signIn;
  return { person: new Person(installation.app.url, token), token, refreshToken };
}

describe('an access token that expires', () => {
  beforeAll(() => start({ ACCESS_TOKEN_SECONDS: '120' }));
  afterAll(() => installation.stop());

  /** A token of the same session as a user's own, with the life that the test needs. */
  async function aToken(person: Person, seconds: number): Promise<string> {
    const { sub: userId = '', sid } = decodeJwt<{ sid: string }>(person.token ?? '');
    const { accessTokens } = await loadSecrets(installation.app.config);
    const { token } = await new AccessTokens(accessTokens, systemClock, seconds * 1_000).issue({
      userId,
      sessionId: sid,
    });
    return token;
  }

  // The tests that wait for the end of a token wait together: each has tokens of its own.
  test.concurrent('X: ends its socket and its event streams, and is refused from then on', async () => {
    const token = await aToken(ada, SOON_S);
    const wire = await Wire.signedIn(installation.app.url, token);
    wire.subscribe('1', CHANGES);
    const stream = await EventSource.open(installation.app.url, token, { query: CHANGES });
    const begins = [(await wire.next()).type, (await stream.next()).event];

    const closed = await wire.closed();
    const last = await stream.next();
    await expect(stream.next()).rejects.toThrow('The stream has ended.');
    const later = await new Person(installation.app.url, token).run(VIEWER);

    expect({ begins, closed, last: last.result, later }).toMatchObject({
      begins: ['next', 'next'],
      closed: EXPIRED,
      last: { errors: [{ extensions: { code: 'TOKEN_EXPIRED' } }] },
      later: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
  });

  test.concurrent('L: a ping with a fresh token keeps the streams open after the first token expires; any other ping does not', async () => {
    const after = await ada.now(acme.id);
    const token = await aToken(ada, SOON_S);
    const useless = ['nonsense', await aToken(csr, 60)];
    const fresh = await aToken(ada, 60);
    const [renewed, left] = [
      await Wire.signedIn(installation.app.url, token),
      await Wire.signedIn(installation.app.url, token),
    ];
    renewed.subscribe('1', CREATED, { after, of: 'Pinged' });
    const ping = (wire: Wire, other: string) =>
      wire.send({ type: 'ping', payload: { authorization: `Bearer ${other}` } });
    for (const other of [...useless, fresh]) ping(renewed, other);
    for (const other of useless) ping(left, other);
    const pongs = [...(await renewed.take(3)), ...(await left.take(2))];

    const closed = await left.closed();
    await ada.ask(CREATE, { company: 'Pinged after the first token' });

    expect({ pongs: pongs.map(({ type }) => type), closed, event: await renewed.next() }).toMatchObject({
      pongs: ['pong', 'pong', 'pong', 'pong', 'pong'],
      closed: EXPIRED,
      event: {
        payload: { data: { customerCreated: { customer: { company: 'Pinged after the first token' } } } },
      },
    });
    await renewed.close();
  });

  test.concurrent('L: an event stream continues after the expiry of its token, with a new token and the last id', async () => {
    const stream = await EventSource.open(installation.app.url, await aToken(ada, SOON_S), {
      query: CREATED,
      variables: { after: await ada.now(acme.id), of: 'Streamed' },
    });
    await ada.ask(CREATE, { company: 'Streamed before the expiry' });
    const before = await stream.next();
    expect((await stream.next()).result).toMatchObject({
      errors: [{ extensions: { code: 'TOKEN_EXPIRED' } }],
    });
    await ada.ask(CREATE, { company: 'Streamed after the expiry' });
    const next = await EventSource.open(installation.app.url, await aToken(ada, 60), {
      query: CREATED,
      variables: { of: 'Streamed' },
      ...(before.id && { lastEventId: before.id }),
    });
    expect((await next.next()).result).toMatchObject({
      data: { customerCreated: { customer: { company: 'Streamed after the expiry' } } },
    });
    next.cut();
  });

  test('an expired or senseless header stops no operation that needs no viewer, and every other one', async () => {
    const { refreshToken } = await another(ada);
    const expired = await aToken(ada, -1);
    for (const token of [expired, 'senseless']) {
      const person = new Person(installation.app.url, token);
      expect(
        await person.ask('{ __typename, ...F } fragment F on Query { __schema { queryType { name } } }'),
      ).toEqual({
        __typename: 'Query',
        __schema: { queryType: { name: 'Query' } },
      });
      expect((await person.ask(SIGN_IN, { email: ada.email })).signIn.accessToken).toEqual(
        expect.any(String),
      );
      expect((await person.ask(REFRESH, { refreshToken })).tokenRefresh.accessToken).toEqual(
        expect.any(String),
      );
      for (const query of [
        VIEWER,
        '{ __typename viewer { id } }',
        'mutation { signOut { endedSessions } }',
      ]) {
        const { errors } = await person.run(query);
        expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      }
    }
  });

  test('lives as long as ACCESS_TOKEN_SECONDS says', () => {
    const { exp = 0, iat = 0 } = decodeJwt(ada.token ?? '');
    expect(exp - iat).toBe(120);
  });
});
