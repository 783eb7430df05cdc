import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadSecrets } from '../../src/config/secrets.ts';
import { exportedColumns } from '../../src/core/rows/personal-columns.ts';
import { exportLink } from '../../src/modules/persons/export-link.ts';
import { AesSecretCipher } from '../../src/modules/sessions/second-factor/aes-secret-cipher.ts';
import { personal } from '../../src/rooms.ts';
import { type Downloaded, download, exportLinkFor } from '../support/downloaded.ts';
import {
  acme,
  ada,
  aHome,
  cleo,
  erase,
  gil,
  type Home,
  installation,
  sue,
} from '../support/erasure-stage.ts';
import { signIn, TEST_PASSWORD } from '../support/installation.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { TableDump } from '../support/table-dump.ts';

const CUSTOMER = 'Quillfeather';
const RESIDENT = 'Zephyrine';
const OTHER_CUSTOMER = 'Wickersham';
const OTHER_RESIDENT = 'Xanthippe';

const { url } = installation.app;

/** The answer to a request of an export, as far as it tells links apart. */
async function answerTo(path: string, method = 'GET') {
  const answer = await fetch(`${url}${path}`, { method });
  const { status, headers } = answer;
  return { status, type: headers.get('content-type'), body: await answer.text() };
}

/** The answer to every link that leads to nothing. */
const missing = () => answerTo('/exports/person?token=none');

test('X: only administrators of the tenant export persons; of another tenant there is no such person', async () => {
  const customerId = await installation.aCustomer(acme.id);
  const ofCustomer = (role: string, id: string) =>
    installation.aUser(role, { tenantId: acme.id, customerId: id });
  const owner = await ofCustomer('OWNER', customerId);
  const other = await ofCustomer('OWNER', await installation.aCustomer(acme.id));
  const member = await ofCustomer('RESIDENT', customerId);

  for (const who of [sue, cleo, owner, other, member]) {
    for (const input of [{ customerId }, { userId: who.userId }]) {
      expect([who.email, await codes(who, 'personExport', { input })]).toEqual([who.email, ['FORBIDDEN']]);
    }
  }
  const foreign = await refusals(gil, 'personExport', { input: { customerId } });
  expect(foreign).toEqual(
    await refusals(ada, 'personExport', { input: { customerId: crypto.randomUUID() } }),
  );
  expect(foreign.map(({ code }) => code)).toEqual(['NOT_FOUND']);
  expect(await codes(gil, 'personExport', { input: { userId: member.userId } })).toEqual(['NOT_FOUND']);
  expect(await codes(installation.stranger(), 'personExport', { input: { customerId } })).toEqual([
    'UNAUTHENTICATED',
  ]);
});

test('an export names one person, and no user of another level', async () => {
  const admin = await installation.aUser('ORGANIZATION_ADMIN', { organizationId: acme.organizationId });
  expect(await codes(ada, 'personExport', { input: {} })).toEqual(['INVALID_INPUT']);
  const both = { customerId: await installation.aCustomer(acme.id), userId: ada.userId };
  expect(await codes(ada, 'personExport', { input: both })).toEqual(['INVALID_INPUT']);
  expect(await codes(installation.root, 'personExport', { input: { userId: admin.userId } })).toEqual([
    'NOT_FOUND',
  ]);
});

