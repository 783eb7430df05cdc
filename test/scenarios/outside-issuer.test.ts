import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { Installation, type TestUser } from '../support/installation.ts';
import { Person } from '../support/person.ts';

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

test('X: a token for another audience, of another issuer, or with an unverified or unknown address is refused', async () => {
  const refused = await Promise.all([
    bearing({ sub: ada.userId }, { audience: 'somebody-else' }),
    bearing({ sub: ada.userId }, { issuer: 'https://elsewhere.example.test' }),
    bearing({ sub: 'them', email: ada.email, email_verified: false }),
    bearing({ sub: 'them', email: 'nobody@lockstep.test', email_verified: true }),
  ]);
  for (const person of refused) {
    expect(await person.run(VIEWER)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  }
});

test('a token identifies the user with its subject or verified address, over HTTP and over a socket', async () => {
  const [byId, byAddress] = [
    await bearing({ sub: ada.userId }),
    await bearing({ sub: 'them', email: ada.email.toUpperCase(), email_verified: true }),
  ];
  const viewer = { viewer: { id: ada.userId, role: 'SUPPORT' } };
  expect([await byId.ask(VIEWER), await byAddress.ask(VIEWER)]).toEqual([viewer, viewer]);
  const stream = byAddress.follow('subscription { customerChanged { __typename } }');
  expect(await stream.event()).toEqual({ __typename: 'FeedPosition' });
  await byAddress.leave();
});

test('X: a token of the issuer identifies the user, and the database alone says what the user may do', async () => {
  const ofIssuer = await bearing({ sub: ada.userId, role: 'PLATFORM_ADMIN', permissions: ['tenants:write'] });
  await installation.root.ask(
    'mutation ($id: ID!) { userUpdate(id: $id, input: { isActive: false }) { user { id } userErrors { message } } }',
    { id: ada.userId },
  );
  expect(await ofIssuer.run(VIEWER)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});
