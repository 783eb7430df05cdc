import { expect, test } from '@jest/globals';
import { mutate, refusals } from '../../support/mutate.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, ada, sam, globex, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN', sam: 'SUPPORT' },
  globex: { gil: 'TENANT_ADMIN' },
});
const { root } = installation;

const anAddress = () => `${crypto.randomUUID()}@lockstep.test`;
const ONE = 'query ($id: ID!) { invitation(id: $id) { id status } }';

test('X: what cannot be invited is refused with the field and the reason', async () => {
  const alder = await installation.aCustomer(acme.id);
  const elsewhere = await installation.aCustomer(globex.id);
  const valid = { email: anAddress(), role: 'CSR' };
  const far = new Date(Date.now() + 31 * 24 * 60 * 60_000).toISOString();
  const cases = [
    [{ email: 'no address' }, 'INVALID_INPUT', 'email'],
    [{ email: sam.email.toUpperCase() }, 'ALREADY_EXISTS', 'email'],
    [{ role: 'PLATFORM_ADMIN' }, 'INVALID_INPUT', 'role'],
    [{ role: 'ORGANIZATION_ADMIN' }, 'INVALID_INPUT', 'role'],
    [{ role: 'OWNER' }, 'INVALID_INPUT', 'customerId'],
    [{ role: 'OWNER', customerId: elsewhere }, 'NOT_FOUND', 'customerId'],
    [{ role: 'OWNER', customerId: crypto.randomUUID() }, 'NOT_FOUND', 'customerId'],
    [{ customerId: alder }, 'INVALID_INPUT', 'customerId'],
    [{ tenantId: globex.id }, 'NOT_FOUND', 'tenantId'],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, 'INVALID_INPUT', 'expiresAt'],
    [{ expiresAt: far }, 'INVALID_INPUT', 'expiresAt'],
  ] as const;
  for (const [change, code, field] of cases) {
    const refused = await refusals(ada, 'invitationCreate', { input: { ...valid, ...change } });
    expect([change, refused]).toMatchObject([change, [{ code, path: ['input', field] }]]);
  }
  expect((await ada.ask('{ invitations { totalCount } }')).invitations.totalCount).toBe(0);
});

test('X: invitations of another tenant and none answer alike, and only those who may invite see any', async () => {
  const { invitationId: id } = await mutate(
    ada,
    'invitationCreate',
    { input: { email: anAddress(), role: 'CSR' } },
    'invitationId',
  );
  for (const name of ['invitationWithdraw', 'invitationResend', 'invitationDelete']) {
    const [theirs, none] = [
      await refusals(gil, name, { id }),
      await refusals(gil, name, { id: crypto.randomUUID() }),
    ];
    expect([name, theirs]).toEqual([name, none]);
    expect(theirs).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await refusals(sam, name, { id })).toMatchObject([{ code: 'FORBIDDEN' }]);
  }
  expect((await gil.ask(ONE, { id })).invitation).toBeNull();
  expect((await sam.run(ONE, { id })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect((await root.ask(ONE, { id })).invitation).toEqual({ id, status: 'PENDING' });
});
