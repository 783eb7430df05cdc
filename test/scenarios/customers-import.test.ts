import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { anApiToken } from '../support/api-token.ts';
import { Installation } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { importFile, type LineOutcome, sendFile } from '../support/sent-file.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, globex, ada, sue, cleo, gil } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', sue: 'SUPPORT', cleo: 'CSR' }, globex: { gil: 'TENANT_ADMIN' } },
  { REQUESTS_PER_SECOND: '1000' },
);
const { url } = installation.app;
const HEAD = 'externalId,company';
const MIB = 1_048_576;

const CUSTOMERS = `query ($tenantId: ID) { customers(tenantId: $tenantId, first: 100, orderBy: { field: EXTERNAL_ID }) {
  feedCursor nodes { id version externalId company email phone status kind internalNotes } } }`;
const JOBS = 'query ($tenantId: ID) { bulkJobs(tenantId: $tenantId) { totalCount } }';

async function customersOf(person: Person, tenantId: string) {
  const { customers } = await person.ask(CUSTOMERS, { tenantId });
  return customers.nodes;
}

const briefly = ({ line, status, outcome, userErrors }: LineOutcome) => [
  line,
  outcome ?? status,
  ...userErrors.map(({ rule, path }) => `${rule} ${path.join('.')}`),
];

let elsewhere: Person;
beforeAll(async () => {
  elsewhere = ada.at(await installation.anotherNode());
});
afterAll(() => elsewhere.leave());

test('X: a file is refused from strangers, residents, and everyone who may not write customers or not read bulk jobs', async () => {
  const customerId = await installation.aCustomer(globex.id, 'Birch');
  const members = await Promise.all(
    ['OWNER', 'MANAGER', 'RESIDENT'].map((role) =>
      installation.aUser(role, { tenantId: globex.id, customerId }),
    ),
  );
  const head = await installation.aUser('ORGANIZATION_ADMIN', { organizationId: acme.organizationId });
  const readOnly = await anApiToken(ada, url, ['customers:read', 'bulk-jobs:read']);
  const file = `${HEAD}\nA,Alder`;
  expect(await sendFile(installation.stranger(), file)).toMatchObject({ status: 401, rule: 'NO_TOKEN' });
  for (const person of [...members, sue, cleo, head, readOnly.client])
    expect(await sendFile(person, file, { tenantId: acme.id })).toMatchObject({
      status: 403,
      rule: 'FIELD_CLOSED',
    });
  const got = await fetch(`${url}/imports/customers`, { headers: { authorization: `Bearer ${ada.token}` } });
  expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  const packed = await sendFile(ada, gzipSync(file), {}, { 'content-encoding': 'gzip' });
  expect(packed).toMatchObject({ status: 415, rule: 'FILE_PACKED' });
  const parameters: [Record<string, string>, string][] = [
    [{ format: 'xlsx' }, 'NO_IMPORT_FORMAT'],
    [{ dryRun: 'maybe' }, 'NO_IMPORT_FLAG'],
    [{ tenant: acme.id }, 'NO_IMPORT_PARAMETER'],
  ];
  for (const [given, rule] of parameters)
    expect(await sendFile(ada, file, given)).toMatchObject({ status: 400, rule });
  expect((await ada.ask(JOBS)).bulkJobs.totalCount).toBe(0);
});

test('X: a tenant out of reach and one that does not exist get the same answer, before the file is read', async () => {
  for (const tenantId of [globex.id, crypto.randomUUID(), 'none']) {
    const answer = await sendFile(ada, 'nonsense', { tenantId });
    expect(answer).toMatchObject({ status: 422, bulkJobId: null });
    expect(answer.userErrors).toEqual([
      expect.objectContaining({ code: 'NOT_FOUND', rule: 'NO_SUCH_ROW', path: ['tenantId'] }),
    ]);
  }
});

