import { codeOf } from '../../support/authenticator-code.ts';
import { tokenIn, untilMailed } from '../../support/kept-mail.ts';
import { mutate } from '../../support/mutate.ts';
import { Person } from '../../support/person.ts';
import type { RoomSample, Stage } from '../../support/room-sample.ts';
import { aMember, enter, STORY_PASSWORD } from '../../support/sample-people.ts';
import { storyIssuer } from '../../support/story-issuer.ts';

const NEXT_PASSWORD = 'the next secret of the story';

export const sample: RoomSample = {
  rows: [],
  derived: ['Session', 'OutsideIdentity'],
  async story(stage) {
    const { email, person } = await aMember(stage, 'MANAGER');
    const elsewhere = await enter(stage, email, STORY_PASSWORD);
    const input = { currentPassword: STORY_PASSWORD, newPassword: NEXT_PASSWORD };
    await stage.run('passwordChange', { input }, person);
    const { errors } = await elsewhere.run('{ account { id } }');
    if (!errors) throw new Error('A changed password left a session elsewhere.');
    await revokeSession(stage, person, await enter(stage, email, NEXT_PASSWORD));
    await secondFactor(stage, person);
    const { ticket } = await stage.run('streamTicketCreate', {}, person, 'ticket');
    stage.keepSecret(ticket);
    await stage.run('signOut', {}, person);
    await stage.run('signOutEverywhere', {}, await enter(stage, email, NEXT_PASSWORD));
    await staySignedIn(stage, email);
    await enrolToSignIn(stage);
    await resetPassword(stage);
    await changeAddress(stage);
    await unbindIdentity(stage);
  },
  randomWrites: {},
  bounded: {
    'Query.viewerSessions': 'at most 100 sessions of a user',
    'ViewerSessionsChanged.sessions': 'at most 100 sessions of a user',
    'SignInPayload.recoveryCodes': 'ten codes',
    'TotpConfirmPayload.recoveryCodes': 'ten codes',
    'RecoveryCodesCreatePayload.recoveryCodes': 'ten codes',
    'Query.userIdentities': 'one for each issuer that the server accepts',
    'UserIdentitiesChanged.identities': 'one for each issuer that the server accepts',
  },
};

/** Each code is good once, so the second one is that of the next step. */
async function secondFactor(stage: Stage, person: Person): Promise<void> {
  const password = NEXT_PASSWORD;
  const { secret } = await stage.run('totpEnroll', { input: { password } }, person, 'secret');
  stage.keepSecret(secret);
  const first = await stage.run('totpConfirm', { code: codeOf(secret) }, person, 'recoveryCodes');
  const [one, code] = first.recoveryCodes;
  const input = { password, code: one };
  const made = await stage.run('recoveryCodesCreate', { input }, person, 'recoveryCodes');
  stage.keepSecret(code, ...made.recoveryCodes);
  await stage.run('totpDisable', { input: { password, code: codeOf(secret, 1) } }, person);
}

/** Has a user change its address: once it is withdrawn at the old address, once confirmed at the new one. */
async function changeAddress(stage: Stage): Promise<void> {
  const { email: old, person } = await aMember(stage, 'MANAGER');
  const stranger = new Person(stage.url, null);
  const email = `${stage.text()}@lockstep.test`;
  const input = { email, password: STORY_PASSWORD };
  const tokenFor = async (address: string, key: string) => {
    const [mail] = await untilMailed(stage.root, address, key);
    const token = tokenIn(mail as never);
    stage.keepSecret(token);
    return { input: { token } };
  };
  await stage.run('emailChangeRequest', { input }, person);
  await stage.run('emailChangeWithdraw', await tokenFor(old, 'emailChangeTold'), stranger);
  await stage.run('emailChangeRequest', { input }, person);
  await stage.run('emailChangeConfirm', await tokenFor(email, 'emailChange'), stranger, 'email');
}

/** Has a user of a tenant that requires a second factor set one up to sign in. */
async function enrolToSignIn(stage: Stage): Promise<void> {
  const { email } = await aMember(stage, 'MANAGER');
  const layer = { scope: 'TENANT', tenantId: stage.ids.Tenant };
  const path = 'auth.secondFactor.required';
  await mutate(stage.root, 'configUpdate', { input: { ...layer, set: [{ path, value: true }] } });
  const input = { email, password: STORY_PASSWORD };
  const { secret } = await stage.run('signInEnroll', { input }, new Person(stage.url, null), 'secret');
  stage.keepSecret(secret);
  await mutate(stage.root, 'configUpdate', { input: { ...layer, unset: [path] } });
}

/** Has a user end its session elsewhere. */
async function revokeSession(stage: Stage, person: Person, elsewhere: Person): Promise<void> {
  const { viewerSessions } = await elsewhere.ask('{ viewerSessions { id isCurrent } }');
  const [session] = viewerSessions.filter(({ isCurrent }: { isCurrent: boolean }) => isCurrent);
  await stage.run('sessionRevoke', { id: session.id }, person);
}

/** Has a user set a forgotten password by the link in an e-mail. */
async function resetPassword(stage: Stage): Promise<void> {
  const { email } = await aMember(stage, 'MANAGER');
  const stranger = new Person(stage.url, null);
  await stage.run('passwordResetRequest', { input: { email } }, stranger);
  const [mail] = await untilMailed(stage.root, email, 'passwordReset');
  const token = tokenIn(mail as never);
  stage.keepSecret(token);
  await stage.run('passwordReset', { input: { token, newPassword: NEXT_PASSWORD } }, stranger);
}

/** Has a user sign in by an outside issuer, and forget it again. */
async function unbindIdentity(stage: Stage): Promise<void> {
  const { userId, person } = await aMember(stage, 'MANAGER');
  await new Person(stage.url, await storyIssuer.token(userId)).ask('{ viewer { id } }');
  const { userIdentities } = await person.ask('{ userIdentities { id } }');
  await stage.run('userIdentityUnbind', { id: userIdentities[0].id }, person);
}

/** Leaves a session behind. */
async function staySignedIn(stage: Stage, email: string): Promise<void> {
  const stranger = new Person(stage.url, null);
  const input = { email, password: NEXT_PASSWORD };
  const { refreshToken } = await stage.run('signIn', { input }, stranger, 'refreshToken');
  const next = await stage.run('tokenRefresh', { refreshToken }, stranger, 'accessToken refreshToken');
  stage.keepSecret(refreshToken, next.accessToken, next.refreshToken);
}
