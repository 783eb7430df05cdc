import { beforeAll, expect, test } from '@jest/globals';
import { consoleWindows } from '../support/console-windows.ts';
import { TEST_PASSWORD } from '../support/installation.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, bob } = await aStage({ acme: { ada: 'TENANT_ADMIN', bob: 'TENANT_ADMIN' } });
const { url } = installation.app;
const { open, openAs } = consoleWindows(url);

beforeAll(async () => {
  const NAME =
    'mutation ($id: ID!, $name: String!) { userUpdate(id: $id, input: { name: $name }) { userErrors { message } } }';
  await installation.root.ask(NAME, { id: ada.userId, name: 'Ada' });
  await installation.root.ask(NAME, { id: bob.userId, name: 'Bob' });
});

const CHANGE =
  'mutation ($id: ID!, $input: CustomerUpdateInput!) { customerUpdate(id: $id, input: $input) { userErrors { message } } }';
const READ = 'query ($id: ID!) { customer(id: $id) { company phone } }';

test('a wrong password is refused at the form; the right one leads to the page that was asked for, and stays', async () => {
  const window = await open('/customers?status=TRIAL');
  await window.submitSignIn(ada.email, 'not-the-password');
  await window.page.getByRole('alert').waitFor();
  await window.signIn(ada);
  await window.heading('Customers').waitFor();
  expect(await window.page.getByRole('combobox', { name: 'Status' }).inputValue()).toBe('TRIAL');
  await window.page.reload();
  await window.heading('Customers').waitFor();
});

test('an edit in one window is in the other one, marked with its author; so are a creation and a deletion', async () => {
  const id = await installation.aCustomer(acme.id, 'Birch Homes');
  const [one, other] = [await openAs(ada, '/customers'), await openAs(bob, '/customers')];
  await other.row('Birch Homes').waitFor();
  await one.row('Birch Homes').click();
  await one.button('Edit customer').click();
  await one.page.getByRole('textbox', { name: 'Company' }).fill('Beech Homes');
  await one.button('Save').click();
  await other.row('Beech Homes').waitFor();
  expect(await other.row('Beech Homes').textContent()).toContain('Changed by Ada');
  expect(await other.row('Birch Homes').count()).toBe(0);
  await one.button('Delete').click();
  await one.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await other.row('Beech Homes').waitFor({ state: 'detached' });
  await one.heading('Customers').waitFor();
  expect((await ada.run('query ($id: ID!) { customer(id: $id) { id } }', { id })).data.customer).toBeNull();
});

test('two edits of one field: both versions are shown, none is lost unseen, and other fields are merged', async () => {
  const id = await installation.aCustomer(acme.id, 'Cedar Homes');
  const window = await openAs(ada, `/customers/${id}`);
  await window.button('Edit customer').click();
  await window.page.getByRole('textbox', { name: 'Company' }).fill('Cedar by Ada');
  await bob.ask(CHANGE, { id, input: { company: 'Cedar by Bob', phone: '+44 20 7946 0000' } });
  await window.sees('Bob made this “Cedar by Bob”');
  expect(await window.page.getByLabel('Phone').inputValue()).toBe('+44 20 7946 0000');
  await window.button('Save').click();
  await window.sees('Nothing was saved');
  expect((await ada.ask(READ, { id })).customer.company).toBe('Cedar by Bob');
  expect(await window.page.getByRole('textbox', { name: 'Company' }).inputValue()).toBe('Cedar by Ada');
  await window.button('Keep mine').click();
  await window.button('Save').click();
  await window.page.getByRole('dialog').waitFor({ state: 'detached' });
  expect((await ada.ask(READ, { id })).customer).toEqual({
    company: 'Cedar by Ada',
    phone: '+44 20 7946 0000',
  });
});

test('a fault of the server is shown at its field, and the text stays', async () => {
  const window = await openAs(ada, '/customers');
  await window.button('New customer').click();
  await window.page.getByRole('textbox', { name: 'Company' }).fill('Elder Homes');
  await window.page.getByRole('dialog').getByLabel('E-mail').fill('no address');
  await window.button('Save').click();
  await window.page.locator('input[aria-invalid]').waitFor();
  const fault = window.page.getByRole('dialog').getByRole('alert');
  expect(await fault.textContent()).toMatch(/e-?mail/i);
  expect(await window.page.getByRole('textbox', { name: 'Company' }).inputValue()).toBe('Elder Homes');
});

