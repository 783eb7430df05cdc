import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { HeldRow } from '../support/held-row.ts';
import { Installation, type TestUser } from '../support/installation.ts';
import { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { TableDump } from '../support/table-dump.ts';
import { Wire } from '../support/wire.ts';

const ISSUER = 'https://id.example.test';
const AUDIENCE = 'lockstep-dashboards';
const VIEWER = '{ viewer { id role } }';

let keys: Server;
let privateKey: CryptoKey;
let installation: Installation;
let ada: TestUser;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256');
  privateKey = pair.privateKey;
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' }] });
  keys = createServer((_request, response) => response.end(jwks)).listen(0, '127.0.0.1');
  await once(keys, 'listening');
  const { port } = keys.address() as AddressInfo;
  installation = await Installation.start({
    JWKS_URL: `http://127.0.0.1:${port}/keys`,
    JWT_ISSUER: ISSUER,
    JWT_AUDIENCE: AUDIENCE,
  });
  const acme = await installation.aTenant();
  ada = await installation.aUser('SUPPORT', { tenantId: acme.id });
});

afterAll(async () => {
  await installation.stop();
  keys.close();
});

/** A client with a token of the outside issuer. */
async function bearing(claims: JWTPayload, { issuer = ISSUER, audience = AUDIENCE } = {}): Promise<Person> {
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime('5 minutes')
    .sign(privateKey);
  return new Person(installation.app.url, token);
}

test('a token whose key may be newer than those that were fetched is to be tried again, over HTTP and over a socket', async () => {
  await (await bearing({ sub: ada.userId })).ask(VIEWER);
  const token = await new SignJWT({ sub: ada.userId })
    .setProtectedHeader({ alg: 'ES256', kid: 'two' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setExpirationTime('5 minutes')
    .sign(privateKey);
  const response = await fetch(`${installation.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: VIEWER }),
  });
  const retryAfter = Number(response.headers.get('retry-after'));
  expect([response.status, await response.json()]).toEqual([
    503,
    expect.objectContaining({
      errors: [
        expect.objectContaining({ extensions: expect.objectContaining({ code: 'TRY_AGAIN', retryAfter }) }),
      ],
    }),
  ]);
  const wire = await Wire.open(installation.app.url);
  wire.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  expect((await wire.closed()).code).toBe(1013);
});

test('X: a token for another audience, of another issuer, or with an unverified or unknown address is refused', async () => {
  const refused = await Promise.all([
    bearing({ sub: ada.userId }, { audience: 'somebody-else' }),
    bearing({ sub: ada.userId }, { issuer: 'https://elsewhere.example.test' }),
    bearing({ sub: 'them', email: ada.email }),
    bearing({ sub: 'them', email: ada.email, email_verified: false }),
    bearing({ sub: 'them', email: ada.email, email_verified: 'true' }),
    bearing({ sub: 'them', email: 'nobody@lockstep.test', email_verified: true }),
  ]);
  for (const person of refused) {
    expect(await person.run(VIEWER)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  }
});

test('a token identifies the user with its subject or verified address, over HTTP and over a socket', async () => {
  const { id: tenantId } = await installation.aTenant('Umbrella');
  const ben = await installation.aUser('SUPPORT', { tenantId });
  const [byId, byAddress] = [
    await bearing({ sub: ada.userId }),
    await bearing({ sub: 'them', email: ben.email.toUpperCase(), email_verified: true }),
  ];
  const viewer = (id: string) => ({ viewer: { id, role: 'SUPPORT' } });
  expect(await byId.ask(VIEWER)).toEqual(viewer(ada.userId));
  expect(await byAddress.ask(VIEWER)).toEqual(viewer(ben.userId));
  const stream = byAddress.follow('subscription { customerChanged { __typename } }');
  expect(await stream.event()).toEqual({ __typename: 'FeedPosition' });
  await byAddress.leave();
});

test('X: from its first verified address on a subject is bound to its user, and the address counts no more', async () => {
  const { id: tenantId } = await installation.aTenant('Globex');
  const [bob, eve] = [
    await installation.aUser('CSR', { tenantId }),
    await installation.aUser('CSR', { tenantId }),
  ];
  const verified = (sub: string, email: string) => bearing({ sub, email, email_verified: true });
  const idOf = async (person: Person) => (await person.run(VIEWER)).data?.viewer.id ?? null;
  const atOnce = await Promise.all([1, 2, 3].map(async () => idOf(await verified('bob-there', bob.email))));
  expect(atOnce).toEqual([bob.userId, bob.userId, bob.userId]);
  expect({
    withoutAddress: await idOf(await bearing({ sub: 'bob-there' })),
    withAnother: await idOf(await verified('bob-there', eve.email)),
    addressGivenAway: await idOf(await verified('someone-else', bob.email)),
    eve: await idOf(await verified('eve-there', eve.email)),
  }).toEqual({
    withoutAddress: bob.userId,
    withAnother: bob.userId,
    addressGivenAway: null,
    eve: eve.userId,
  });
});

describeOnPostgres('beside the erasure of a user', () => {
  test('X: a subject with its verified address is not bound to it', async () => {
    const { databaseUrl = '' } = installation.app.config;
    const { id: tenantId } = await installation.aTenant('Initech');
    const { userId, email } = await installation.aUser('CSR', { tenantId });
    const held = await HeldRow.of(databaseUrl, '"user"', userId);
    const asked = (await bearing({ sub: 'late', email, email_verified: true })).run(VIEWER);
    await held.run('UPDATE "user" SET email = $1 WHERE id = $2', [`erased-${userId}@erased.invalid`, userId]);
    await held.untilAwaited(1);
    await held.release();

    expect(await asked).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    const tables = await TableDump.open(databaseUrl);
    expect(await tables.run('SELECT FROM outside_identity WHERE user_id = $1', [userId])).toEqual([]);
    await tables.close();
  });
});

test('X: a token of the issuer identifies the user, and the database alone says what the user may do', async () => {
  const ofIssuer = await bearing({ sub: ada.userId, role: 'PLATFORM_ADMIN', permissions: ['tenants:write'] });
  await installation.root.ask(
    'mutation ($id: ID!) { userUpdate(id: $id, input: { isActive: false }) { user { id } userErrors { message } } }',
    { id: ada.userId },
  );
  expect(await ofIssuer.run(VIEWER)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});
