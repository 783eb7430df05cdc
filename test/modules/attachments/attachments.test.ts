import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Transaction } from '../../../src/core/rows/transact.ts';
import { attachmentEntity } from '../../../src/modules/attachments/attachments.changes.ts';
import { removeAbandoned } from '../../../src/modules/attachments/attachments.reactions.ts';
import { cleanName, withEnding } from '../../../src/modules/attachments/file-name.ts';
import { typeOf } from '../../../src/modules/attachments/file-types.ts';
import { beginWriting, claimFiles, prolongWriting } from '../../../src/modules/attachments/stored-files.ts';
import { PNG } from '../../support/attached.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';

const ORIGIN = {
  actor: { kind: 'SYSTEM', id: null, name: 'test', isOfPlatform: true },
  requestId: null,
  ip: null,
};

let database: OpenDatabase;
let tenantId: string;

beforeAll(async () => {
  database = await anOpenDatabase();
  const { prisma } = database;
  const { id: organizationId } = await prisma.organization.create({ data: { name: 'Acme', slug: 'acme' } });
  const tenant = await prisma.tenant.create({ data: { name: 'Acme', slug: 'acme', organizationId } });
  tenantId = tenant.id;
  await prisma.feedHead.create({ data: { feed: tenantId } });
});

afterAll(() => database.drop());

function transact<Value>(work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return database.transactions
    .of(ORIGIN as never)(work)
    .then(({ value }) => value);
}

async function anAttachment(status: 'UPLOADING' | 'CLEAN' = 'UPLOADING') {
  const { prisma } = database;
  const customer = await prisma.customer.create({ data: { company: 'Alder', tenantId } });
  const about = { tenantId, conversationId: customer.id, customerId: customer.id, isInternal: false };
  const data = { ...about, subjectType: 'CUSTOMER' as const, uploaderId: crypto.randomUUID(), status };
  return transact(async (tx) =>
    tx.created(
      attachmentEntity,
      await tx.db.attachment.create({ data: { ...data, name: 'a', sizeBytes: 1 } }),
    ),
  );
}

test('76: one upload of an attachment is written at a time, and a node takes it over only when its lease is over', async () => {
  const { prisma } = database;
  const { id: attachmentId } = await anAttachment();
  const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
  expect(
    await Promise.all([
      beginWriting(prisma, first, attachmentId),
      beginWriting(prisma, second, attachmentId),
    ]),
  ).toContain(false);
  const { id = '' } = (await prisma.storedFile.findFirst({ where: { attachmentId } })) ?? {};
  await prisma.storedFile.update({ where: { id }, data: { tryAt: new Date(Date.now() - 60_000) } });
  expect(await prolongWriting(prisma, id)).toBe(true);
  expect(await claimFiles(prisma, 'removals')).toEqual([]);
  await prisma.storedFile.update({ where: { id }, data: { tryAt: new Date(Date.now() - 60_000) } });
  expect(await claimFiles(prisma, 'removals')).toMatchObject([{ id, status: 'REMOVING', tries: 1 }]);
  expect(await prolongWriting(prisma, id)).toBe(false);
  expect(await beginWriting(prisma, crypto.randomUUID(), attachmentId)).toBe(true);
  const { id: uploaded } = await anAttachment('CLEAN');
  expect(await beginWriting(prisma, crypto.randomUUID(), uploaded)).toBe(false);
});

test('76: a scan and a removal are taken by different lanes, so one that hangs holds up none of the other', async () => {
  const { prisma } = database;
  const { id: attachmentId } = await anAttachment();
  const [scan, removal] = [crypto.randomUUID(), crypto.randomUUID()];
  const file = { tenantId, attachmentId, tryAt: new Date(Date.now() - 60_000) };
  await prisma.storedFile.create({ data: { ...file, id: scan, status: 'SCANNING' } });
  await prisma.storedFile.create({ data: { ...file, id: removal, status: 'REMOVING' } });
  expect(await claimFiles(prisma, 'removals')).toMatchObject([{ id: removal, status: 'REMOVING' }]);
  expect(await claimFiles(prisma, 'scans')).toMatchObject([{ id: scan, status: 'SCANNING' }]);
  await prisma.storedFile.deleteMany({ where: { attachmentId } });
});

test('76: an attachment that still waits for its file is removed by due work with what was written; another one stays', async () => {
  const { prisma } = database;
  const [waiting, clean] = [await anAttachment(), await anAttachment('CLEAN')];
  await prisma.attachmentUsage.upsert({
    where: { id: tenantId },
    create: { id: tenantId, bytes: 10n },
    update: { bytes: 10n },
  });
  const file = crypto.randomUUID();
  await beginWriting(prisma, file, waiting.id);
  await transact((tx) => removeAbandoned(tx, waiting));
  await transact((tx) => removeAbandoned(tx, clean));
  expect(await prisma.attachment.findMany({ where: { id: { in: [waiting.id, clean.id] } } })).toMatchObject([
    { id: clean.id },
  ]);
  expect(await prisma.storedFile.findFirst({ where: { id: file } })).toMatchObject({ status: 'REMOVING' });
  expect(await prisma.attachmentUsage.findFirst({ where: { id: tenantId } })).toEqual({
    id: tenantId,
    bytes: 9n,
  });
});

test('76: a name is shortened to 200 bytes between characters, and keeps its ending', () => {
  const long = cleanName(`${'要'.repeat(150)}.pdf`);
  expect([Buffer.byteLength(long) <= 200, long.endsWith('要.pdf')]).toEqual([true, true]);
  expect(cleanName('\u200B\u202E')).toBe('file');
  expect(cleanName('LPT1')).toBe('_LPT1');
  expect(withEnding('photo.JPEG', ['jpg', 'jpeg'])).toBe('photo.JPEG');
  expect(withEnding('photo.exe', ['jpg', 'jpeg'])).toBe('photo.exe.jpg');
});

test('76: a type is read from the first bytes: what reads as text is text, and what is unknown is refused', async () => {
  const type = async (bytes: Buffer | string, isWhole = true) =>
    (await typeOf(Buffer.from(bytes), isWhole))?.mediaType ?? null;
  expect(await type(PNG)).toBe('image/png');
  expect(await type('MZ\u0090\u0000\u0003')).toBeNull();
  expect(await type(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]))).toBeNull();
  expect(await type('<html><script>')).toBe('text/plain');
  expect(await type(Buffer.from('ü').subarray(0, 1))).toBeNull();
  expect(await type(Buffer.concat([Buffer.from('a'), Buffer.from('ü').subarray(0, 1)]), false)).toBe(
    'text/plain',
  );
});
