import { expect, test } from '@jest/globals';
import { consoleWindows } from '../support/console-windows.ts';
import { mutate } from '../support/mutate.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, sam } = await aStage({ acme: { ada: 'TENANT_ADMIN', sam: 'SUPPORT' } });
const { url, root } = { url: installation.app.url, root: installation.root };
const { openAs } = consoleWindows(url);

const LENGTH = 'auth.password.minLength';
const COLOUR = 'branding.primaryColor';

const setOf = (path: string) => `Change ${path}`;
const set = (value: unknown) =>
  mutate(ada, 'configUpdate', { input: { scope: 'TENANT', set: [{ path: LENGTH, value }] } });

test('67: a change is shown before it is applied, refused with a reason, and is then in the window of another role', async () => {
  const [staff, reader] = [
    await openAs(ada, '/config/tree?q=minLength'),
    await openAs(sam, '/config/tree?q=minLength'),
  ];
  const setting = reader.page.getByRole('listitem').filter({ has: reader.heading(LENGTH) });
  await setting.getByText('Built in').first().waitFor();
  expect(await reader.button(setOf(LENGTH)).count()).toBe(0);

  await staff.button(setOf(LENGTH)).click();
  const value = staff.page.getByRole('dialog').getByRole('textbox', { name: 'Value' });
  await value.fill('3');
  await staff.button('Preview').click();
  await staff.page.getByRole('dialog').getByRole('alert').waitFor();
  await value.fill('14');
  await staff.button('Preview').click();
  await staff.sees('10 becomes 14');
  await setting.getByText('Built in').first().waitFor();
  await staff.button('Apply').click();
  await setting.getByText('From Tenant').waitFor();
  await setting.getByText('14', { exact: true }).first().waitFor();
});

test('67: a preview that no longer holds is not applied: the present one is shown', async () => {
  await set(15);
  const staff = await openAs(ada, '/config/tree?q=minLength');
  await staff.button(setOf(LENGTH)).click();
  await staff.page.getByRole('dialog').getByRole('textbox', { name: 'Value' }).fill('20');
  await staff.button('Preview').click();
  await staff.sees('15 becomes 20');
  await set(18);
  await staff.button('Apply').click();
  await staff.sees('Someone changed the settings meanwhile');
  await staff.sees('18 becomes 20');
  await staff.button('Apply').click();
  await staff.page.getByRole('dialog').waitFor({ state: 'detached' });
  await staff.page.getByText('20', { exact: true }).first().waitFor();
});

test('67: a conflict shows the three values, and its decision is in every window', async () => {
  const rule = { name: 'Colours', triggers: [COLOUR], targetScopes: ['TENANT'], direction: 'DOWN' };
  await mutate(root, 'syncRuleCreate', { input: { ...rule, strategy: 'MERGE', priority: 1 } });
  const [staff, reader] = [await openAs(ada, '/config/conflicts'), await openAs(sam, '/config/conflicts')];
  await reader.sees('There is no open conflict');
  const write = (scope: object, value: string) =>
    mutate(root, 'configUpdate', { input: { ...scope, set: [{ path: COLOUR, value }] } });
  await write({ scope: 'TENANT', tenantId: acme.id }, '#ffffff');
  await write({ scope: 'PLATFORM' }, '#123456');
  await reader.heading(COLOUR).waitFor();
  for (const side of ['Not set', '#123456', '#ffffff']) await reader.sees(side);
  expect(await reader.button(`${COLOUR}: take the value from above`).count()).toBe(0);
  await staff.isAccessible();
  await staff.button(`${COLOUR}: take the value from above`).click();
  await reader.sees('There is no open conflict');
  await reader.goTo(`/config/tree?q=${COLOUR}`);
  await reader.sees('From Platform');
});

test('67: axe finds nothing serious on the settings, their origin and a change', async () => {
  const staff = await openAs(ada, '/config/tree');
  await staff.heading(LENGTH).waitFor();
  await staff.page.getByText(`Where the value of ${LENGTH} comes from`).click();
  await staff.isAccessible();
  await staff.button(setOf(LENGTH)).click();
  await staff.isAccessible();
});
