import { beforeAll, expect, test } from '@jest/globals';
import { consoleWindows } from '../support/console-windows.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, cleo } = await aStage({ acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' } });
const { url } = installation.app;
const { open } = consoleWindows(url);

beforeAll(async () => {
  const CREATE =
    'mutation ($input: ServiceCreateInput!) { serviceCreate(input: $input) { userErrors { message } } }';
  for (const input of [
    { name: 'Tenant portal', group: 'Portals', isPublic: true, description: 'Rent, requests and news.' },
    { name: 'Card payments', group: 'Payments', isPublic: true },
    { name: 'Call centre', isPublic: false },
  ]) {
    await ada.ask(CREATE, { input });
  }
  await ada.ask(
    'mutation ($id: ID!) { statusPageUpdate(id: $id, input: { statusPageSlug: "acme" }) { userErrors { message } } }',
    { id: acme.id },
  );
});

test('67: an incident that staff opens is on the board of others and on the public page, and so is its end', async () => {
  const [staff, reader, guest] = [
    await open('/status-board'),
    await open('/status-board'),
    await open('/status/acme'),
  ];
  await guest.sees('All services are operational');
  await staff.signIn(ada);
  await reader.signIn(cleo);
  await reader.sees('All services are operational');
  expect(await reader.button('Open an incident').count()).toBe(0);

  await staff.button('Open an incident').click();
  await staff.page.getByRole('textbox', { name: 'Title' }).fill('Payments <b>are</b> late');
  await staff.page.getByLabel('What is known').fill('We look into it.');
  await staff.page.getByLabel('Who sees it').selectOption('PUBLIC');
  await staff.button('Open incident').click();
  await staff.page.getByRole('dialog').getByRole('alert').waitFor();
  await staff.page.getByLabel('Card payments', { exact: true }).selectOption('PARTIAL_OUTAGE');
  await staff.button('Open incident').click();

  for (const window of [reader, guest]) await window.sees('Some services do not work for everyone');
  await guest.heading('Payments <b>are</b> late').waitFor();
  await guest.sees('We look into it.');
  await reader.page.getByRole('link', { name: 'Payments <b>are</b> late' }).click();
  await reader.sees('We look into it.');
  expect(await reader.button('Post').count()).toBe(0);

  await staff.page.getByRole('link', { name: 'Payments <b>are</b> late' }).click();
  await staff.page.getByLabel('What is known').fill('A note of the staff.');
  await staff.page.getByLabel('Who sees it').selectOption('STAFF');
  await staff.button('Post').click();
  await reader.sees('A note of the staff.');
  await staff.page.getByLabel('What is known').fill('Payments are on time.');
  await staff.page.getByLabel('Who sees it').selectOption('PUBLIC');
  await staff.page.getByLabel('Status of the incident').selectOption('RESOLVED');
  await staff.button('Post').click();
  await reader.sees('Payments are on time.');
  await guest.sees('All services are operational');
  await guest.sees('Payments are on time.');
  expect(await guest.page.textContent('body')).not.toMatch(/A note of the staff|Call centre/);
});

test('67: a status set by hand is on every board with its reason, until incidents decide again', async () => {
  const [staff, reader] = [await open('/status-board'), await open('/status-board')];
  await staff.signIn(ada);
  await reader.signIn(cleo);
  await staff.button('Call centre: set status').click();
  await staff.page
    .getByRole('dialog')
    .getByRole('combobox', { name: 'Status' })
    .selectOption('UNDER_MAINTENANCE');
  await staff.page.getByLabel('Reason').fill('New telephones');
  await staff.button('Save').click();
  await reader.sees('Planned maintenance is under way');
  await reader.sees('New telephones');
  await staff.button('Call centre: follow incidents again').click();
  await reader.sees('All services are operational');
});

test('67: the public page needs no session, tells when it is not live, and is nowhere but at its address', async () => {
  const guest = await open('/status/acme');
  await guest.sees('Live');
  const kept = 'JSON.stringify([document.cookie, Object.keys(localStorage)])';
  expect(await guest.page.evaluate(kept)).toBe('["",[]]');
  await guest.isAccessible();
  await guest.goTo('/status/nowhere');
  await guest.heading('There is no status page here').waitFor();
});

test('67: axe finds nothing serious on the board and on an incident', async () => {
  const staff = await open('/status-board');
  await staff.signIn(ada);
  await staff.page.getByRole('img').first().waitFor();
  await staff.isAccessible();
  await staff.button('Open an incident').click();
  await staff.isAccessible();
});
