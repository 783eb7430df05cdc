import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { OutsideIssuer } from '../../../src/modules/sessions/outside-issuer.ts';

const NOW = new Date('2026-05-02T12:00:00.000Z');
const ISSUER = 'https://id.example.com';
const KID = 'key-1';

let keys: { publicKey: CryptoKey; privateKey: CryptoKey };
let server: Server;
let issuer: OutsideIssuer;

beforeAll(async () => {
  keys = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(keys.publicKey);
  // Without `alg`, as many providers publish them: a token must not choose the algorithm of a key.
  const body = JSON.stringify({ keys: [{ ...jwk, kid: KID, use: 'sig' }] });
  server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  issuer = issuerOf(`http://127.0.0.1:${port}/jwks.json`);
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

describe('tokens of an outside issuer', () => {
  test('a token signed with a published key is read', async () => {
    const token = await signed({ email: 'Ada@Example.com', email_verified: true });
    expect(await issuer.verify(token)).toEqual({
      subject: 'subject-1',
      verifiedEmail: 'ada@example.com',
      name: null,
      expiresAt: later(60 + 30),
      signIn: {
        issuer: 'https://id.example.com',
        subject: 'subject-1',
        sid: null,
        issuedAt: null,
        clientId: 'lockstep-web',
        authenticatedAt: null,
        hasSecondFactor: false,
      },
    });
  });

  test.each([undefined, false, 'false', 'true', 1, null, 0])(
    'an address with email_verified %j counts for nothing',
    async (isVerified) => {
      const token = await signed({ email: 'ada@example.com', email_verified: isVerified });
      expect(await issuer.verify(token)).toMatchObject({ verifiedEmail: null });
    },
  );

  test('a text that is no address counts for nothing', async () => {
    expect(
      await issuer.verify(await signed({ email: ['ada@example.com'], email_verified: true })),
    ).toMatchObject({ verifiedEmail: null });
  });

  test.each([
    ['another issuer', { iss: 'https://evil.example.com' }],
    ['another audience', { aud: 'another-client' }],
    ['no audience', { aud: undefined }],
    ['no end', { exp: undefined }],
    ['no subject', { sub: undefined }],
    ['an end that is past by more than the leeway', { exp: later(-31).getTime() / 1_000 }],
    ['a beginning that is still to come', { nbf: later(31).getTime() / 1_000 }],
  ])('a token with %s is refused', async (_what, claims) => {
    await expect(issuer.verify(await signed(claims))).rejects.toThrow();
  });

  test('clocks may differ by 30 seconds', async () => {
    const token = await signed({ exp: later(-29).getTime() / 1_000 });
    await expect(issuer.verify(token)).resolves.toMatchObject({ subject: 'subject-1' });
  });

  test('a token of more than 16 kB is refused before it is read', async () => {
    const token = await signed({ groups: 'x'.repeat(13_000) });
    await expect(issuer.verify(token)).rejects.toMatchObject({ rule: 'OUTSIDE_TOKEN_TOO_LONG' });
    const made = `${'x.'.repeat(1_000_000)}x`;
    await expect(issuer.verify(made)).rejects.toMatchObject({ rule: 'OUTSIDE_TOKEN_TOO_LONG' });
  });

  test('a token of a session counts for 30 days after it was issued, and for none if it does not tell when', async () => {
    const daysAgo = (days: number) => ({ sid: 's', iat: later(-days * 24 * 60 * 60).getTime() / 1_000 });
    await expect(issuer.verify(await signed(daysAgo(29)))).resolves.toMatchObject({ subject: 'subject-1' });
    for (const claims of [daysAgo(31), { sid: 's' }])
      await expect(issuer.verify(await signed(claims))).rejects.toMatchObject({
        rule: 'OUTSIDE_TOKEN_EXPIRED',
      });
  });

  test('a token without a signature is refused', async () => {
    const token = new UnsecuredJWT(rightClaims()).encode();
    await expect(issuer.verify(token)).rejects.toThrow();
  });

  test('a token signed with the public key as if it were a secret is refused', async () => {
    const secret = new TextEncoder().encode(await exportSPKI(keys.publicKey));
    const token = await new SignJWT(rightClaims())
      .setProtectedHeader({ alg: 'HS256', kid: KID })
      .sign(secret);
    await expect(issuer.verify(token)).rejects.toMatchObject({ rule: 'OUTSIDE_TOKEN_ALGORITHM' });
  });

  test('a token signed with a key that is not published is refused', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const token = await new SignJWT(rightClaims())
      .setProtectedHeader({ alg: 'RS256', kid: KID })
      .sign(privateKey);
    await expect(issuer.verify(token)).rejects.toThrow();
  });

  test.each([4_102_444_800, 1e300])('an end at %p is taken for one in a day', async (exp) => {
    expect(await issuer.verify(await signed({ exp }))).toMatchObject({ expiresAt: later(24 * 60 * 60) });
  });
});

function issuerOf(jwksUrl: string): OutsideIssuer {
  return new OutsideIssuer({ jwksUrl, issuer: ISSUER, audience: 'lockstep-web' }, { now: () => NOW });
}

function later(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1_000);
}

function rightClaims() {
  return { sub: 'subject-1', iss: ISSUER, aud: 'lockstep-web', exp: later(60).getTime() / 1_000 };
}

function signed(claims: object): Promise<string> {
  return new SignJWT({ ...rightClaims(), ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: KID })
    .sign(keys.privateKey);
}
