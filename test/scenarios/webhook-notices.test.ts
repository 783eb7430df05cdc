import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { databases } from '../support/app.ts';
import { untilMailed } from '../support/kept-mail.ts';
import { mutate } from '../support/mutate.ts';
import { inboxOf, type Told, untilInbox } from '../support/notified.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStage } from '../support/stage.ts';
import { TableDump } from '../support/table-dump.ts';
import { aWebhook, type TestWebhook, untilChanged, untilStopped } from '../support/webhook-maker.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';

const { installation, acme, ada, mia, sue, gil } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', mia: 'TENANT_ADMIN', sue: 'CSR' }, globex: { gil: 'TENANT_ADMIN' } },
  { WEBHOOK_LOOPBACK: '1', REQUESTS_PER_SECOND: '1000' },
);
const others: Person[] = [sue, gil];

let receiver: WebhookReceiver;
let webhook: TestWebhook;

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
  webhook = await aWebhook(ada, receiver.url);
});

afterEach(async () => {
  await mutate(ada, 'webhookDelete', { id: webhook.id });
  await receiver.stop();
});

const isAbout = (messageKey: string) => (told: Told) =>
  told.messageKey === messageKey && told.entityId === webhook.id;

test('61 64: a webhook that stops by itself notifies its maker and the administrators, with the reason, and no other user', async () => {
  receiver.refuse(410);
  await installation.aCustomer(acme.id);
  await untilStopped(ada, webhook, webhook.cursor);
  for (const person of [ada, mia]) {
    const told = await untilInbox(person, (all) => all.some(isAbout('webhookStopped')));
    expect(told.find(isAbout('webhookStopped'))).toMatchObject({
      severity: 'CRITICAL',
      text: 'A webhook has stopped and keeps its position. Reason: GONE.',
      entityType: 'Webhook',
    });
    const mails = await untilMailed(installation.root, person.email, 'notification');
    expect(mails[0]?.text).toContain('Reason: GONE.');
  }
  for (const person of others) expect((await inboxOf(person)).told).toEqual([]);
});

test('64: a webhook that its maker pauses notifies no user', async () => {
  await mutate(ada, 'webhookPause', { id: webhook.id });
  // The next cause is later in the same queue: when it has arrived, the pause would have, too.
  await mutate(ada, 'webhookResume', { id: webhook.id });
  receiver.refuse(410);
  await installation.aCustomer(acme.id);
  const told = await untilInbox(mia, (all) =>
    all.some((one) => isAbout('webhookStopped')(one) && one.text.includes('GONE')),
  );
  expect(told.filter(({ entityId }) => entityId === webhook.id)).toMatchObject([{ count: 1 }]);
});

describeOnPostgres('with hands in the database', () => {
  let rows: TableDump;

  beforeAll(async () => {
    rows = await TableDump.open(`${databases.get(installation.app.url)}`);
  });

  afterAll(() => rows.close());

  test('61 64: a webhook that delivers nothing warns once before it is disabled, and a success takes the warning back', async () => {
    const failAfterDays = async () => {
      await rows.run(
        "UPDATE webhook_progress SET failed_from = now() - interval '6 days' WHERE webhook_id = $1",
        [webhook.id],
      );
      await mutate(ada, 'webhookTest', { id: webhook.id });
    };
    receiver.refuse(500);
    await failAfterDays();
    await untilChanged(ada, webhook, webhook.cursor, ({ failingSince }) => failingSince !== null);
    for (const person of [ada, mia]) {
      const told = await untilInbox(person, (all) => all.some(isAbout('webhookFailing')));
      expect(told.filter(({ entityId }) => entityId === webhook.id)).toMatchObject([
        { messageKey: 'webhookFailing', severity: 'WARNING', count: 1 },
      ]);
    }
    receiver.accept();
    const { cursor } = await mutate(ada, 'webhookTest', { id: webhook.id });
    await untilChanged(ada, webhook, cursor, ({ failingSince }) => failingSince === null);
    receiver.refuse(500);
    await failAfterDays();
    await untilInbox(ada, (all) => all.some((told) => isAbout('webhookFailing')(told) && told.count === 2));
    await failAfterDays();
    expect(await untilStopped(ada, webhook, cursor)).toBe('FAILING');
    await untilInbox(mia, (all) => all.some(isAbout('webhookStopped')));
    for (const person of others) expect((await inboxOf(person)).told).toEqual([]);
  });
});
