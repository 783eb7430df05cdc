import { beforeAll, test } from '@jest/globals';
import { consoleWindows } from '../support/console-windows.ts';
import { mutate } from '../support/mutate.ts';
import { untilInbox } from '../support/notified.ts';
import { aStage } from '../support/stage.ts';

const { installation, ada, sam } = await aStage({ acme: { ada: 'TENANT_ADMIN', sam: 'SUPPORT' } });
const { url } = installation.app;
const { openAs } = consoleWindows(url);

let serviceId: string;

beforeAll(async () => {
  const input = { name: 'Card payments', isPublic: true };
  ({ serviceId } = await mutate(ada, 'serviceCreate', { input }, 'serviceId'));
});

const incident = (title: string) =>
  mutate(ada, 'incidentOpen', {
    input: { title, impact: 'MAJOR', message: '…', services: [{ serviceId, status: 'MAJOR_OUTAGE' }] },
  });

test('67: the bell counts what arrives in every window of the user, and what is read in one is read in all', async () => {
  const [desk, phone] = [await openAs(sam, '/'), await openAs(sam, '/notifications')];
  await phone.sees('Nothing has happened yet');
  await incident('Payments are late');
  await incident('<i>Mail</i> is late');
  for (const window of [desk, phone]) await window.button('Notifications, 2 unread').waitFor();

  await desk.button('Notifications, 2 unread').click();
  await desk.page.getByRole('link', { name: 'Incident: Payments are late' }).click();
  await desk.heading('Payments are late').waitFor();
  for (const window of [desk, phone]) await window.button('Notifications, 1 unread').waitFor();

  await phone.page.getByLabel('Which ones').selectOption('unread');
  await phone.seesNoMore('Payments are late');
  await phone.sees('<i>Mail</i> is late');
  await phone.isAccessible();
  await phone.page.getByRole('main').getByRole('button', { name: 'Mark all as read' }).click();
  await phone.sees('You have read everything');
  await desk.page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
});

test('67: what happened while a window was offline is counted as soon as it is in step', async () => {
  const desk = await openAs(sam, '/');
  await desk.context.setOffline(true);
  await desk.button('Offline since').waitFor();
  await incident('Sign-in is slow');
  await untilInbox(sam, (told) => told.some(({ text }) => text.includes('Sign-in is slow')));
  await desk.context.setOffline(false);
  await desk.button('Notifications, 1 unread').waitFor();
  await desk.button('Notifications, 1 unread').click();
  await desk.isAccessible();
});