test('a role that is withdrawn takes the open page and its place in the menu away, and says so', async () => {
  const eve = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  const window = await openAs(eve, '/maintenance');
  await window.heading('Maintenance').waitFor();
  await installation.root.ask(
    'mutation ($id: ID!) { userRoleSet(id: $id, role: CSR) { userErrors { message } } }',
    { id: eve.userId },
  );
  await window.heading('This page is no longer yours').waitFor();
  await window.page.getByRole('link', { name: 'Maintenance' }).waitFor({ state: 'detached' });
  await window.page.getByRole('link', { name: 'To the home page' }).click();
  await window.page.getByText('Customer service').first().waitFor();
  await window.goTo('/maintenance');
  await window.heading('Not here').waitFor();
});

test('a window without a connection keeps what it shows and says since when, and then has what it missed', async () => {
  const id = await installation.aCustomer(acme.id, 'Fir Homes');
  const window = await openAs(ada, '/customers');
  await window.row('Fir Homes').waitFor();
  await window.context.setOffline(true);
  await window.button('Offline since').waitFor();
  await window.row('Fir Homes').waitFor();
  await bob.ask(CHANGE, { id, input: { company: 'Fir and Sons' } });
  await window.context.setOffline(false);
  await window.row('Fir and Sons').waitFor();
  await window.inStep();
});

test('hostile names are texts in the table, on the page, in the form and in the question, and nothing runs', async () => {
  const names = [
    '<img src=x onerror="window.hacked = 1">',
    '"><script>window.hacked = 1</script>',
    "{company} {count, plural, one {#} other {'}",
    'javascript:window.hacked=1',
  ];
  for (const name of names) await installation.aCustomer(acme.id, name);
  const window = await openAs(ada, '/customers');
  for (const name of names) {
    await window.goTo(`/customers?${new URLSearchParams({ q: name })}`);
    await window.page.getByText('1 row', { exact: true }).waitFor();
    await window.row(name).click();
    await window.heading(name).waitFor();
    await window.button('Delete').click();
    await window.sees(`${name} is deleted for everyone.`);
    await window.button('Cancel').click();
  }
  expect(await window.page.evaluate('window.hacked')).toBeUndefined();
});

test('with the keyboard alone: from the sign-in to a saved edit', async () => {
  const id = await installation.aCustomer(acme.id, 'Hazel Homes');
  const window = await open('/customers?q=Hazel');
  const { keyboard } = window.page;
  await window.tabTo('textbox', 'E-mail');
  await keyboard.type(ada.email);
  await window.tabTo('textbox', 'Password');
  await keyboard.type(TEST_PASSWORD);
  await keyboard.press('Enter');
  await window.row('Hazel Homes').waitFor();
  await window.tabTo('grid', 'Customers');
  await keyboard.press('Enter');
  await window.tabTo('button', 'Edit customer');
  await keyboard.press('Enter');
  await window.tabTo('textbox', 'Company');
  await keyboard.press('ControlOrMeta+A');
  await keyboard.type('Hazel and Daughters');
  await keyboard.press('Enter');
  await window.heading('Hazel and Daughters').waitFor();
  expect((await ada.ask(READ, { id })).customer.company).toBe('Hazel and Daughters');
});

test('axe finds nothing serious on any page, light or dark', async () => {
  const id = await installation.aCustomer(acme.id, 'Ivy Homes');
  const window = await open('/customers');
  await window.isAccessible();
  await window.signIn(ada);
  await window.row('Ivy Homes').waitFor();
  await window.isAccessible();
  await window.button('New customer').click();
  await window.isAccessible();
  for (const path of ['/', '/maintenance', `/customers/${id}`, '/nowhere']) {
    await window.goTo(path);
    await window.page.getByRole('heading', { level: 1 }).waitFor();
    await window.inStep();
    await window.isAccessible();
  }
});
