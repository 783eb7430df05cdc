import { expect, test } from '@jest/globals';
import { mailsTo, tokenIn, untilMailed } from '../support/kept-mail.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, globex, gil } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' }, globex: { gil: 'TENANT_ADMIN' } },
  { REQUESTS_PER_SECOND: '1000' },
);
const { root } = installation;
const stranger = installation.stranger();

const PASSWORD = 'a password of her own';
const ONE = 'query ($id: ID!) { invitation(id: $id) { status user { email name role } } }';

const anAddress = () => `ana-${crypto.randomUUID()}@lockstep.test`;
const accept = (token: unknown, more: object = {}) =>
  refusals(stranger, 'invitationAccept', { input: { token, name: 'Ana', password: PASSWORD, ...more } });
const signIn = (email: string) => codes(stranger, 'signIn', { input: { email, password: PASSWORD } });
const usersOf = async (email: string) =>
  (
    await root.ask('query ($f: UserFilter) { users(filter: $f) { nodes { name } } }', {
      f: { email: { equals: email } },
    })
  ).users.nodes;

/** Invites an address and gives the invitation and the token of its link. */
async function invite(email: string, more: object = {}): Promise<{ id: string; token: string }> {
  const input = { email, role: 'CSR', ...more };
  const { invitationId: id } = await mutate(ada, 'invitationCreate', { input }, 'invitationId');
  const [mail] = await untilMailed(root, email.toLowerCase(), 'invitation');
  return { id, token: tokenIn(mail as never) };
}

const UNUSABLE = [{ code: 'INVALID_INPUT', path: ['input', 'token'] }];

test('68: what is no link of an invitation makes no user, whatever it is', async () => {
  for (const token of ['', ' ', 'a'.repeat(43), 'a'.repeat(100_000)]) {
    expect(await accept(token)).toMatchObject(UNUSABLE);
  }
  const email = anAddress();
  const { token } = await invite(email);
  expect(await accept(token, { password: 'short' })).toMatchObject([{ path: ['input', 'password'] }]);
  expect(await accept(token, { password: null })).toMatchObject([{ path: ['input', 'password'] }]);
  expect(await accept(token, { name: ' ' })).toMatchObject([{ path: ['input', 'name'] }]);
  expect(await usersOf(email)).toEqual([]);
  expect(await accept(token)).toEqual([]);
});

test('68: an invited person chooses name and password, is one user in whatever case the address was written, and signs in', async () => {
  const email = anAddress();
  const customerId = await installation.aCustomer(acme.id);
  const stream = ada.follow('subscription { invitationUpdated { invitation { status } actor { kind } } }');
  const { id, token } = await invite(email.toUpperCase(), { role: 'OWNER', customerId });
  expect(await accept(token)).toEqual([]);
  expect(await stream.change()).toMatchObject({
    invitationUpdated: { invitation: { status: 'ACCEPTED' }, actor: { kind: 'USER' } },
  });
  expect(await signIn(email)).toEqual([]);
  expect((await ada.ask(ONE, { id })).invitation).toEqual({
    status: 'ACCEPTED',
    user: { email, name: 'Ana', role: 'OWNER' },
  });
  expect(await accept(token)).toMatchObject(UNUSABLE);
  expect(await refusals(ada, 'invitationWithdraw', { id })).toMatchObject([
    { code: 'INVALID_STATE', message: 'The invitation is ACCEPTED: invite again.' },
  ]);
});

test('68: inviting tells nothing of accounts in other tenants: only the person with the address learns of one', async () => {
  const known = (await installation.aUser('CSR', { tenantId: globex.id })).email;
  const input = { email: known, role: 'CSR' };
  const answer = await mutate(ada, 'invitationCreate', { input }, 'invitation { status endedAt }');
  const other = await mutate(
    ada,
    'invitationCreate',
    { input: { ...input, email: anAddress() } },
    'invitation { status endedAt }',
  );
  expect(answer.invitation).toEqual(other.invitation);
  const [mail] = await untilMailed(root, known, 'invitation');
  expect(mail?.status).toBe('KEPT');
  expect(await accept(tokenIn(mail as never))).toMatchObject([
    { code: 'ALREADY_EXISTS', path: ['input', 'token'] },
  ]);
  expect(await usersOf(known)).toHaveLength(1);
});