const LONG = 'x'.repeat(70_000);
const UNFIT: readonly (readonly [what: string, file: string | Buffer, rule: string, params: object])[] = [
  ['an empty file', '', 'FILE_HAS_NO_ROWS', {}],
  ['a byte order mark alone', '\ufeff', 'FILE_HAS_NO_ROWS', {}],
  ['a first line alone', `${HEAD}\r\n`, 'FILE_HAS_NO_ROWS', {}],
  ['Windows-1252', Buffer.from(`${HEAD}\nA,Alder\nB,K\xe4fer`, 'latin1'), 'FILE_NOT_UTF8', { line: '3' }],
  ['UTF-16', Buffer.from(`\ufeff${HEAD}\nA,Alder`, 'utf16le'), 'FILE_NOT_UTF8', { line: '1' }],
  ['UTF-16 without a mark', Buffer.from(`${HEAD}\nA,Alder`, 'utf16le'), 'FILE_NOT_UTF8', { line: '1' }],
  [
    'half a character at the end',
    Buffer.from([...Buffer.from(`${HEAD}\nA,`), 0xe2, 0x82]),
    'FILE_NOT_UTF8',
    { line: '2' },
  ],
  [
    'an unknown column',
    'externalId,company,salary\nA,Alder,1',
    'COLUMN_UNKNOWN',
    { line: '1', name: 'salary' },
  ],
  ['a column twice', 'externalId,company,company\nA,Alder,B', 'COLUMN_TWICE', { line: '1', name: 'company' }],
  ['a missing column', 'externalId,email\nA,', 'COLUMN_MISSING', { line: '1', name: 'company' }],
  [
    'a row that is too short',
    `${HEAD}\nA,Alder\n\nB`,
    'CELLS_MISCOUNTED',
    { line: '4', count: '1', columns: '2' },
  ],
  [
    'a quote that never ends',
    `${HEAD}\n"A","Al\nder"\nB,"Birch\nC,Cedar\n`,
    'QUOTE_NEVER_ENDS',
    { line: '4' },
  ],
  [
    'one that opens in a later line of its row',
    `${HEAD}\n"A\n""x",\t"B"\n`,
    'QUOTE_MISPLACED',
    { line: '2' },
  ],
  [
    'a quote that swallows the rest',
    `${HEAD}\nA,"Alder\n${'B,Birch\n'.repeat(20_000)}`,
    'QUOTE_NEVER_ENDS',
    { line: '2' },
  ],
  ['text after a quote', `${HEAD}\nA,"a"b`, 'QUOTE_MISPLACED', { line: '2' }],
  ['a row that is too long', `${HEAD}\nA,Alder\nB,${LONG}`, 'FILE_ROW_TOO_LONG', { line: '3', max: '65536' }],
  ['100,001 rows', `${HEAD}\n${'A,Alder\n'.repeat(100_001)}`, 'FILE_TOO_MANY_ROWS', { max: '100000' }],
  ['33 MiB', Buffer.alloc(33 * MIB, 'A,'), 'FILE_TOO_LARGE', { max: String(32 * MIB) }],
];

test.each(UNFIT)('B: %s is refused by a rule of its own', async (_what, file, rule, params) => {
  const answer = await sendFile(ada, file);
  expect(answer).toMatchObject({ status: 422, bulkJobId: null, cursor: null, userErrors: [{ rule }] });
  const [error] = answer.userErrors;
  const given = Object.fromEntries(error?.params.map(({ name, value }) => [name, value]) ?? []);
  expect(given).toMatchObject(params);
  expect(error?.path[0]).toBe('file');
});

const UNFIT_LINES: readonly (readonly [what: string, file: string, rule: string, params: object])[] = [
  [
    'a line that is no object',
    '{"externalId":"A","company":"Alder"}\n[1]',
    'LINE_NO_JSON_OBJECT',
    { line: '2' },
  ],
  ['a line that is cut', '{"externalId":"A","company":"Ald', 'LINE_NO_JSON_OBJECT', { line: '1' }],
  ['half a character', '{"externalId":"A","company":"\\ud800"}', 'FILE_NOT_UTF8', { line: '1' }],
  ['NUL', '\n{"externalId":"A","company":["\\u0000"]}', 'FILE_NOT_UTF8', { line: '2' }],
  [
    'a later unknown key',
    '{"externalId":"A","company":"B"}\n{"externalId":"B","company":"C","__proto__":"x"}',
    'COLUMN_UNKNOWN',
    { line: '2', name: '__proto__' },
  ],
  ['a missing key', '{"externalId":"A"}', 'COLUMN_MISSING', { line: '1', name: 'company' }],
  ['a line that is too long', `{"externalId":"A","company":"${LONG}"}`, 'FILE_ROW_TOO_LONG', { line: '1' }],
];

test.each(UNFIT_LINES)(
  'B: of JSON lines, %s is refused by a rule of its own',
  async (_what, file, rule, params) => {
    const { status, userErrors } = await sendFile(ada, file, { format: 'jsonl' });
    expect([status, userErrors.map((error) => error.rule)]).toEqual([422, [rule]]);
    const given = Object.fromEntries(userErrors[0]?.params.map(({ name, value }) => [name, value]) ?? []);
    expect(given).toMatchObject(params);
  },
);

