import { randomBytes } from 'node:crypto';
import { setImmediate as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { MailText } from '../../../src/core/rows/mail-text.ts';
import type { MailMessage } from '../../../src/generated/prisma/client.ts';
import { queueMail } from '../../../src/modules/mail/mail.requests.ts';
import { claimMails, forgetOldMail, MAX_TRIES, settleMail } from '../../../src/modules/mail/mail-claims.ts';
import { keepingPort } from '../../../src/modules/mail/mail-port.ts';
import { MailRunner, type MailRunnerParts } from '../../../src/modules/mail/mail-runner.ts';
import { smtpPort } from '../../../src/modules/mail/smtp-port.ts';
import { AesSecretCipher } from '../../../src/modules/sessions/second-factor/aes-secret-cipher.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';
import { silentLog } from '../../support/silent-log.ts';
import { helloText, MailServer, resetText } from './mail-server.ts';

const cipher = new AesSecretCipher(randomBytes(32));
/** Longer than a busy machine takes; a server that hangs gets less. */
const TRY_MS = 20_000;
const ORIGIN = {
  actor: { kind: 'SYSTEM', id: null, name: 'test', isOfPlatform: true },
  requestId: null,
  ip: null,
};

let database: OpenDatabase;
let server: MailServer;
let runners: MailRunner[] = [];

beforeAll(async () => {
  database = await anOpenDatabase();
});

beforeEach(async () => {
  server = await MailServer.start();
});

afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.stop()));
  runners = [];
  await server.stop();
  await database.prisma.mailMessage.deleteMany();
});

afterAll(() => database.drop());

function startRunner(more: Partial<MailRunnerParts> = {}, ...texts: MailText[]): void {
  const known = [helloText, resetText, ...texts];
  const runner = new MailRunner({
    prisma: database.prisma,
    port: smtpPort(server.url, 'lockstep@product.test', TRY_MS),
    gateway: keepingPort,
    texts: new Map(known.map((text) => [text.key, text])),
    cipher,
    viewerOf: async () => null,
    publicUrl: 'https://product.test',
    domain: 'product.test',
    log: silentLog,
    ...more,
  });
  runners.push(runner);
  runner.start();
}

type Mail = Partial<Parameters<typeof queueMail>[1]>;

async function queue(mail: Mail = {}): Promise<void> {
  await database.transactions.of(ORIGIN as never)((tx) =>
    queueMail(tx, { text: helloText, to: 'ana@example.com', userId: null, params: { name: 'Ana' }, ...mail }),
  );
}

/** Waits until the only message is as a test expects it. */
async function until(isAsExpected: (message: MailMessage) => boolean): Promise<MailMessage> {
  for (;;) {
    const message = await database.prisma.mailMessage.findFirst();
    if (message && isAsExpected(message)) return message;
  }
}

/** Lets the pause before the next try pass. */
const passPause = () =>
  database.prisma.$executeRaw`UPDATE mail_message SET try_at = now() WHERE try_at IS NOT NULL`;

test('a 5xx answer ends a message, and no other message waits for it', async () => {
  server.answer = 550;
  await queue();
  startRunner();
  expect(await until(({ status }) => status === 'REFUSED')).toMatchObject({ tries: 1, tryAt: null });
  server.answer = 'accept';
  await queue({ to: 'ben@example.com' });
  while (server.received.length < 2) await pause();
  expect(server.received.map(({ to }) => to)).toEqual([['ana@example.com'], ['ben@example.com']]);
});

test('a 4xx answer is tried again, later and with the same Message-ID, until it is taken', async () => {
  server.answer = 451;
  await queue();
  startRunner();
  const failed = await until(({ lastError }) => lastError !== null);
  expect(failed).toMatchObject({ status: 'WAITING', tries: 1, lastError: expect.stringContaining('451') });
  expect(failed.tryAt?.getTime()).toBeGreaterThan(failed.createdAt.getTime() + 4_000);
  server.answer = 'accept';
  await passPause();
  expect(await until(({ status }) => status === 'SENT')).toMatchObject({ tries: 2 });
  expect(server.headers('message-id')).toEqual(Array(2).fill(`<${failed.id}@product.test>`));
});

test('tries end: a server that never takes a message does not receive it for ever', async () => {
  server.answer = 451;
  await queue();
  await database.prisma.mailMessage.updateMany({ data: { tries: MAX_TRIES - 1 } });
  startRunner();
  expect(await until(({ status }) => status === 'REFUSED')).toMatchObject({ tries: MAX_TRIES, tryAt: null });
});

test('a server that does not answer holds up neither the transaction that queues nor the end of the try', async () => {
  server.answer = 'hang';
  startRunner({ port: smtpPort(server.url, 'lockstep@product.test', 500) });
  await queue();
  const failed = await until(({ lastError }) => lastError !== null);
  expect(failed).toMatchObject({ status: 'WAITING', lastError: expect.stringContaining('TIMEDOUT') });
});