describe('a link', () => {
  let customerId: string;

  beforeAll(async () => {
    customerId = await installation.aCustomer(acme.id);
  });

  /** A link that was made some minutes ago, with the secret of this installation or of another one. */
  async function linkOf(minutes: number, jwtSecret = installation.app.config.jwtSecret): Promise<string> {
    const { exportLinks } = await loadSecrets({ jwtSecret, dataDir: '' });
    const clock = { now: () => new Date(Date.now() - minutes * 60_000) };
    const sessionId = JSON.parse(atob(ada.token?.split('.')[1] ?? '')).sid;
    const requester = { userId: ada.userId, sessionId };
    const person = { kind: 'customer', id: customerId } as const;
    return exportLink(new AesSecretCipher(exportLinks), clock, { requester, person }).path;
  }

  test('X: one that is unknown, has expired, is of another installation or has a changed byte gets one answer', async () => {
    expect(await missing()).toMatchObject({ status: 404, body: expect.stringContaining('NO_SUCH_EXPORT') });
    expect((await answerTo(await linkOf(9))).status).toBe(200);
    const path = await exportLinkFor(ada, { customerId });
    const end = path.length - 1;
    const changed = [30, 60, 100, end - 20, end].map(
      (at) => `${path.slice(0, at)}${path[at] === 'A' ? 'B' : 'A'}${path.slice(at + 1)}`,
    );
    const bad = [
      '/exports/person',
      await linkOf(11),
      await linkOf(0, 'another secret, which is long enough'),
      `${path}A`,
      ...changed,
    ];
    for (const link of bad) expect([link, await answerTo(link)]).toEqual([link, await missing()]);
    expect((await answerTo(path)).status).toBe(200);
  });

  test('X: a link ends with the right of its requester, and with its session', async () => {
    const admin = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    const path = await exportLinkFor(admin, { customerId });
    expect((await answerTo(path)).status).toBe(200);
    await mutate(ada, 'userRoleSet', { id: admin.userId, role: 'SUPPORT' });
    expect(await answerTo(path)).toEqual(await missing());

    const leaving = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    const left = await exportLinkFor(leaving, { customerId });
    await mutate(leaving, 'signOut', {});
    expect(await answerTo(left)).toEqual(await missing());
  });

  test('a download is a file that no cache keeps, and its address goes to no other page; HEAD gives its headers', async () => {
    const path = await exportLinkFor(ada, { customerId });
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(`${url}${path}`, { method });
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'application/x-ndjson; charset=utf-8',
        'content-disposition': `attachment; filename="customer-${customerId}.jsonl"`,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      });
      expect((await answer.text()) === '').toBe(method === 'HEAD');
    }
    expect(await answerTo(path, 'POST')).toMatchObject({
      status: 405,
      body: expect.stringContaining('ONLY_GET'),
    });
  });
});

describe('the export of a resident and of its customer', () => {
  let home: Home;
  let ofResident: Downloaded;
  let ofCustomer: Downloaded;

  beforeAll(async () => {
    home = await aHome(CUSTOMER, RESIDENT);
    await signIn(url, home.email, TEST_PASSWORD);
    await aHome(OTHER_CUSTOMER, OTHER_RESIDENT);
    ofResident = await download(url, await exportLinkFor(ada, { userId: home.residentId }));
    ofCustomer = await download(url, await exportLinkFor(ada, { customerId: home.customerId }));
  }, 120_000);

  test('its last line has the number of the others', () => {
    for (const { lines, rowCount } of [ofResident, ofCustomer]) expect(rowCount).toBe(lines.length);
    expect(ofResident.rowCount).toBeGreaterThan(10);
  });

  test('X: no line has a text of another person or the name of staff', () => {
    const others = [OTHER_CUSTOMER, OTHER_RESIDENT, 'A TENANT_ADMIN', 'A CSR', ada.userId, cleo.userId];
    for (const other of [...others, CUSTOMER])
      expect([other, ofResident.text.includes(other)]).toEqual([other, false]);
    for (const other of others) expect([other, ofCustomer.text.includes(other)]).toEqual([other, false]);
  });

  test('the lines have all exported columns of the register and no others, of the rows about the person', () => {
    const all = [...ofResident.lines, ...ofCustomer.lines];
    for (const { table, row } of all) {
      expect([table, Object.keys(row)]).toEqual([table, exportedColumns(personal.get(table as never) ?? {})]);
    }
    expect([...new Set(all.map(({ table }) => table))].toSorted()).toEqual([
      'Change',
      'Consent',
      'ConsentRecord',
      'Customer',
      'MaintenanceRequest',
      'Notification',
      'Payment',
      'Property',
      'Session',
      'Unit',
      'User',
    ]);
    for (const { row, entity } of all.filter(({ table }) => table === 'Change')) {
      const shown = exportedColumns(personal.get(entity as never) ?? {});
      for (const image of [row.image, row.before])
        expect(shown).toEqual(expect.arrayContaining(Object.keys(image ?? {})));
    }
  });

  test('it has what is held: rows, evidence, and the old values in the log', async () => {
    const find = (table: string) =>
      ofResident.lines.filter((line) => line.table === table).map(({ row }) => row);
    expect(find('User')).toMatchObject([{ id: home.residentId, name: RESIDENT, email: home.email }]);
    expect(find('Payment')).toMatchObject([{ amountMinor: 1_000, refundReason: `${RESIDENT} paid twice` }]);
    expect(find('ConsentRecord')).toMatchObject([
      { state: 'GRANTED', evidenceReference: `call of ${RESIDENT}` },
    ]);
    expect(
      find('Change').filter(({ image }) => JSON.stringify(image).includes(RESIDENT)).length,
    ).toBeGreaterThan(3);
    expect(ofCustomer.text).toContain(`notes on ${CUSTOMER}`);
  });

  test('the person who acted is named in its own changes', async () => {
    const owner = await installation.aUser('OWNER', { tenantId: acme.id, customerId: home.customerId });
    await mutate(owner, 'accountUpdate', { input: { contactName: 'Someone Else' } });
    const { lines } = await download(url, await exportLinkFor(ada, { userId: owner.userId }));
    const [own] = lines.filter(({ entity }) => entity === 'Customer').map(({ row }) => row);
    expect(own).toMatchObject({ actorId: owner.userId, actorName: 'A OWNER', image: null, before: null });
    expect(own?.ip).not.toBeNull();
  });
});

