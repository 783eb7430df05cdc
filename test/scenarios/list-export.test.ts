import { expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { Installation } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, globex, ada, cleo, gil } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' }, globex: { gil: 'TENANT_ADMIN' } },
  { REQUESTS_PER_SECOND: '1000' },
);
const { url } = installation.app;

const NAMES = ['+49 30 1', '-', "'x", "''x", '=1+1', '"a;b"', '-5', '＝1', 'a,b', '@x', 'Zoë'];

async function ask(who: Person, parameters: Record<string, string>, method = 'GET') {
  const answer = await fetch(`${url}/exports/list?${new URLSearchParams(parameters)}`, {
    method,
    headers: who.token ? { authorization: `Bearer ${who.token}` } : {},
  });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

async function refusal(who: Person, parameters: Record<string, string>, method?: string) {
  const { status, text } = await ask(who, parameters, method);
  return [status, /"(?:rule|code)":"(\w+)","(?:rule":"(\w+)|params)/.exec(text)?.slice(1).findLast(Boolean)];
}

const add = (who: Person, input: object) => mutate(who, 'customerCreate', { input });

test('X: an export is refused to strangers, for a column that the viewer may not read, and for what is no list', async () => {
  const list = 'customers';
  const stranger = installation.stranger();
  expect(await refusal(stranger, { list })).toEqual([401, 'NO_TOKEN']);
  expect(await refusal(ada, { list }, 'POST')).toEqual([405, 'ONLY_GET']);
  for (const none of ['', 'customer', 'viewer', '__proto__', 'constructor', 'node']) {
    expect([none, await refusal(ada, { list: none })]).toEqual([none, [404, 'NO_SUCH_LIST']]);
  }
  expect(await refusal(ada, { list, format: 'xlsx' })).toEqual([400, 'NO_FORMAT']);
  expect(await refusal(ada, { list, columns: 'company,salary' })).toEqual([400, 'NO_SUCH_COLUMN']);
  expect(await refusal(cleo, { list, columns: 'internalNotes' })).toEqual([403, 'COLUMN_CLOSED']);
  expect(await refusal(ada, { list, filter: '{' })).toEqual([400, 'BAD_EXPORT_PARAMETER']);
  expect(await refusal(ada, { list, first: '5' })).toEqual([400, 'NO_EXPORT_PARAMETER']);
  expect((await refusal(ada, { list, filter: '{"salary":{"equals":1}}' }))[0]).toBe(400);
  expect((await ask(cleo, { list, filter: '{"internalNotes":{"contains":"a"}}' })).text).toContain(
    'FORBIDDEN',
  );
  expect((await ask(cleo, { list: 'users' })).status).toBe(200);
  expect((await ask(cleo, { list: 'plans' })).text).toContain('FORBIDDEN');
});

test('X: a network that sends bad tokens is refused before they are looked at', async () => {
  const busy = await Installation.start({ REQUESTS_PER_SECOND: '10' });
  const bad = { headers: { authorization: `Bearer lk_${'a'.repeat(43)}` } };
  const answers: Response[] = [];
  for (let number = 0; number < 101; number += 1)
    answers.push(await fetch(`${busy.app.url}/exports/list?list=customers`, bad));
  const last = answers.at(-1);
  expect(answers[0]?.status).toBe(401);
  expect([last?.status, last?.headers.get('retry-after')]).toEqual([429, '1']);
  await busy.stop();
});

test('X: the file has the rows of the tenant in the order asked for, over pages, with the columns that the viewer may read', async () => {
  const companies = Array.from({ length: 105 }, (_, index) => `Alder ${String(index).padStart(3, '0')}`);
  for (const company of companies) await add(ada, { company, internalNotes: 'secret' });
  await installation.aCustomer(globex.id, 'Birch');
  const orderBy = JSON.stringify({ field: 'COMPANY', direction: 'DESC' });
  const { type, text } = await ask(ada, { list: 'customers', columns: 'company,internalNotes', orderBy });
  expect(type).toBe('text/csv; charset=utf-8');
  expect(text).toBe(
    ['company,internalNotes', ...companies.toReversed().map((one) => `${one},secret`), ''].join('\n'),
  );

  const ofCleo = parse((await ask(cleo, { list: 'customers' })).text, { columns: true });
  expect(Object.keys(ofCleo[0] as object)).toEqual(expect.arrayContaining(['company', 'email', 'status']));
  expect(Object.keys(ofCleo[0] as object)).not.toContain('internalNotes');
  const lines = (await ask(gil, { list: 'customers', format: 'jsonl', columns: 'company,planId' })).text;
  expect(lines).toBe('{"company":"Birch","planId":null}\n');
  const filter = '{"company":{"equals":"Alder 007"}}';
  expect((await ask(ada, { list: 'customers', columns: 'company', filter })).text).toBe(
    'company\nAlder 007\n',
  );
  expect((await ask(gil, { list: 'customers', tenantId: acme.id })).text).not.toContain('Alder');
});

test('a text that a spreadsheet would calculate has an apostrophe before it; a number has none', async () => {
  const filter = (company: string) => JSON.stringify({ company: { equals: company } });
  for (const company of NAMES) {
    await add(gil, { company });
    const { text } = await ask(gil, {
      list: 'customers',
      columns: 'company,memberCount',
      filter: filter(company),
    });
    const [, row] = parse(text) as string[][];
    const isGuarded = /^['=+\-@]/.test(company);
    expect(row).toEqual([isGuarded ? `'${company}` : company, '0']);
  }
});

test('any list can be exported, of amounts as numbers and of other rows by their ids', async () => {
  const { planId } = await mutate(
    ada,
    'planCreate',
    { input: { name: 'Gold', monthlyPrice: { amountMinor: 1_000, currency: 'EUR' } } },
    'planId',
  );
  const [plan] = parse((await ask(ada, { list: 'plans' })).text, { columns: true }) as Record<
    string,
    string
  >[];
  expect(plan).toMatchObject({
    id: planId,
    'monthlyPrice.amountMinor': '1000',
    'monthlyPrice.currency': 'EUR',
  });
  for (const list of [
    'users',
    'properties',
    'units',
    'payments',
    'auditLog',
    'bulkJobs',
    'services',
    'incidents',
  ]) {
    expect([list, (await ask(ada, { list })).status]).toEqual([list, 200]);
  }
});
