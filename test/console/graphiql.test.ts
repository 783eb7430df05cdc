import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContext } from 'playwright-core';
import { buildPages } from '../support/built-console.ts';
import { aBrowser } from '../support/console-window.ts';
import { GraphiqlVisitor } from '../support/graphiql-visitor.ts';
import { mutate } from '../support/mutate.ts';
import { Scrape } from '../support/scrape.ts';
import { aStage } from '../support/stage.ts';

const MOST_BYTES_SENT = 2_000_000;

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const { app } = installation;
const customerId = await installation.aCustomer(acme.id, 'Acer Homes');

let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  await buildPages();
  browser = await aBrowser();
}, 240_000);
afterAll(() => browser?.close());
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  context.setDefaultTimeout(60_000);
});
afterEach(() => context.close());

/** Changes the customer from elsewhere. */
const rename = (company: string) =>
  mutate(ada, 'customerUpdate', { id: customerId, input: { company } }, 'cursor');

test('less than 2 MB are sent to a browser that comes for the first time, and no rule of the policy is broken', async () => {
  const complaints: string[] = [];
  const sizes = new Map<string, Promise<number>>();
  context.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  context.on('weberror', (error) => complaints.push(error.error().message));
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== app.url) complaints.push(request.url());
  });
  context.on('requestfinished', (request) => {
    // A request that ends with the page has no size any more.
    const size = request.sizes().then(
      ({ responseBodySize }) => responseBodySize,
      () => 0,
    );
    sizes.set(request.url(), size);
  });
  const { page } = await GraphiqlVisitor.open(context, app.url);
  await page.locator('.result-window').waitFor();
  const sent = (await Promise.all(sizes.values())).reduce((sum, bytes) => sum + bytes, 0);
  expect([sent > 500_000, sent < MOST_BYTES_SENT, complaints]).toEqual([true, true, []]);
});

test('one sign-in by a button serves every tab and a second window, and leaves no token in the storage of GraphiQL', async () => {
  const visitor = await GraphiqlVisitor.open(context, app.url);
  await visitor.press();
  await visitor.response('"viewer": null');
  await visitor.signIn(ada.email);
  await visitor.press();
  await visitor.response('"role": "TENANT_ADMIN"');
  await visitor.tab('Customers');
  await visitor.press();
  await visitor.response('"totalCount"');

  const second = await GraphiqlVisitor.open(context, app.url);
  await second.tab('Viewer');
  await second.press();
  await second.response('"role": "TENANT_ADMIN"');

  // The headers of a tab are for experts: they win, and they are not kept.
  await second.write('request-headers.json', '{ "Authorization": "Bearer one.of.mine" }');
  await second.press();
  await second.response('UNAUTHENTICATED');
  const kept = (await second.page.evaluate(
    "JSON.stringify(Object.entries(localStorage).filter(([key]) => key.startsWith('graphiql:')))",
  )) as string;
  expect(kept).toContain('query Viewer');
  expect(kept).not.toMatch(/eyJ|one\.of\.mine|refreshToken/);
});

test('a stream continues while another tab changes a row, is a growing list, and ends at the server when it is stopped', async () => {
  const visitor = await GraphiqlVisitor.open(context, app.url);
  await visitor.signIn(ada.email);
  await visitor.tab('CustomerChanged');
  await visitor.press();
  await visitor.response('"status": "in step"');

  await visitor.tab('CustomerUpdate');
  await visitor.write('variables.json', JSON.stringify({ id: customerId, company: 'Alder Homes' }));
  await visitor.press();
  expect(await visitor.response('"cursor"')).not.toContain('"events"');
  expect(await visitor.events(1)).toEqual(['CustomerUpdated']);
  await rename('Birch Homes');
  expect(await visitor.events(2)).toEqual(['CustomerUpdated', 'CustomerUpdated']);

  await visitor.tab('CustomerChanged');
  const shown = JSON.parse(await visitor.response('Birch Homes'));
  const companyOf = (event: { data: { customerChanged: { customer: { company: string } } } }) =>
    event.data.customerChanged.customer.company;
  expect(shown.events.map(companyOf)).toEqual(['Birch Homes', 'Alder Homes']);
  await rename('Cedar Homes');
  await visitor.response('Cedar Homes');

  // A click on the tab that is in front, and a new tab, end nothing either.
  await visitor.tab('CustomerChanged');
  await rename('Dogwood Homes');
  await visitor.response('Dogwood Homes');
  await visitor.page.getByLabel('New tab').click();
  await rename('Elder Homes');
  expect(await visitor.events(5)).toHaveLength(5);
  expect((await Scrape.of(app.url)).value('lockstep_followers')).toBe(1);

  await visitor.tab('CustomerChanged');
  await visitor.response('Elder Homes');
  await visitor.press();
  await Scrape.when(app.url, (scrape) => scrape.value('lockstep_followers') === 0);
  await visitor.page.getByText('stopped · 5 events').waitFor();
});

test('streams end with their tab, with the button of the list, and with the session, of which nothing stays', async () => {
  const visitor = await GraphiqlVisitor.open(context, app.url);
  await visitor.signIn(ada.email);
  const running = (count: number) =>
    Scrape.when(app.url, (scrape) => scrape.value('lockstep_followers') === count);

  await visitor.tab('CustomerChanged');
  await visitor.press();
  await visitor.response('"status": "in step"');
  await visitor.tab('Viewer');
  await visitor.press();
  await visitor.response('"role": "TENANT_ADMIN"');
  await visitor.page.getByRole('button', { name: 'Stop', exact: true }).click();
  await running(0);

  await visitor.tab('CustomerChanged');
  await visitor.press();
  await running(1);
  await visitor.page.getByRole('button', { name: 'Sign out' }).click();
  await visitor.page.getByLabel('Password').waitFor();
  await running(0);
  expect(await visitor.page.locator('body').textContent()).not.toMatch(/TENANT_ADMIN"|in step/);
});
