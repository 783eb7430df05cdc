import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { databases } from '../support/app.ts';
import { codes, mutate } from '../support/mutate.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStage } from '../support/stage.ts';
import { TableDump } from '../support/table-dump.ts';
import { logOf, aWebhook as makeWebhook, type TestWebhook } from '../support/webhook-maker.ts';
import { type Received, WebhookReceiver } from '../support/webhook-receiver.ts';

const { installation, acme, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  { WEBHOOK_LOOPBACK: '1', REQUESTS_PER_SECOND: '1000' },
);

const rename = (id: string, company: string) => mutate(ada, 'customerUpdate', { id, input: { company } });

const companiesOf = (received: readonly Received[]) =>
  received.map(({ body }) => body.data.customerChanged.customer.company);

describeOnPostgres('where the server fails at webhooks', () => {
  let rows: TableDump;
  let receiver: WebhookReceiver;
  const made: string[] = [];

  beforeAll(async () => {
    rows = await TableDump.open(`${databases.get(installation.app.url)}`);
    receiver = await WebhookReceiver.start();
  });

  afterEach(async () => {
    for (const id of made.splice(0)) await codes(ada, 'webhookDelete', { id });
    receiver.received.length = 0;
  });

  afterAll(async () => {
    await receiver.stop();
    await rows.close();
  });

  async function aPausedWebhook(): Promise<TestWebhook> {
    const webhook = await makeWebhook(ada, receiver.url);
    made.push(webhook.id);
    await mutate(ada, 'webhookPause', { id: webhook.id });
    return webhook;
  }

  const attemptsOf = (id: string, attempts: number) =>
    rows.run(
      `UPDATE webhook_delivery SET attempts = $2, next_attempt_at = now(), claimed_until = NULL
         WHERE webhook_id = $1 AND status = 'PENDING'`,
      [id, attempts],
    );

  test('61 L: an event that cannot be made holds up its entity and no other, and is given up like others', async () => {
    const [broken, whole] = [await installation.aCustomer(acme.id), await installation.aCustomer(acme.id)];
    const { id } = await aPausedWebhook();
    await rename(broken, 'Broken');
    await rename(whole, 'Whole');
    await rows.run(
      `UPDATE change SET image = jsonb_set(image, '{company}', 'null') WHERE feed = $1
         AND seq = (SELECT max(seq) FROM change WHERE feed = $1 AND entity_id = $2)`,
      [acme.id, broken],
    );
    await mutate(ada, 'webhookResume', { id });
    expect(companiesOf(await receiver.until(({ length }) => length >= 1))).toEqual(['Whole']);
    const failed = (await logOf(ada, id)).find(({ status }: { status: string }) => status === 'PENDING');
    expect(failed).toMatchObject({ type: 'customer.updated', log: [{ outcome: 'NOT_EXECUTED' }] });
    await attemptsOf(id, 10);
    await rename(broken, 'After');
    await mutate(ada, 'webhookTest', { id });
    const all = await receiver.until(({ length }) => length >= 3);
    const after = all.find(({ body }) => body.data.customerChanged?.customer.company === 'After');
    expect(after?.body.gap).toBe(true);
  });

  test('61 L: an event whose ten attempts have ended their process is given up without another one', async () => {
    const customerId = await installation.aCustomer(acme.id);
    const { id } = await makeWebhook(ada, receiver.url);
    made.push(id);
    receiver.answer = ({ raw }, response) => void response.writeHead(raw.includes('Spent') ? 500 : 204).end();
    await rename(customerId, 'Spent');
    await receiver.until(({ length }) => length >= 1);
    await attemptsOf(id, 10);
    await rename(customerId, 'After');
    const all = await receiver.until((received) => received.some(({ body }) => body.gap));
    expect(companiesOf(all)).toEqual(['Spent', 'After']);
    receiver.accept();
  });

  test('61 L: a replay from a cursor that a webhook has not reached leaves out nothing before it', async () => {
    const customerId = await installation.aCustomer(acme.id);
    const { id } = await aPausedWebhook();
    await rename(customerId, 'A');
    const { cursor } = await rename(customerId, 'B');
    await rename(customerId, 'C');
    await mutate(ada, 'webhookReplay', { id, after: cursor });
    await mutate(ada, 'webhookResume', { id });
    expect(companiesOf(await receiver.until(({ length }) => length >= 3))).toEqual(['A', 'B', 'C']);
  });
});
