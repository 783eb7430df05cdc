import { expect, test } from '@jest/globals';
import { HeldRow } from '../support/held-row.ts';
import { mailsTo, tokenIn, untilMailed } from '../support/kept-mail.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
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
const USERS = 'query ($id: ID, $f: UserFilter) { users(tenantId: $id, filter: $f) { nodes { name } } }';
const usersOf = async (email: string, id = acme.id) =>
  (await root.ask(USERS, { id, f: { email: { equals: email } } })).users.nodes;

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
  const stream = ada.follow(
    'subscription { invitationUpdated { __typename ... on InvitationUpdated { invitation { status } actor { name } } } }',
  );
  const { id, token } = await invite(email.toUpperCase(), { role: 'OWNER', customerId });
  expect(await accept(token)).toEqual([]);
  expect(await stream.change()).toMatchObject({
    invitation: { status: 'ACCEPTED' },
    actor: { name: 'Ana' },
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
  expect([await usersOf(known, globex.id), await usersOf(known)]).toMatchObject([[{}], []]);
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

describeOnPostgres('while an invitation is being decided', () => {
  const state = async (id: string, email: string) => ({
    status: (await ada.ask(ONE, { id })).invitation.status,
    users: (await usersOf(email)).length,
  });
  const withdraw = (id: string) => codes(ada, 'invitationWithdraw', { id });
  const again = (email: string) => codes(ada, 'invitationCreate', { input: { email, role: 'CSR' } });
  const hold = (id: string) => HeldRow.of(String(installation.app.config.databaseUrl), 'invitation', id);

  test('68: accepted and withdrawn at the same moment it is either, and inviting again waits for the outcome', async () => {
    for (const first of ['ACCEPTED', 'WITHDRAWN']) {
      const email = anAddress();
      const { id, token } = await invite(email);
      const held = await hold(id);
      const accepting = () => accept(token).then((all) => all.map(({ code }) => code));
      const withdrawing = () => withdraw(id);
      const [one, two] = first === 'ACCEPTED' ? [accepting, withdrawing] : [withdrawing, accepting];
      const winner = one();
      await held.untilAwaited(1);
      const loser = two();
      await held.untilAwaited(2);
      expect(await again(email)).toEqual(['ALREADY_EXISTS']);
      await held.release();
      expect(await winner).toEqual([]);
      expect(await loser).toEqual([first === 'ACCEPTED' ? 'INVALID_STATE' : 'INVALID_INPUT']);
      expect(await state(id, email)).toEqual({ status: first, users: first === 'ACCEPTED' ? 1 : 0 });
      expect(await again(email)).toEqual(first === 'ACCEPTED' ? ['ALREADY_EXISTS'] : []);
    }
  });

  test('68: accepted twice at the same moment it makes one user', async () => {
    const email = anAddress();
    const { id, token } = await invite(email);
    const held = await hold(id);
    const both = [accept(token), accept(token)];
    await held.untilAwaited(2);
    await held.release();
    const answers = await Promise.all(both);
    expect(answers.map((refused) => refused.length).toSorted()).toEqual([0, 1]);
    expect(await state(id, email)).toEqual({ status: 'ACCEPTED', users: 1 });
  });

  test('68: accepted while its end comes it has expired for all, and does not bar the next one', async () => {
    const email = anAddress();
    const { id, token } = await invite(email);
    const held = await hold(id);
    const [accepted, withdrawn] = [accept(token), withdraw(id)];
    await held.untilAwaited(2);
    await held.run(`UPDATE invitation SET expires_at = now() - interval '1 second' WHERE id = $1`, [id]);
    await held.release();
    expect(await accepted).toMatchObject([{ code: 'INVALID_STATE' }]);
    expect(await withdrawn).toEqual(['INVALID_STATE']);
    const answers = await Promise.all([again(email), again(email), again(email)]);
    expect(answers.toSorted()).toEqual([[], ['ALREADY_EXISTS'], ['ALREADY_EXISTS']]);
    expect(await state(id, email)).toEqual({ status: 'EXPIRED', users: 0 });
  });
});

test('68: accepted, withdrawn, sent again, expired and invited again at the same moment on two nodes it ends in one allowed state', async () => {
  const elsewhere = await installation.anotherNode({ REQUESTS_PER_SECOND: '1000' });
  for (let round = 0; round < 6; round += 1) {
    const email = anAddress();
    const expiresAt = new Date(Date.now() + (round % 2 === 0 ? 60_000 : 4_000)).toISOString();
    const { id, token } = await invite(email, { expiresAt });
    // In every second round the end comes while the others are under way.
    if (round % 2 === 1) while (Date.now() < Date.parse(expiresAt) - 50) await ada.ask(ONE, { id });
    const input = { token, name: 'Ana', password: PASSWORD };
    const again = { input: { email, role: 'CSR' } };
    const [accepted, withdrawn, , invited] = await Promise.all([
      codes(stranger.at(elsewhere), 'invitationAccept', { input }),
      codes(ada, 'invitationWithdraw', { id }),
      codes(ada.at(elsewhere), 'invitationResend', { id }),
      codes(ada, 'invitationCreate', again),
      codes(ada.at(elsewhere), 'invitationCreate', again),
    ]);
    const { status } = (await ada.ask(ONE, { id })).invitation;
    const users = (await usersOf(email)).length;
    expect([accepted.length === 0, users]).toEqual([status === 'ACCEPTED', status === 'ACCEPTED' ? 1 : 0]);
    if (withdrawn.length === 0) expect(status).toBe('WITHDRAWN');
    const OPEN =
      'query ($id: ID!, $f: InvitationFilter) { invitations(tenantId: $id, filter: $f) { nodes { status } } }';
    const f = { email: { equals: email } };
    const { nodes } = (await root.ask(OPEN, { id: acme.id, f })).invitations;
    const open = nodes.filter((node: { status: string }) => node.status === 'PENDING');
    expect(open.length).toBeLessThanOrEqual(1);
    if (status === 'ACCEPTED') expect([open.length, invited]).toEqual([0, ['ALREADY_EXISTS']]);
  }
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
