import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { announce, attach, linkTo, PNG, put } from '../support/attached.ts';
import { type Homes, someHomes } from '../support/homes.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import { openedIncident } from '../support/notified.ts';
import type { Person } from '../support/person.ts';

const LIMITS = {
  MAX_ATTACHMENT_BYTES: '200000',
  MAX_SUBJECT_ATTACHMENT_BYTES: '300000',
  MAX_TENANT_ATTACHMENT_BYTES: '700000',
};

let folder: string;
let installation: Installation;
let acme: TestTenant;
let ada: TestUser;
let sam: TestUser;
let gil: TestUser;
let homes: Homes;
let others: Homes;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lockstep-files-'));
  installation = await Installation.start({ ...LIMITS, ATTACHMENTS_DIR: folder });
  acme = await installation.aTenant('Acme');
  ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  sam = await installation.aUser('SUPPORT', { tenantId: acme.id });
  const globex = await installation.aTenant('Globex');
  gil = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
  homes = await someHomes(installation, acme, 'Alder');
  others = await someHomes(installation, acme, 'Birch');
});

afterAll(async () => {
  await installation.stop();
  await rm(folder, { recursive: true, force: true });
});

async function aRequest(): Promise<string> {
  const input = { unitId: homes.units[0].id, title: 'Cold' };
  return (await mutate(homes.owner, 'maintenanceRequestCreate', { input }, 'maintenanceRequestId'))
    .maintenanceRequestId;
}

const owned = (input: object) => ({ name: 'a.txt', sizeBytes: 3, ...input });