test('B: of files that were refused nothing is left', async () => {
  expect(await customersOf(ada, acme.id)).toEqual([]);
  expect((await ada.ask(JOBS)).bulkJobs.totalCount).toBe(0);
});

test('an import creates, updates and leaves customers, a dry run tells the same before it and writes nothing', async () => {
  const kept = { externalId: 'K', company: 'Kept', status: 'PAST_DUE', kind: 'INDIVIDUAL' };
  await mutate(ada, 'customerCreate', { input: kept });
  await mutate(ada, 'customerCreate', {
    input: { externalId: 'U', company: 'Old', phone: '1', internalNotes: 'x' },
  });
  const before = await ada.ask(CUSTOMERS, { tenantId: acme.id });
  const file = [
    '\ufeffexternalId;company;email;status;phone',
    "N;'=1+1;n@x.test;;'+49 30 1",
    'K;Kept;;;',
    'U;New;;ACTIVE;',
    'B;;no address;FUNNY;',
    ';Nameless;;;',
    'N;Again;;;',
    `L;${'y'.repeat(201)};;;`,
  ].join('\r\n');
  const expected = [
    [2, 'CREATED'],
    [3, 'UNCHANGED'],
    [4, 'UPDATED'],
    [5, 'FAILED', 'EMPTY company', 'NO_ADDRESS email', 'NOT_ONE_OF status'],
    [6, 'FAILED', 'EMPTY externalId'],
    [7, 'FAILED', 'LINE_REPEATS_ID externalId'],
    [8, 'FAILED', 'TOO_LONG company'],
  ];
  const dry = await importFile(ada, acme.id, file, { dryRun: 'true' });
  expect(dry.lines.map(briefly)).toEqual(expected);
  expect(dry.job).toMatchObject({ kind: 'CUSTOMERS_IMPORT_DRY_RUN', status: 'COMPLETED', total: 7 });
  expect((await ada.ask(CUSTOMERS, { tenantId: acme.id })).customers.nodes).toEqual(before.customers.nodes);
  const run = await importFile(ada, acme.id, file);
  expect(run.lines.map(briefly)).toEqual(expected);
  expect(run.lines[5]?.userErrors[0]?.message).toBe('Line 7 has the external id of line 2.');
  expect(run.job).toMatchObject({ kind: 'CUSTOMERS_IMPORT', succeededCount: 3, failedCount: 4 });
  const [k, n, u] = await customersOf(ada, acme.id);
  expect(k).toMatchObject({ ...kept, version: 1 });
  expect(n).toMatchObject({
    externalId: 'N',
    company: '=1+1',
    phone: '+49 30 1',
    status: 'TRIAL',
    kind: 'COMPANY',
  });
  expect(u).toMatchObject({
    externalId: 'U',
    company: 'New',
    phone: null,
    status: 'ACTIVE',
    internalNotes: 'x',
  });
  expect(run.lines.slice(0, 3).map(({ targetId }) => targetId)).toEqual([n.id, k.id, u.id]);
  const told = ada.follow('subscription ($after: Cursor) { customerChanged(after: $after) { __typename } }', {
    after: before.customers.feedCursor,
  });
  // The dry run is no change of any customer: the first ones after it are those of the run.
  expect(await told.changesUntilCaughtUp()).toHaveLength(2);
  const again = await importFile(ada, acme.id, file.split('\r\n').slice(0, 4).join('\n'));
  expect(again.lines.map(({ outcome }) => outcome)).toEqual(Array(3).fill('UNCHANGED'));
});

test('an external id that looks like a taken one is refused at its line, and a dry run tells the same before it', async () => {
  await mutate(ada, 'customerCreate', { input: { externalId: 'TWIN', company: 'Taken' } });
  const others = Array.from({ length: 30 }, (_, index) => `twinless-${index},Elm`);
  const file = [HEAD, 'twin,Alder', 'pair,Birch', ...others, 'PAIR,Cedar', 'TWIN,Taken'].join('\n');
  const expected = [
    [2, 'FAILED', 'CUSTOMER_EXTERNAL_ID_TAKEN externalId'],
    [3, 'CREATED'],
    ...others.map((_, index) => [4 + index, 'CREATED']),
    [34, 'FAILED', 'LINE_REPEATS_ID externalId'],
    [35, 'FAILED', 'LINE_REPEATS_ID externalId'],
  ];
  const dry = await importFile(ada, acme.id, file, { dryRun: 'true' });
  expect(dry.lines.map(briefly)).toEqual(expected);
  const run = await importFile(ada, acme.id, file);
  expect(run.lines.map(briefly)).toEqual(expected);
});