describeOnPostgres('an export in the database', () => {
  let tables: TableDump;

  beforeAll(async () => {
    tables = await TableDump.open(installation.app.config.databaseUrl);
  });
  afterAll(() => tables.close());

  test('a person with thousands of rows is exported whole, each row once', async () => {
    const customerId = await installation.aCustomer(acme.id);
    await tables.run(
      `INSERT INTO property (id, tenant_id, customer_id, name, name_fold, address, address_fold, updated_at)
       SELECT gen_random_uuid(), $1, $2, 'House ' || n, 'house ' || n, 'Road', 'road', now()
       FROM generate_series(1, 5000) AS n`,
      [acme.id, customerId],
    );
    const { lines, rowCount } = await download(url, await exportLinkFor(ada, { customerId }));
    const names = lines.filter(({ table }) => table === 'Property').map(({ row }) => row.name);
    expect([names.length, new Set(names).size, rowCount]).toEqual([5_000, 5_000, lines.length]);
  });

  test('X: a download ends before the next page, without its last line, when its requester loses the right', async () => {
    const customerId = await installation.aCustomer(acme.id);
    // More than the buffers of both ends of the connection hold.
    await tables.run(
      `INSERT INTO property (id, tenant_id, customer_id, name, name_fold, address, address_fold, updated_at)
       SELECT gen_random_uuid(), $1, $2, 'House ' || n, 'house ' || n, repeat('x', 10000), 'road', now()
       FROM generate_series(1, 5000) AS n`,
      [acme.id, customerId],
    );
    const admin = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    const { body } = await fetch(`${url}${await exportLinkFor(admin, { customerId })}`);
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    let bytes = (await reader.read()).value?.length ?? 0;
    await mutate(ada, 'userRoleSet', { id: admin.userId, role: 'SUPPORT' });
    let end = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      bytes += part.value.length;
      end = Buffer.from(part.value).toString().slice(-100);
    }
    expect(bytes).toBeLessThan(40_000_000);
    expect(end).not.toContain('rowCount');
  });

  test('the export of a person who was erased has the blanks', async () => {
    const { residentId: userId } = await aHome('Brightwater', 'Yolanthe');
    expect((await download(url, await exportLinkFor(ada, { userId }))).text).toContain('Yolanthe');
    await erase({ userId });
    const { text, lines } = await download(url, await exportLinkFor(ada, { userId }));
    expect(/yolanthe/i.exec(text)).toBeNull();
    expect(lines[0]?.row).toMatchObject({ id: userId, name: 'Erased' });
  });
});
