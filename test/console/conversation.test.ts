import { beforeAll, expect, test } from '@jest/globals';
import { consoleWindows } from '../support/console-windows.ts';
import { type Homes, someHomes } from '../support/homes.ts';
import { mutate } from '../support/mutate.ts';
import { aRequest } from '../support/next-door.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, sam } = await aStage({ acme: { ada: 'TENANT_ADMIN', sam: 'SUPPORT' } });
const { url } = installation.app;
const { openAs } = consoleWindows(url);

let homes: Homes;

beforeAll(async () => {
  homes = await someHomes(installation, acme, 'Alder');
});

const aRepair = (title: string) => aRequest(homes.units[0], title);

const send = (maintenanceRequestId: string, body: string) =>
  mutate(ada, 'messageSend', { input: { maintenanceRequestId, body } }, 'messageId');

test('67: the card of the board leads to the conversation, which is live in both windows, with edits and deletions', async () => {
  const id = await aRepair('Cold radiator');
  const staff = await openAs(sam, '/maintenance');
  const home = await openAs(homes.units[0].resident, `/maintenance/${id}`);
  await staff.page.getByRole('link', { name: 'Cold radiator' }).click();
  for (const window of [staff, home]) await window.sees('No one has written yet');

  await home.page.getByRole('textbox', { name: 'Message', exact: true }).fill('It is still cold');
  await staff.sees('is writing');
  await home.button('Send').click();
  await staff.sees('It is still cold');
  await staff.seesNoMore('is writing');
  expect(await home.page.getByRole('textbox', { name: 'Message', exact: true }).inputValue()).toBe('');

  await home.button('Edit').click();
  await home.page.getByRole('dialog').getByRole('textbox', { name: 'Message' }).fill('It is ice-cold');
  await home.button('Save').click();
  await staff.sees('It is ice-cold');
  await staff.page.getByText('edited', { exact: true }).waitFor();
  expect(await staff.button('Edit').count()).toBe(0);

  await home.button('Delete').click();
  await home.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await staff.sees('This message was deleted');
  await staff.seesNoMore('It is ice-cold');
  for (const window of [staff, home]) await window.isAccessible();
});

test('67: a note of the staff, and who writes one, is seen by the staff alone', async () => {
  const id = await aRepair('Loud pump');
  const path = `/maintenance/${id}`;
  const [one, other] = [await openAs(ada, path), await openAs(sam, path)];
  const home = await openAs(homes.units[0].resident, path);
  await home.page.getByRole('textbox', { name: 'Message', exact: true }).waitFor();
  expect(await home.page.getByLabel('Only for the staff').count()).toBe(0);
  await one.page.getByLabel('Only for the staff').check();
  await one.page.getByRole('textbox', { name: 'Note of the staff' }).fill('Ask the plumber first');
  await other.sees('is writing a note');
  await one.button('Send').click();
  await other.sees('Ask the plumber first');
  await send(id, 'We are on our way');
  // The next message is there: a note would have arrived before it.
  await home.sees('We are on our way');
  const seen = await home.page.getByRole('main').textContent();
  expect(seen).not.toMatch(/plumber|note/i);
});

test('67: a long conversation begins with its latest messages, and shows earlier ones when asked', async () => {
  const id = await aRepair('Long story');
  for (let number = 1; number <= 52; number += 1) await send(id, `Part ${number}.`);
  const window = await openAs(sam, `/maintenance/${id}`);
  const parts = window.page.getByRole('list', { name: 'Messages' }).getByText(/^Part \d+\.$/);
  await window.sees('Part 52.');
  const latest = Array.from({ length: 50 }, (_, index) => `Part ${index + 3}.`);
  expect(await parts.allTextContents()).toEqual(latest);
  await send(id, 'Part 53.');
  await window.sees('Part 53.');
  await window.seesNoMore('Part 3.');
  await window.button('Show earlier messages').click();
  await window.sees('Part 1.');
  expect(await parts.allTextContents()).toHaveLength(53);
});

test('67: a message that is refused says why at its field, and its text stays', async () => {
  const window = await openAs(sam, `/maintenance/${await aRepair('Broken lock')}`);
  const message = window.page.getByRole('textbox', { name: 'Message', exact: true });
  await window.button('Send').click();
  await window.sees('This is needed');
  await message.fill('x'.repeat(4_001));
  await window.button('Send').click();
  await window.page.locator('textarea[aria-invalid]').waitFor();
  await window.page.getByText('4,000').or(window.page.getByText('4000')).first().waitFor();
  expect((await message.inputValue()).length).toBe(4_001);
});

test('67: hostile texts are texts in the conversation, and it is used with the keyboard alone', async () => {
  const id = await aRepair('<img src=x onerror="window.hacked = 1">');
  await send(id, '"><script>window.hacked = 1</script>');
  const window = await openAs(sam, `/maintenance/${id}`);
  await window.heading('<img src=x onerror="window.hacked = 1">').waitFor();
  await window.sees('"><script>window.hacked = 1</script>');
  await window.tabTo('textbox', 'Message');
  await window.page.keyboard.type('javascript:window.hacked=1');
  await window.tabTo('button', 'Send');
  await window.page.keyboard.press('Enter');
  await window.page.getByRole('listitem').filter({ hasText: 'javascript:window.hacked=1' }).waitFor();
  expect(await window.page.evaluate('window.hacked')).toBeUndefined();
});

test('67: a request of another tenant and one that never was look alike', async () => {
  const stranger = await installation.aUser('TENANT_ADMIN', {
    tenantId: (await installation.aTenant('Globex')).id,
  });
  for (const id of [await aRepair('Not for you'), crypto.randomUUID()]) {
    const window = await openAs(stranger, `/maintenance/${id}`);
    await window.heading('This request is no longer here').waitFor();
  }
});