test('two nodes send each message once, and nothing of a transaction that was rolled back', async () => {
  const failing = database.transactions.of(ORIGIN as never)(async (tx) => {
    await queueMail(tx, { text: helloText, to: 'no@example.com', userId: null, params: { name: 'No' } });
    throw new Error('rolled back');
  });
  await expect(failing).rejects.toThrow('rolled back');
  for (let number = 0; number < 30; number += 1) await queue({ to: `u${number}@example.com` });
  startRunner();
  startRunner();
  while ((await database.prisma.mailMessage.count({ where: { status: 'SENT' } })) < 30) await pause();
  const addresses = server.received.flatMap(({ to }) => to);
  expect(new Set(addresses).size).toBe(30);
  expect(addresses).toHaveLength(30);
});

test('a node that was killed after the answer and before its COMMIT leads to one repetition with the same Message-ID', async () => {
  await queue();
  startRunner();
  const { id } = await until(({ status }) => status === 'SENT');
  // The row as the killed node has left it, when its lease has ended.
  await database.prisma.mailMessage.updateMany({
    data: { status: 'WAITING', tryAt: new Date(0), endedAt: null },
  });
  await until(({ status, tries }) => status === 'SENT' && tries === 2);
  expect(server.headers('message-id')).toEqual(Array(2).fill(`<${id}@product.test>`));
});

test('the late answer of a node whose claim has ended does not end the try of another node', async () => {
  await queue();
  const [late] = await claimMails(database.prisma, [helloText.key]);
  await passPause();
  const [claimed] = await claimMails(database.prisma, [helloText.key]);
  if (!late || !claimed) throw new Error('Nothing was claimed.');
  await settleMail(database.prisma, late, { status: 'REFUSED', answer: '550' });
  await settleMail(database.prisma, late, { status: 'FAILED', answer: '451' });
  expect(await until(() => true)).toMatchObject({ status: 'WAITING', tries: 2, lastError: null });
  await settleMail(database.prisma, claimed, { status: 'SENT' });
  expect(await until(() => true)).toMatchObject({ status: 'SENT', tries: 2 });
});

test('no param adds a header, a recipient or a line, and none decides where the link leads', async () => {
  const name = 'Eve\r\nBcc: all@example.com\r\n\r\nBuy \u202Ethis {link} https://evil.example/../';
  await queue({ params: { name } });
  startRunner();
  await until(({ status }) => status === 'SENT');
  const [mail] = server.received;
  expect(mail?.to).toEqual(['ana@example.com']);
  expect(server.headers('bcc')).toEqual([]);
  const { body } = await until(() => true);
  const lines = (body ?? '').trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/^https:\/\/product\.test\/hello\/Eve%0D%0ABcc/);
  expect(new URL(lines[1] ?? '').pathname.split('/')).toHaveLength(3);
});

test('the token of a link is in the mail, and in no column, also while it waits', async () => {
  const token = 'canary-token';
  await queue({ text: resetText, params: {}, secrets: { params: { token }, cipher } });
  const waiting = await until(() => true);
  expect(JSON.stringify({ ...waiting, sealed: String(waiting.sealedSecrets) })).not.toContain(token);
  startRunner();
  const sent = await until(({ status }) => status === 'SENT');
  expect(server.received[0]?.raw).toContain(`https://product.test/reset#${token}`);
  expect(sent).toMatchObject({ body: 'https://product.test/reset#***\n', sealedSecrets: null });
});

test('a mail that is worth nothing without its link is not made where no address of the product is known', async () => {
  await queue({ text: resetText, params: {}, secrets: { params: { token: 'x' }, cipher } });
  startRunner({ publicUrl: null });
  const refused = await until(({ status }) => status === 'REFUSED');
  expect(refused).toMatchObject({ lastError: 'PUBLIC_URL is not set', sealedSecrets: null });
  expect(server.received).toEqual([]);
});

test('without a mail server messages are kept, with their secrets sealed', async () => {
  await queue({ text: resetText, params: {}, secrets: { params: { token: 'canary-token' }, cipher } });
  startRunner({ port: keepingPort });
  const { id, body, sealedSecrets } = await until(({ status }) => status === 'KEPT');
  expect(body).not.toContain('canary-token');
  const opened = JSON.parse(Buffer.from(cipher.decrypt(sealedSecrets as Uint8Array, id)).toString());
  expect(opened.text).toContain('#canary-token');
});

test('what is not wanted any more right before it is sent is dropped', async () => {
  const moot: MailText = { ...helloText, key: 'moot', prepare: async () => null };
  await queue({ text: moot });
  startRunner({}, moot);
  expect(await until(({ status }) => status !== 'WAITING')).toMatchObject({ status: 'DROPPED' });
  expect(server.received).toEqual([]);
});

test('of messages with one key there is one, and what ended a month ago is forgotten', async () => {
  await queue({ uniqueKey: 'digest' });
  await queue({ uniqueKey: 'digest' });
  startRunner();
  await until(({ status }) => status === 'SENT');
  expect(server.received).toHaveLength(1);
  await forgetOldMail(database.prisma);
  expect(await database.prisma.mailMessage.count()).toBe(1);
  await database.prisma.$executeRaw`UPDATE mail_message SET ended_at = now() - interval '31 days'`;
  await forgetOldMail(database.prisma);
  expect(await database.prisma.mailMessage.count()).toBe(0);
});
