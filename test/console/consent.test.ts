import { beforeAll, expect, test } from '@jest/globals';
import { consoleWindows } from '../support/console-windows.ts';
import { mutate } from '../support/mutate.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, cleo } = await aStage({ acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' } });
const { url } = installation.app;
const { openAs } = consoleWindows(url);

let customerId: string;

beforeAll(async () => {
  customerId = await installation.aCustomer(acme.id, 'Alder Homes');
  for (const [key, title] of [
    ['newsletter', 'Newsletter'],
    ['surveys', 'Surveys <b>by phone</b>'],
  ]) {
    const input = { key, title, description: 'At most once a month.' };
    const { consentPurposeId: purposeId } = await mutate(
      ada,
      'consentPurposeCreate',
      { input },
      'consentPurposeId',
    );
    await mutate(ada, 'consentNoticePublish', { input: { purposeId, language: 'en', text: 'May we?' } });
  }
});

test('67: what a subject decides is in the table of the staff, and what the staff records is on the page of the subject', async () => {
  const owner = await installation.aUser('OWNER', { tenantId: acme.id, customerId });
  const [own, staff] = [await openAs(owner, '/consent'), await openAs(cleo, '/consent/requests')];
  await staff.sees('No one has decided yet');
  const company = own.page.getByRole('region', { name: 'For your company' });
  const self = own.page.getByRole('region', { name: 'For yourself' });

  await company.getByText('What you agree to').first().click();
  await company.getByText('May we?').first().waitFor();
  await company.getByRole('button', { name: 'Newsletter: agree' }).click();
  await company.getByText('Agreed', { exact: true }).waitFor();
  await staff.row('Newsletter').getByText('Agreed').waitFor();
  expect(await self.getByText('Not decided').count()).toBe(2);

  await self.getByRole('button', { name: 'Surveys <b>by phone</b>: refuse' }).click();
  await staff.row('A member of Alder Homes').getByText('Refused').waitFor();

  await staff.row('Newsletter').click();
  await staff.button('Save').click();
  await staff.page.getByRole('dialog').getByRole('alert').waitFor();
  await staff.page.getByLabel('Where the evidence is found').fill('Call 4711');
  await staff.button('Save').click();
  await company.getByText('Refused', { exact: true }).waitFor();
  await company.getByText('Recorded by the staff for you.').waitFor();

  await staff.button('Record a decision').click();
  await staff.page.getByRole('dialog').getByLabel('Subject').selectOption('Alder Homes');
  await staff.page.getByRole('dialog').getByLabel('Purpose').selectOption('Surveys <b>by phone</b>');
  await staff.page.getByLabel('Where the evidence is found').fill('Call 4712');
  await staff.button('Save').click();
  await company.getByText('Agreed', { exact: true }).waitFor();
  await company.getByRole('button', { name: 'Surveys <b>by phone</b>: withdraw' }).click();
  await staff.page.getByRole('grid').getByText('Agreed').waitFor({ state: 'detached' });
  for (const window of [own, staff]) await window.isAccessible();
});

test('67: a resident decides for itself alone, and sees no decision of others', async () => {
  const rae = await installation.aUser('RESIDENT', { tenantId: acme.id, customerId });
  const own = await openAs(rae, '/consent');
  await own.heading('For yourself').waitFor();
  expect(await own.heading('For your company').count()).toBe(0);
  expect(await own.page.getByText('Not decided').count()).toBe(2);
  await own.goTo('/consent/requests');
  await own.heading('Not here').waitFor();
});