/** The stored files, and the parts of files. */
async function stored(): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** Waits until the storage has so many files; removals are done by a loop of the server. */
async function untilStored(count: number): Promise<void> {
  for (;;) {
    if ((await stored()).length === count) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const names = async (by: Person) =>
  (await by.ask('{ attachments(first: 100) { nodes { id name } } }')).attachments.nodes.map(
    ({ id }: { id: string }) => id,
  );

describe('76 X: attachments are for those who see their row', () => {
  test('a file is announced about one row that the viewer sees, and any other is no row', async () => {
    const maintenanceRequestId = await aRequest();
    const incidentId = await openedIncident(ada);
    const create = (by: Person, input: object) => codes(by, 'attachmentCreate', { input: owned(input) });
    const foreign = await refusals(gil, 'attachmentCreate', { input: owned({ maintenanceRequestId }) });
    const none = { maintenanceRequestId: crypto.randomUUID() };
    expect(foreign).toEqual(await refusals(gil, 'attachmentCreate', { input: owned(none) }));
    for (const by of [gil, others.owner, homes.units[1].resident])
      expect(await create(by, { maintenanceRequestId })).toEqual(['NOT_FOUND']);
    expect(await create(homes.units[0].resident, { customerId: homes.customerId })).toEqual(['NOT_FOUND']);
    expect(await create(ada, {})).toEqual(['INVALID_INPUT']);
    expect(await create(ada, { maintenanceRequestId, customerId: homes.customerId })).toEqual([
      'INVALID_INPUT',
    ]);
    expect(await create(homes.owner, { maintenanceRequestId, isInternal: true })).toEqual([
      'FORBIDDEN_CHANGE',
    ]);
    expect(await create(homes.owner, { incidentId })).toEqual(['FORBIDDEN_CHANGE']);
    expect(await create(ada, { maintenanceRequestId, sizeBytes: 0 })).toEqual(['INVALID_INPUT']);
    expect(await create(ada, { maintenanceRequestId, sha256: 'abc' })).toEqual(['INVALID_INPUT']);
    expect(await create(ada, { maintenanceRequestId, name: 'a'.repeat(1_001) })).toEqual(['INVALID_INPUT']);
    expect(await create(installation.stranger(), { maintenanceRequestId })).toEqual(['UNAUTHENTICATED']);
    const { messageId } = await mutate(
      homes.owner,
      'messageSend',
      { input: { maintenanceRequestId, body: 'Look' } },
      'messageId',
    );
    expect(await create(ada, { messageId })).toEqual(['FORBIDDEN_CHANGE']);
    expect(await create(gil, { messageId })).toEqual(['NOT_FOUND']);
    expect(await create(homes.owner, { messageId, isInternal: false })).toEqual(['INVALID_INPUT']);
    await mutate(homes.owner, 'messageDelete', { id: messageId });
    expect(await create(homes.owner, { messageId })).toEqual(['INVALID_STATE']);
  });

  test('its bytes come from its uploader alone, once, and as they were announced', async () => {
    const maintenanceRequestId = await aRequest();
    const before = (await stored()).length;
    const id = await announce(ada, owned({ maintenanceRequestId }));
    const rules = async (...puts: Promise<{ rule: string | undefined; status: number }>[]) =>
      (await Promise.all(puts)).map(({ status, rule }) => `${status} ${rule}`);
    expect(await rules(put({ url: ada.url, token: null }, id, 'abc'))).toEqual(['401 NO_TOKEN']);
    expect(
      await rules(put(sam, id, 'abc'), put(gil, id, 'abc'), put(ada, crypto.randomUUID(), 'abc')),
    ).toEqual(Array(3).fill('404 NO_SUCH_UPLOAD'));
    expect(await rules(put(ada, '../../x', 'abc'), put(ada, '', 'abc'))).toEqual(
      Array(2).fill('404 NO_SUCH_UPLOAD'),
    );
    expect(await rules(put(ada, id, 'abc', { 'content-encoding': 'gzip' }))).toEqual(['415 UPLOAD_ENCODED']);
    expect(await rules(put(ada, id, 'ab'))).toEqual(['400 UPLOAD_TOO_SHORT']);
    expect(await rules(put(ada, id, 'abcd'))).toEqual(['413 UPLOAD_TOO_LONG']);
    // Without a Content-Length the bytes are counted as they come.
    const inChunks = (text: string) => new Blob([text]).stream() as unknown as BodyInit;
    expect(await rules(put(ada, id, inChunks('ab')))).toEqual(['400 UPLOAD_TOO_SHORT']);
    expect(await rules(put(ada, id, inChunks('abcd')))).toEqual(['413 UPLOAD_TOO_LONG']);
    expect(await rules(put(ada, id, Buffer.from([0, 1, 2])))).toEqual(['415 UPLOAD_TYPE_REFUSED']);
    const signed = await announce(ada, owned({ maintenanceRequestId, sha256: '00'.repeat(32) }));
    expect(await rules(put(ada, signed, 'abc'))).toEqual(['422 UPLOAD_DIGEST_DIFFERS']);
    const post = await fetch(`${ada.url}/attachments?id=${id}`, { method: 'POST', body: 'abc' });
    expect(post.status).toBe(405);
    await untilStored(before);
    expect(await codes(ada, 'attachmentLinkCreate', { id })).toEqual(['INVALID_STATE']);
    expect(await rules(put(ada, id, 'abc'))).toEqual(['201 undefined']);
    expect(await rules(put(ada, id, 'abc'))).toEqual(['404 NO_SUCH_UPLOAD']);
    expect((await stored()).length).toBe(before + 1);
  });

  test('those who see the row read the file, and of one of the staff a customer learns nothing', async () => {
    const maintenanceRequestId = await aRequest();
    const after = await homes.owner.now(acme.id);
    const live = homes.owner.follow(
      'subscription ($after: Cursor) { attachmentChanged(after: $after) { __typename ... on AttachmentCreated { attachment { name } } ... on AttachmentUpdated { attachment { name status } } } }',
      { after },
    );
    const note = { maintenanceRequestId, body: 'Among us', isInternal: true };
    const { messageId } = await mutate(ada, 'messageSend', { input: note }, 'messageId');
    const internal = await attach(ada, { messageId }, 'plan.txt', 'secret');
    const direct = await attach(ada, { maintenanceRequestId, isInternal: true }, 'other.txt', 'secret');
    const open = await attach(ada, { maintenanceRequestId }, 'offer.txt', 'for all');
    for (const by of [sam, ada])
      expect(await names(by)).toEqual(expect.arrayContaining([internal, direct, open]));
    for (const by of [homes.owner, homes.units[0].resident]) {
      expect(await names(by)).toContain(open);
      expect(await names(by)).not.toContain(internal);
      expect(await names(by)).not.toContain(direct);
      for (const id of [internal, direct]) {
        expect(await codes(by, 'attachmentLinkCreate', { id })).toEqual(['NOT_FOUND']);
        expect(await codes(by, 'attachmentDelete', { id })).toEqual(['NOT_FOUND']);
      }
      expect(await (await fetch(`${by.url}${await linkTo(by, open)}`)).text()).toBe('for all');
    }
    for (const by of [gil, others.owner, homes.units[1].resident]) {
      expect(await names(by)).toEqual([]);
      expect(await codes(by, 'attachmentLinkCreate', { id: open })).toEqual(['NOT_FOUND']);
    }
    expect(await live.change()).toMatchObject({ attachment: { name: 'offer.txt' } });
    expect(await live.change()).toMatchObject({ attachment: { status: 'CLEAN' } });
    await live.close();
    expect(await codes(homes.owner, 'attachmentDelete', { id: open })).toEqual(['FORBIDDEN_CHANGE']);
  });

  test('an attachment goes with its message, with its row, and by itself, and its bytes go and are counted no more', async () => {
    const maintenanceRequestId = await aRequest();
    const before = (await stored()).length;
    const mine = { maintenanceRequestId, body: 'Look' };
    const { messageId } = await mutate(homes.owner, 'messageSend', { input: mine }, 'messageId');
    const big = 'x'.repeat(140_000);
    await attach(homes.owner, { messageId }, 'a.txt', big);
    const single = await attach(homes.owner, { maintenanceRequestId }, 'b.txt', big);
    expect((await stored()).length).toBe(before + 2);
    const full = { maintenanceRequestId, name: 'c.txt', sizeBytes: 30_000 };
    expect(await codes(homes.owner, 'attachmentCreate', { input: full })).toEqual(['LIMIT_REACHED']);
    await mutate(homes.owner, 'messageDelete', { id: messageId });
    await untilStored(before + 1);
    await mutate(homes.owner, 'attachmentDelete', { id: single });
    await untilStored(before);
    await attach(homes.owner, { maintenanceRequestId }, 'd.txt', big);
    await mutate(ada, 'maintenanceRequestDelete', { id: maintenanceRequestId });
    await untilStored(before);
    expect(await names(ada)).not.toContain(single);
  });

  test('bytes are counted when a file is announced: for a file, a row and a tenant', async () => {
    const rule = async (input: object) =>
      (await refusals(ada, 'attachmentCreate', { input: { name: 'a', ...input } })).map(
        ({ message }) => message,
      );
    const customerId = await installation.aCustomer(acme.id, 'Cedar');
    expect(await rule({ customerId, sizeBytes: 200_001 })).toEqual([
      'An attachment has at most 200000 bytes (MAX_ATTACHMENT_BYTES).',
    ]);
    const input = { customerId, name: 'a', sizeBytes: 150_000 };
    const whole = 'x'.repeat(150_000);
    const attached = (id: string) => attach(ada, { customerId: id }, 'a', whole);
    const held = [await attached(customerId), await attached(customerId)];
    expect(await rule({ customerId, sizeBytes: 1 })).toEqual([
      'The attachments about a row have at most 300000 bytes together (MAX_SUBJECT_ATTACHMENT_BYTES).',
    ]);
    const next = await installation.aCustomer(acme.id, 'Dogwood');
    held.push(await attached(next), await attached(next));
    const last = await installation.aCustomer(acme.id, 'Elder');
    expect(await rule({ customerId: last, sizeBytes: 150_000 })).toEqual([
      'The attachments of a tenant have at most 700000 bytes together (MAX_TENANT_ATTACHMENT_BYTES).',
    ]);
    for (const id of held) await mutate(ada, 'attachmentDelete', { id });
    await mutate(ada, 'attachmentDelete', { id: await announce(ada, { ...input, customerId: last }) });
  });

  test('files of the staff take no room of a customer, who so learns nothing of them, and announcements alone fill no row', async () => {
    const maintenanceRequestId = await aRequest();
    const whole = 'x'.repeat(150_000);
    const { owner } = homes;
    const [resident] = [homes.units[0].resident];
    const refused = async (by: Person, input: object) =>
      (await refusals(by, 'attachmentCreate', { input: { maintenanceRequestId, name: 'a', ...input } })).map(
        ({ message }) => message,
      );
    const inside = { maintenanceRequestId, isInternal: true };
    for (let number = 0; number < 2; number += 1) await attach(ada, inside, 'inside.txt', whole);
    expect(await refused(sam, { isInternal: true, sizeBytes: 1 })).toEqual([
      expect.stringContaining('about a row'),
    ]);
    await attach(owner, { maintenanceRequestId }, 'a.txt', whole);
    const waiting = await announce(resident, { maintenanceRequestId, name: 'b.txt', sizeBytes: 140_000 });
    expect(await refused(resident, { sizeBytes: 60_001 })).toEqual([
      expect.stringContaining('that wait for their files'),
    ]);
    expect(await refused(owner, { sizeBytes: 10_001 })).toEqual([expect.stringContaining('about a row')]);
    await mutate(resident, 'attachmentDelete', { id: waiting });
    await mutate(ada, 'maintenanceRequestDelete', { id: maintenanceRequestId });
  });
});

describe('76: a file is what it contains', () => {
  test('names are cleaned before they are judged, and end as their content', async () => {
    const maintenanceRequestId = await aRequest();
    const given: [string, string][] = [
      ['Übergabe – 要求 "1".txt', 'Übergabe – 要求 _1_.txt'],
      ['invoice\u202Egpj.exe', 'invoicegpj.exe.txt'],
      ['evil.exe\u0000.png', 'evil.exe.png.txt'],
      ['../../x', 'x.txt'],
      ['..\\..\\y.txt', 'y.txt'],
      ['..', 'file.txt'],
      ['con.txt', '_con.txt'],
      ['a\r\nSet-Cookie: b', 'aSet-Cookie_ b.txt'],
      [`${'ü'.repeat(300)}.txt`, `${'ü'.repeat(98)}.txt`],
    ];
    for (const [name, cleaned] of given) {
      const id = await attach(ada, { maintenanceRequestId }, name, 'abc');
      const { attachment } = await ada.ask('query ($id: ID!) { attachment(id: $id) { name mediaType } }', {
        id,
      });
      expect(attachment).toEqual({ name: cleaned, mediaType: 'text/plain' });
      const answer = await fetch(`${ada.url}${await linkTo(ada, id)}`);
      const disposition = answer.headers.get('content-disposition') ?? '';
      expect(decodeURIComponent(disposition.split("UTF-8''")[1] ?? '')).toBe(cleaned);
    }
    expect((await stored()).every((file) => /^[0-9a-f-]{36}$/.test(file))).toBe(true);
  });

  test('active content is downloaded as a text in a sandbox, and only images are shown', async () => {
    const maintenanceRequestId = await aRequest();
    const headersOf = async (name: string, bytes: Buffer | string) => {
      const id = await attach(ada, { maintenanceRequestId }, name, bytes);
      const { headers } = await fetch(`${ada.url}${await linkTo(ada, id)}`);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain('sandbox');
      expect(headers.get('cache-control')).toBe('private, no-cache');
      expect(headers.get('set-cookie')).toBeNull();
      return [headers.get('content-type'), headers.get('content-disposition')?.split(';')[0]];
    };
    const text = ['text/plain; charset=utf-8', 'attachment'];
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';
    expect(await headersOf('a.svg', svg)).toEqual(text);
    expect(await headersOf('b.svg', `<?xml version="1.0"?>${svg}`)).toEqual(text);
    expect(await headersOf('x.png', '<!doctype html><script>alert(1)</script>')).toEqual(text);
    expect(await headersOf('y.html', Buffer.concat([PNG, Buffer.from('<html>')]))).toEqual([
      'image/png',
      'inline',
    ]);
    expect(await headersOf('z.png', '%PDF-1.7\n')).toEqual(['application/pdf', 'attachment']);
  });
});

describe('76: a link is bound to user, session, file and time', () => {
  test('HEAD, ranges and resuming do not use it up, and what it does not lead to has one answer', async () => {
    const customerId = homes.customerId;
    const bytes = Buffer.from(Array.from({ length: 99_698 }, (_, place) => 97 + (place % 26)));
    const id = await attach(ada, { customerId }, 'letters.txt', bytes);
    const link = `${ada.url}${await linkTo(ada, id)}`;
    const ask = async (range: string, more: Record<string, string> = {}) => {
      const answer = await fetch(link, { headers: { range, ...more } });
      const body = Buffer.from(await answer.arrayBuffer());
      return [answer.status, answer.headers.get('content-range'), body.length];
    };
    const head = await fetch(link, { method: 'HEAD' });
    const etag = head.headers.get('etag') ?? '';
    expect([head.status, head.headers.get('content-length'), head.headers.get('accept-ranges')]).toEqual([
      200,
      '99698',
      'bytes',
    ]);
    expect(await ask('bytes=0-0')).toEqual([206, 'bytes 0-0/99698', 1]);
    expect(await ask('bytes=-100')).toEqual([206, 'bytes 99598-99697/99698', 100]);
    expect(await ask('bytes=0-')).toEqual([206, 'bytes 0-99697/99698', 99_698]);
    expect(await ask('bytes=0-999999')).toEqual([206, 'bytes 0-99697/99698', 99_698]);
    expect(await ask('bytes=99698-')).toEqual([416, 'bytes */99698', 0]);
    for (const range of ['bytes=5-2', 'abc', 'bytes=0-1,5-6', 'bytes=-'])
      expect(await ask(range)).toEqual([200, null, 99_698]);
    expect(await ask('bytes=50000-', { 'if-range': etag })).toEqual([206, 'bytes 50000-99697/99698', 49_698]);
    expect(await ask('bytes=50000-', { 'if-range': '"other"' })).toEqual([200, null, 99_698]);
    expect((await fetch(link, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const halves = await Promise.all(
      ['bytes=0-49999', 'bytes=50000-'].map(async (range) =>
        (await fetch(link, { headers: { range } })).arrayBuffer(),
      ),
    );
    expect(Buffer.concat(halves.map((half) => Buffer.from(half))).equals(bytes)).toBe(true);
    for (const token of ['', 'none', link.split('token=')[1]?.slice(0, -2)]) {
      expect((await fetch(`${ada.url}/attachments?token=${token}`)).status).toBe(404);
    }
  });

  test('a right that is lost, a session that ends and a file that is deleted end it', async () => {
    const maintenanceRequestId = await aRequest();
    const id = await attach(ada, { maintenanceRequestId }, 'a.txt', 'abc');
    const manager = await installation.aUser('MANAGER', { tenantId: acme.id, customerId: homes.customerId });
    const leaving = await installation.aUser('SUPPORT', { tenantId: acme.id });
    const links = [await linkTo(manager, id), await linkTo(leaving, id), await linkTo(sam, id)];
    const statuses = () => Promise.all(links.map(async (link) => (await fetch(`${ada.url}${link}`)).status));
    expect(await statuses()).toEqual([200, 200, 200]);
    await ada.ask(
      'mutation ($id: ID!, $customerId: ID) { userRoleSet(id: $id, role: MANAGER, customerId: $customerId) { userErrors { message } } }',
      { id: manager.userId, customerId: others.customerId },
    );
    await leaving.ask('mutation { signOut { userErrors { message } } }');
    expect(await statuses()).toEqual([403, 403, 200]);
    await mutate(ada, 'attachmentDelete', { id });
    expect(await statuses()).toEqual([403, 403, 403]);
  });
});