test('68: an open invitation bars a second one; a later link ends the one before, and withdrawing or deleting ends both', async () => {
  const email = anAddress();
  const { id, token } = await invite(email);
  expect(await refusals(ada, 'invitationCreate', { input: { email, role: 'CSR' } })).toMatchObject([
    { code: 'ALREADY_EXISTS', path: ['input', 'email'] },
  ]);
  expect(await refusals(gil, 'invitationCreate', { input: { email, role: 'CSR' } })).toEqual([]);
  await mutate(ada, 'invitationResend', { id });
  expect(await accept(token)).toMatchObject(UNUSABLE);
  await mutate(ada, 'invitationWithdraw', { id });
  const again = await invite(email);
  await mutate(ada, 'invitationDelete', { id: again.id });
  expect(await accept(again.token)).toMatchObject(UNUSABLE);
  expect(await usersOf(email)).toEqual([]);
});

test('68: an invitation that has expired says so, is not accepted, and does not bar the next one', async () => {
  const email = anAddress();
  const customerId = await installation.aCustomer(acme.id);
  const { id, token } = await invite(email, {
    role: 'OWNER',
    customerId,
    expiresAt: new Date(Date.now() + 4_000).toISOString(),
  });
  while ((await ada.ask(ONE, { id })).invitation.status === 'PENDING');
  expect(await accept(token)).toMatchObject([
    { code: 'INVALID_STATE', message: 'The invitation has expired: ask for another one.' },
  ]);
  expect(await refusals(ada, 'invitationResend', { id })).toMatchObject([{ code: 'INVALID_STATE' }]);
  const next = await invite(email);
  expect(await accept(next.token)).toEqual([]);
});

test('68: asking for a new password sends an invited person to the invitation and is no way around it', async () => {
  const email = anAddress();
  const { id } = await invite(email);
  await mutate(stranger, 'passwordResetRequest', { input: { email } });
  const [mail] = await untilMailed(root, email, 'passwordReset');
  expect(mail?.text).toContain('/invitation#');
  const token = tokenIn(mail as never);
  expect(await codes(stranger, 'passwordReset', { input: { token, newPassword: PASSWORD } })).toEqual([
    'INVALID_INPUT',
  ]);
  expect(await accept(token)).toEqual([]);
  expect((await ada.ask(ONE, { id })).invitation.status).toBe('ACCEPTED');
  expect(await mailsTo(root, email, 'passwordReset', 'invitation')).toEqual([]);
});

test('68: accepting, withdrawing, expiring and inviting again at the same moment end in one allowed state', async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 6; round += 1) {
    const email = anAddress();
    const { id, token } = await invite(email);
    const input = { email, role: 'CSR' };
    const [accepted, withdrawn, again, twice] = await Promise.all([
      accept(token),
      refusals(ada, 'invitationWithdraw', { id }),
      refusals(ada, 'invitationCreate', { input }),
      accept(token),
    ]);
    const { status } = (await ada.ask(ONE, { id })).invitation;
    seen.add(status);
    const users = await usersOf(email);
    const done = [accepted, twice].filter((refused) => refused.length === 0).length;
    expect({ status, users: users.length, done, withdrawn: withdrawn.length === 0 }).toEqual(
      status === 'ACCEPTED'
        ? { status, users: 1, done: 1, withdrawn: false }
        : { status: 'WITHDRAWN', users: 0, done: 0, withdrawn: true },
    );
    const { nodes } = (
      await ada.ask('query ($f: InvitationFilter) { invitations(filter: $f) { nodes { status } } }', {
        f: { email: { equals: email }, status: { equals: 'PENDING' } },
      })
    ).invitations;
    expect(nodes).toHaveLength(again.length === 0 ? 1 : 0);
    if (status === 'ACCEPTED') expect(again).not.toEqual([]);
  }
  expect([...seen].every((status) => ['ACCEPTED', 'WITHDRAWN'].includes(status))).toBe(true);
});

test('68: a suspended tenant sends no invitation, and none is accepted there', async () => {
  const tenant = await installation.aTenant('Initech');
  const email = anAddress();
  const input = { tenantId: tenant.id, email, role: 'CSR' };
  await mutate(root, 'invitationCreate', { input });
  const [mail] = await untilMailed(root, email, 'invitation');
  await mutate(root, 'tenantUpdate', { id: tenant.id, input: { status: 'SUSPENDED' } });
  expect(await accept(tokenIn(mail as never))).toMatchObject([{ code: 'INVALID_STATE' }]);
  expect(await usersOf(email)).toEqual([]);
});
