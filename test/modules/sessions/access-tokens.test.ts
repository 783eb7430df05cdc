import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { AccessTokens } from '../../../src/modules/sessions/access-tokens.ts';

const NOW = new Date('2026-05-02T12:00:00.000Z');
const KEY = randomBytes(32);
const LIFETIME_MS = 15 * 60 * 1_000;
const SESSION = { userId: randomUUID(), sessionId: randomUUID() };

const tokens = tokensAt(NOW);

describe('access tokens', () => {
  test('a token names its user and its session, and lasts 15 minutes', async () => {
    const { token, expiresAt } = await tokens.issue(SESSION);
    expect(expiresAt).toEqual(later(15 * 60));
    expect(await tokens.verify(token)).toEqual({ ...SESSION, expiresAt });
  });

  test('a token says nothing about rights', async () => {
    const { token } = await tokens.issue(SESSION);
    expect(Object.keys(decodeJwt(token)).toSorted()).toEqual(['aud', 'exp', 'iat', 'iss', 'sid', 'sub']);
  });

  test('a token is refused from the second on in which it expires', async () => {
    const { token } = await tokens.issue(SESSION);
    await expect(tokensAt(later(15 * 60 - 1)).verify(token)).resolves.toMatchObject(SESSION);
    await expect(tokensAt(later(15 * 60)).verify(token)).rejects.toThrow();
  });

  test('a token that was accepted before is refused from the second on in which it expires', async () => {
    let now = NOW;
    const remembering = new AccessTokens(KEY, { now: () => now }, LIFETIME_MS);
    const { token } = await remembering.issue(SESSION);
    await remembering.verify(token);
    now = later(15 * 60 - 1);
    await expect(remembering.verify(token)).resolves.toMatchObject(SESSION);
    now = later(15 * 60);
    await expect(remembering.verify(token)).rejects.toThrow();
  });

  test('a token that differs by one character from one that was accepted is refused', async () => {
    const { token } = await tokens.issue(SESSION);
    await tokens.verify(token);
    const [header = '', claims = '', signature = ''] = token.split('.');
    const other = signature.startsWith('A') ? 'B' : 'A';
    await expect(tokens.verify([header, claims, other + signature.slice(1)].join('.'))).rejects.toThrow();
  });

  test('a token of another installation is refused', async () => {
    const { token } = await new AccessTokens(randomBytes(32), { now: () => NOW }, LIFETIME_MS).issue(SESSION);
    await expect(tokens.verify(token)).rejects.toThrow();
  });

  test('a token without a signature is refused', async () => {
    const token = new UnsecuredJWT({ sid: SESSION.sessionId })
      .setSubject(SESSION.userId)
      .setIssuer('lockstep')
      .setAudience('lockstep')
      .setExpirationTime(later(60))
      .encode();
    await expect(tokens.verify(token)).rejects.toThrow();
  });

  test.each([
    ['another issuer', { iss: 'elsewhere' }],
    ['another audience', { aud: 'elsewhere' }],
    ['no session', { sid: undefined }],
    ['a session that is no id', { sid: '1 OR 1=1' }],
    ['a subject that is no id', { sub: 'admin' }],
    ['no end', { exp: undefined }],
  ])('a token with %s is refused, although it is signed with our key', async (_what, claims) => {
    await expect(tokens.verify(await signed(claims, 'HS256'))).rejects.toThrow();
  });

  test('a token with another algorithm of the same key is refused', async () => {
    await expect(tokens.verify(await signed({}, 'HS256'))).resolves.toMatchObject(SESSION);
    await expect(tokens.verify(await signed({}, 'HS512'))).rejects.toThrow();
  });
});

function tokensAt(now: Date): AccessTokens {
  return new AccessTokens(KEY, { now: () => now }, LIFETIME_MS);
}

function later(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1_000);
}

function signed(claims: object, alg: string): Promise<string> {
  const right = {
    sub: SESSION.userId,
    sid: SESSION.sessionId,
    iss: 'lockstep',
    aud: 'lockstep',
    exp: later(60).getTime() / 1_000,
  };
  return new SignJWT({ ...right, ...claims }).setProtectedHeader({ alg }).sign(KEY);
}
