import { expect, test } from '@jest/globals';
import { consoleWindows } from '../support/console-windows.ts';
import { signIn, TEST_PASSWORD } from '../support/installation.ts';
import { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const { url } = installation.app;
const { openAs } = consoleWindows(url);

const HOSTILE = '<img src=x onerror="window.hacked = 1">';

test('67: what a person says of itself is saved, is in its other window and in that of an administrator, and a fault is at its field', async () => {
  const eve = await installation.aUser('CSR', { tenantId: acme.id });
  const [one, other] = [await openAs(eve, '/me'), await openAs(eve, '/me')];
  const admin = await openAs(ada, '/admin/users');
  await other.page.getByRole('textbox', { name: 'Name' }).waitFor();
  await one.page.getByRole('textbox', { name: 'Name' }).fill(HOSTILE);
  await one.page.getByLabel('Time zone').selectOption('Europe/Zurich');
  await one.page.getByLabel('Language').fill('no language at all');
  await one.button('Save').click();
  await one.page.locator('input[aria-invalid]').waitFor();
  expect(await one.page.getByLabel('Language').getAttribute('aria-invalid')).toBe('true');
  await one.page.getByLabel('Language').fill('de-CH');
  await one.button('Save').click();
  await one.sees('Saved.');
  for (const window of [one, other]) await window.page.getByText(HOSTILE).first().waitFor();
  await admin.sees(HOSTILE);
  await other.page
    .getByLabel('Time zone')
    .locator('option:checked', { hasText: 'Europe/Zurich' })
    .waitFor({ state: 'attached' });
  expect(await other.page.getByLabel('Language').inputValue()).toBe('de-CH');
  expect(await other.page.evaluate('window.hacked')).toBeUndefined();
  await one.isAccessible();
});

test('67: the sessions of a person are live, and one that is ended there is signed out', async () => {
  const eve = await installation.aUser('SUPPORT', { tenantId: acme.id });
  const desk = await openAs(eve, '/me');
  const sessions = desk.page.getByRole('list', { name: 'Where you are signed in' }).getByRole('listitem');
  await sessions.filter({ hasText: 'This window' }).waitFor();
  const before = await sessions.count();
  const phone = await openAs(eve, '/');
  await sessions.nth(before).waitFor();
  const token = await signIn(url, eve.email, TEST_PASSWORD);
  await sessions.nth(before + 1).waitFor();
  expect(await sessions.filter({ hasText: 'This window' }).count()).toBe(1);
  for (let left = before + 1; left > 0; left -= 1) {
    await desk.page
      .getByRole('button', { name: /^End the session of/ })
      .first()
      .click();
    await desk.page.getByRole('dialog').getByRole('button', { name: 'End' }).click();
    await sessions.nth(left).waitFor({ state: 'detached' });
  }
  await phone.button('Sign in').waitFor();
  const refused = await new Person(url, token).run('{ viewer { id } }');
  expect(refused.data?.viewer ?? null).toBeNull();
  await sessions.filter({ hasText: 'This window' }).waitFor();
});

test('67: the page of the account is reached and saved with the keyboard alone', async () => {
  const eve = await installation.aUser('CSR', { tenantId: acme.id });
  const window = await openAs(eve, '/');
  await window.tabTo('button', 'You');
  await window.page.keyboard.press('Enter');
  await window.tabTo('link', 'My account');
  await window.page.keyboard.press('Enter');
  await window.tabTo('textbox', 'Name');
  await window.page.keyboard.press('ControlOrMeta+A');
  await window.page.keyboard.type('Eve');
  await window.page.keyboard.press('Enter');
  await window.sees('Saved.');
  expect((await eve.ask('{ viewer { name } }')).viewer.name).toBe('Eve');
});
