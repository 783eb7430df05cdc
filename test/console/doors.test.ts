import { expect, test } from '@jest/globals';
import { consoleWindows } from '../support/console-windows.ts';
import { TEST_PASSWORD } from '../support/installation.ts';
import { linkIn, untilMailed } from '../support/kept-mail.ts';
import { mutate } from '../support/mutate.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, bob } = await aStage({ acme: { ada: 'TENANT_ADMIN', bob: 'TENANT_ADMIN' } });
const { url } = installation.app;
const { open } = consoleWindows(url);
const PASSWORD = 'another-good-password';

const pathOf = ({ pathname, hash }: URL) => `${pathname}${hash}`;

test('a forgotten password is set by the link of an e-mail; a weak one and a used link are refused at the form', async () => {
  const window = await open('/');
  await window.page.getByRole('link', { name: 'Forgot your password?' }).click();
  await window.page.getByLabel('E-mail').fill(bob.email);
  await window.button('Send the link').click();
  await window.page.getByText(`If ${bob.email} has an account`).waitFor();
  const [mail] = await untilMailed(installation.root, bob.email, 'passwordReset');
  if (!mail) throw new Error('There is no e-mail.');

  const path = pathOf(linkIn(mail));
  await window.goTo(path);
  await window.isAccessible();
  await window.page.getByLabel('New password').fill('short');
  await window.button('Set the password').click();
  await window.page.getByRole('alert').waitFor();
  await window.page.getByLabel('New password').fill(PASSWORD);
  await window.button('Set the password').click();
  await window.page.getByText('Your password is set.').waitFor();
  await window.page.getByRole('link', { name: 'Sign in' }).click();
  await window.submitSignIn(bob.email, PASSWORD);
  await window.inStep();

  const late = await open(path);
  await late.page.getByLabel('New password').fill(PASSWORD);
  await late.button('Set the password').click();
  await late.page.getByText('This link cannot be used').waitFor();
});

test('a new address is confirmed by the button of its link, and the old address withdraws a change by its own', async () => {
  const who = await installation.aUser('CSR', { tenantId: acme.id });
  const { email: old } = who;
  const email = 'new-address@lockstep.test';
  const ask = () => mutate(who, 'emailChangeRequest', { input: { email, password: TEST_PASSWORD } });
  await ask();
  const [told] = await untilMailed(installation.root, old, 'emailChangeTold');
  const window = await open(pathOf(linkIn(told as never)));
  await window.button('Withdraw it').click();
  await window.page.getByText('The other address is withdrawn.').waitFor();

  await ask();
  const [mail] = await untilMailed(installation.root, email, 'emailChange');
  await window.goTo(pathOf(linkIn(mail as never)));
  await window.isAccessible();
  await window.button('Confirm the address').click();
  await window.page.getByText(`Your address is ${email} now.`).waitFor();
  const late = await open(pathOf(linkIn(mail as never)));
  await late.button('Confirm the address').click();
  await late.page.getByText('This link cannot be used').waitFor();
});

test('an invited person gets in by the link of the invitation, with a password of its own', async () => {
  const email = 'invited@lockstep.test';
  await mutate(ada, 'invitationCreate', { input: { email, role: 'CSR' } }, 'invitationId');
  const [mail] = await untilMailed(installation.root, email, 'invitation');
  if (!mail) throw new Error('There is no e-mail.');

  const window = await open(pathOf(linkIn(mail)));
  await window.page.getByLabel('Your name').fill('Ines');
  await window.page.getByLabel('Password').fill(PASSWORD);
  await window.button('Accept').click();
  await window.page.getByText(`Sign in as ${email}`).waitFor();
  await window.page.getByRole('link', { name: 'Sign in' }).click();
  await window.submitSignIn(email, PASSWORD);
  await window.inStep();
  expect(await window.page.getByText('Ines').count()).toBeGreaterThan(0);
});