test('an import never touches or reveals the customers of another tenant, with the same external id', async () => {
  const other = await mutate(
    gil,
    'customerCreate',
    { input: { externalId: 'SAME', company: 'Of Globex' } },
    'customerId',
  );
  const after = await gil.now(globex.id);
  const { lines } = await importFile(ada, acme.id, `${HEAD}\nSAME,Of Acme`);
  expect(lines.map(briefly)).toEqual([[2, 'CREATED']]);
  expect(lines[0]?.targetId).not.toBe(other.customerId);
  const events = gil.follow(
    'subscription ($after: Cursor) { customerChanged(after: $after) { __typename } }',
    { after },
  );
  expect(await events.changesUntilCaughtUp()).toEqual([]);
  const ofRoot = await importFile(installation.root, globex.id, `${HEAD}\nSAME,Now changed`);
  expect(ofRoot.lines.map(({ outcome, targetId }) => [outcome, targetId])).toEqual([
    ['UPDATED', other.customerId],
  ]);
  expect(
    (await customersOf(ada, acme.id)).filter(
      ({ externalId }: { externalId: string }) => externalId === 'SAME',
    ),
  ).toEqual([expect.objectContaining({ company: 'Of Acme', version: 1 })]);
  const plan = await mutate(
    gil,
    'planCreate',
    { input: { name: 'Gold', monthlyPrice: { amountMinor: 1, currency: 'EUR' } } },
    'planId',
  );
  const foreign = await importFile(
    ada,
    acme.id,
    `${HEAD},planId\nP,P,${plan.planId}\nQ,Q,${crypto.randomUUID()}`,
  );
  expect(foreign.lines.map(briefly)).toEqual([
    [2, 'FAILED', 'NO_SUCH_ROW planId'],
    [3, 'FAILED', 'NO_SUCH_ROW planId'],
  ]);
});

test('a client of another node follows the import with its progress, and one of another tenant receives nothing', async () => {
  const PROGRESS = 'subscription { bulkJobProgressed { bulkJobId total doneCount } }';
  const told = elsewhere.follow(PROGRESS);
  const notTold = gil.at({ url: elsewhere.url }).follow(PROGRESS);
  const rows = Array.from({ length: 300 }, (_, index) => `F${index},Fir`).join('\n');
  const answer = await importFile(ada, acme.id, `${HEAD}\n${rows}`);
  expect(answer.job).toMatchObject({ total: 300, succeededCount: 300 });
  const { total } = (await told.event()) as { total: number };
  expect(total).toBe(300);
  expect(notTold.unread).toEqual([]);
});

test('a request that is repeated with its key has one effect; the key is refused with another file', async () => {
  const key = { idempotencyKey: crypto.randomUUID(), tenantId: acme.id };
  const file = `${HEAD}\nI,Ironwood`;
  const [first, second] = [await sendFile(ada, file, key), await sendFile(ada, file, key)];
  expect([second.bulkJobId, second.status]).toEqual([first.bulkJobId, 202]);
  const other = await sendFile(ada, `${file}\n`, key);
  expect([other.status, other.userErrors.map(({ rule }) => rule)]).toEqual([422, ['KEY_TAKEN']]);
});

test('an API token with the permissions imports, and the audit log has the token and the job', async () => {
  const { client } = await anApiToken(ada, url, ['customers:read', 'customers:write', 'bulk-jobs:read']);
  const answer = await sendFile(client, `${HEAD}\nT,Tamarack`, { tenantId: acme.id });
  expect(answer.status).toBe(202);
  const { auditLog } = await ada.ask(
    `query ($id: ID!) { auditLog(filter: { entityId: { equals: $id } }, last: 100) { nodes { action entity actor { kind } } } }`,
    { id: answer.bulkJobId },
  );
  expect(auditLog.nodes).toContainEqual({
    action: 'CREATED',
    entity: 'BULK_JOB',
    actor: { kind: 'API_TOKEN' },
  });
});

test('an import counts as an operation: one too many is refused with the time to wait', async () => {
  const busy = await Installation.start({ REQUESTS_PER_SECOND: '1' });
  const answers = [];
  for (let number = 0; number < 12; number += 1) answers.push(await sendFile(busy.root, 'nonsense'));
  expect(answers.at(-1)).toMatchObject({ status: 429, rule: 'TOO_MANY_REQUESTS' });
  await busy.stop();
});
