import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PNG } from '../support/attached.ts';
import { consoleWindows } from '../support/console-windows.ts';
import { type Homes, someHomes } from '../support/homes.ts';
import { aRequest } from '../support/next-door.ts';
import { aStage } from '../support/stage.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-console-files-'));
const { installation, acme, sam } = await aStage(
  { acme: { sam: 'SUPPORT' } },
  { ATTACHMENTS_DIR: folder, MAX_ATTACHMENT_BYTES: '200000' },
);
const { url } = installation.app;
const { openAs } = consoleWindows(url);

let homes: Homes;

beforeAll(async () => {
  homes = await someHomes(installation, acme, 'Alder');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const picture = (name: string) => ({ name, mimeType: 'image/png', buffer: PNG });

test('67: a file that one sends with a message is downloaded in the window of another, and removed for both', async () => {
  const request = `/maintenance/${await aRequest(homes.units[0], 'Cold radiator')}`;
  const [home, staff] = [await openAs(homes.units[0].resident, request), await openAs(sam, request)];
  await home.page.getByRole('textbox', { name: 'Message', exact: true }).fill('This is how it looks');
  await home.page.getByLabel('Add files').setInputFiles([picture('<b>radiator.png')]);
  await home.button('Send').click();
  const message = staff.page.getByRole('listitem').filter({ hasText: 'This is how it looks' });
  const link = message.getByRole('button', { name: /^Download .*radiator/ });
  await link.waitFor();
  const [download] = await Promise.all([staff.page.waitForEvent('download'), link.click()]);
  expect(await readFile(await download.path())).toEqual(PNG);
  expect(await staff.page.getByRole('button', { name: /^Remove / }).count()).toBe(0);
  await staff.isAccessible();
  await home.page.getByRole('button', { name: /^Remove .*radiator/ }).click();
  await home.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await link.waitFor({ state: 'detached' });
});

test('67: a file that is refused says why, can be given up, and its message is there', async () => {
  const window = await openAs(sam, `/maintenance/${await aRequest(homes.units[0], 'Loud pump')}`);
  await window.page.getByRole('textbox', { name: 'Message', exact: true }).fill('A long recording');
  const big = { name: 'recording.txt', mimeType: 'text/plain', buffer: Buffer.alloc(200_001, 'a') };
  await window.page.getByLabel('Add files').setInputFiles([big, picture('pump.png')]);
  await window.button('Send').click();
  const uploads = window.page.getByRole('list', { name: 'Files on their way' });
  await uploads.getByRole('alert').waitFor();
  expect(await uploads.getByRole('alert').textContent()).toMatch(/200,?000/);
  await window.button('Download pump.png').waitFor();
  await window.isAccessible();
  await window.button('Give up').click();
  await uploads.waitFor({ state: 'detached' });
  await window.sees('A long recording');
});
