import { describe, expect, test } from '@jest/globals';
import { isInNetworks, isNetwork } from '../../../src/lib/in-networks.ts';
import { isWellFormed, newApiToken } from '../../../src/modules/api-tokens/api-token-form.terms.ts';
import { anApiToken, inDays } from '../../support/api-token.ts';
import { codes, mutate, refusals } from '../../support/mutate.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, ada, sue, org } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', sue: 'SUPPORT', org: 'ORGANIZATION_ADMIN' } },
  { REQUESTS_PER_SECOND: '1000' },
);
const { url } = installation.app;

test('a user has at most 100 tokens that have not ended', async () => {
  const admin = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  const input = { name: 'One of many', permissions: ['customers:read'], expiresAt: inDays(1) };
  const made: string[] = [];
  while (made.length < 100)
    made.push((await mutate(admin, 'apiTokenCreate', { input }, 'apiTokenId')).apiTokenId);
  expect(await codes(admin, 'apiTokenCreate', { input })).toEqual(['LIMIT_REACHED']);
  await mutate(admin, 'apiTokenRevoke', { id: made[0] });
  expect(await codes(admin, 'apiTokenCreate', { input })).toEqual([]);
});

test('X: the token of another person can be revoked by an administrator, and neither changed nor rotated', async () => {
  const { id } = await anApiToken(ada, url, ['customers:read']);
  expect(await codes(org, 'apiTokenUpdate', { id, input: { name: 'Mine' } })).toEqual(['FORBIDDEN_CHANGE']);
  expect(await codes(org, 'apiTokenRotate', { id })).toEqual(['FORBIDDEN_CHANGE']);
  expect(await codes(sue, 'apiTokenRevoke', { id })).toEqual(['NOT_FOUND']);
  await mutate(org, 'apiTokenRevoke', { id });
  await mutate(org, 'apiTokenRevoke', { id });
});

test('X: no viewer gets a secret of a service account that may do more than it', async () => {
  const email = `${crypto.randomUUID()}@lockstep.test`;
  const account = { name: 'A service', email, role: 'TENANT_ADMIN', isServiceAccount: true };
  const { userId } = await mutate(ada, 'userCreate', { input: account }, 'userId');
  const { id } = await anApiToken(ada, url, ['customers:write'], { userId });
  expect(await refusals(org, 'apiTokenRotate', { id })).toMatchObject([
    { code: 'FORBIDDEN_CHANGE', message: 'You may not give a token what you do not hold: customers:write.' },
  ]);
});

test('X: a user sees its own tokens, and staff without api-tokens:read no others', async () => {
  await mutate(ada, 'userUpdate', { id: sue.userId, input: { permissions: ['api-tokens:write'] } });
  const own = await anApiToken(sue, url, ['customers:read']);
  const { apiTokens } = await sue.ask('{ apiTokens { totalCount nodes { id } } }');
  expect(apiTokens).toEqual({ totalCount: 1, nodes: [{ id: own.id }] });
  await mutate(ada, 'userUpdate', { id: sue.userId, input: { permissions: [] } });
  expect(await codes(sue, 'apiTokenRotate', { id: own.id })).toEqual(['FORBIDDEN']);
  await mutate(sue, 'apiTokenRevoke', { id: own.id });
});

describe('a secret', () => {
  test('has a form that a scanner recognises: each change of one character breaks it', () => {
    const secret = newApiToken();
    expect(isWellFormed(secret)).toBe(true);
    for (let at = 0; at < secret.length; at += 1) {
      const other = secret[at] === 'A' ? 'B' : 'A';
      expect(isWellFormed(`${secret.slice(0, at)}${other}${secret.slice(at + 1)}`)).toBe(false);
    }
  });
});

describe('networks', () => {
  test.each([
    ['10.0.0.5', '10.0.0.0/8', true],
    ['::ffff:10.0.0.5', '10.0.0.0/8', true],
    ['::FFFF:11.0.0.5', '10.0.0.0/8', false],
    ['2001:db8::5', '2001:db8::/32', true],
    ['2001:db9::5', '2001:db8::/32', false],
    ['192.0.2.7', '192.0.2.7/32', true],
    ['192.0.2.7', '::/0', false],
    ['192.0.2.7', '0.0.0.0/0', true],
    ['unknown', '0.0.0.0/0', false],
    [null, '0.0.0.0/0', false],
  ])('%s is in %s: %s', (ip, network, isIn) => {
    expect(isInNetworks(ip, [network])).toBe(isIn);
  });

  test.each([
    '10.0.0.0/33',
    '10.0.0.1/8',
    '10.0.0.0/8 ',
    '10.0.0.0/08',
    '010.0.0.0/8',
    '10.0/8',
    '::1/64',
    ':::/8',
    '',
  ])('%j is no network', (text) => {
    expect(isNetwork(text)).toBe(false);
  });
});
