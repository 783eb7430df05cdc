import { afterEach, expect, test } from '@jest/globals';
import { databases } from '../support/app.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import type { Person, Variables } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStage } from '../support/stage.ts';
import { TableDump } from '../support/table-dump.ts';
import {
  logOf,
  aWebhook as makeWebhook,
  retryNow,
  stateOf,
  type TestWebhook,
  untilChanged,
  untilStopped,
} from '../support/webhook-maker.ts';
import { isSigned, type Received, WebhookReceiver } from '../support/webhook-receiver.ts';

const { installation, acme, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  { WEBHOOK_LOOPBACK: '1', REQUESTS_PER_SECOND: '1000' },
);
const receivers: WebhookReceiver[] = [];
const made: string[] = [];

afterEach(async () => {
  for (const id of made.splice(0)) await codes(ada, 'webhookDelete', { id });
  for (const receiver of receivers.splice(0)) await receiver.stop();
});

async function aReceiver(): Promise<WebhookReceiver> {
  const receiver = await WebhookReceiver.start();
  receivers.push(receiver);
  return receiver;
}

async function aWebhook(url: string, input: Variables = {}, maker: Person = ada): Promise<TestWebhook> {
  const webhook = await makeWebhook(maker, url, input);
  made.push(webhook.id);
  return webhook;
}

const rename = (id: string, company: string) => mutate(ada, 'customerUpdate', { id, input: { company } });

const companiesOf = (received: readonly Received[]) =>
  received.map(({ body }) => body.data.customerChanged.customer.company);

test('L: 410 disables a webhook; resumed, it sends what came meanwhile, in order', async () => {
  const receiver = await aReceiver();
  const customerId = await installation.aCustomer(acme.id);
  const webhook = await aWebhook(receiver.url);
  receiver.refuse(410);
  await rename(customerId, 'A');
  expect(await untilStopped(ada, webhook, webhook.cursor)).toBe('GONE');
  await rename(customerId, 'B');
  receiver.accept();
  expect(await stateOf(ada, webhook.id)).toMatchObject({ status: 'DISABLED', reason: 'GONE' });
  await mutate(ada, 'webhookResume', { id: webhook.id });
  const all = await receiver.until(({ length }) => length >= 3);
  expect(companiesOf(all)).toEqual(['A', 'A', 'B']);
});

test('X L: a webhook whose maker loses a right sends nothing and is paused; with the right it continues', async () => {
  const receiver = await aReceiver();
  const maker = await installation.aUser('CSR', { tenantId: acme.id });
  const grant = (permissions: string[]) =>
    mutate(ada, 'userUpdate', { id: maker.userId, input: { permissions } });
  const both = ['webhooks:read', 'webhooks:write', 'payments:read'];
  await grant(both);
  const document =
    'subscription { customerChanged { __typename ... on CustomerEvent { customer { company payments { nodes { id } } } } } }';
  const customerId = await installation.aCustomer(acme.id);
  const webhook = await aWebhook(receiver.url, { document }, maker);
  await grant(['webhooks:read', 'webhooks:write']);
  await rename(customerId, 'Withheld');
  expect(await untilStopped(ada, webhook, webhook.cursor)).toBe('NOT_PERMITTED');
  expect(receiver.received).toEqual([]);
  expect(await codes(maker, 'webhookResume', { id: webhook.id })).toEqual(['INVALID_INPUT']);
  await grant(both);
  await mutate(maker, 'webhookResume', { id: webhook.id });
  expect(companiesOf(await receiver.until(({ length }) => length >= 1))).toEqual(['Withheld']);
});

test('L: a delivery that is given up leaves a gap of which the next one tells, and a replay sends it', async () => {
  const receiver = await aReceiver();
  const customerId = await installation.aCustomer(acme.id);
  const { id } = await aWebhook(receiver.url);
  receiver.answer = ({ raw }, response) => void response.writeHead(raw.includes('Poison') ? 500 : 204).end();
  await rename(customerId, 'Poison');
  await rename(customerId, 'After');
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    await receiver.until(({ length }) => length >= attempt);
    if (attempt < 10) await retryNow(ada, id);
  }
  const all = await receiver.until(({ length }) => length >= 11);
  expect(companiesOf(all)).toEqual([...Array.from({ length: 10 }, () => 'Poison'), 'After']);
  expect(new Set(all.slice(0, 10).map((one) => one.id)).size).toBe(1);
  expect(all[10]?.body.gap).toBe(true);
  const exhausted = (await logOf(ada, id)).find(({ status }: { status: string }) => status === 'EXHAUSTED');
  receiver.accept();
  await mutate(ada, 'webhookReplay', { id, deliveryId: exhausted.id });
  const [again] = (await receiver.until(({ length }) => length >= 12)).slice(-1);
  expect(again?.id).toBe(all[0]?.id);
});

test('a rotation signs with both secrets, the newest first, and without overlap with the new one alone', async () => {
  const receiver = await aReceiver();
  const { id, secret } = await aWebhook(receiver.url);
  const rotate = async (overlapMinutes: number) =>
    (await mutate(ada, 'webhookRotateSecret', { id, overlapMinutes }, 'secret')).secret;
  const second = await rotate(5);
  await mutate(ada, 'webhookTest', { id });
  const [both] = await receiver.until(({ length }) => length >= 1);
  expect(both && [isSigned(both, secret), isSigned(both, second)]).toEqual([true, true]);
  expect(both?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
  expect(both?.body).toMatchObject({ type: 'webhook.test', data: { webhookId: id } });
  const third = await rotate(0);
  await mutate(ada, 'webhookTest', { id });
  const [, last] = await receiver.until(({ length }) => length >= 2);
  expect(last && [secret, second, third].map((one) => isSigned(last, one))).toEqual([false, false, true]);
});

test('a replay from a cursor sends the same ids again; one that was delivered needs force', async () => {
  const receiver = await aReceiver();
  const customerId = await installation.aCustomer(acme.id);
  const { id, cursor } = await aWebhook(receiver.url);
  await rename(customerId, 'A');
  await rename(customerId, 'B');
  const first = [...(await receiver.until(({ length }) => length >= 2))];
  await mutate(ada, 'webhookReplay', { id, after: cursor });
  const all = await receiver.until(({ length }) => length >= 4);
  expect(all.slice(2).map((one) => one.id)).toEqual(first.map((one) => one.id));
  await mutate(ada, 'webhookTest', { id });
  await receiver.until(({ length }) => length >= 5);
  const delivered = (await logOf(ada, id)).find(({ status }: { status: string }) => status === 'DELIVERED');
  const one = { id, deliveryId: delivered.id };
  expect(await codes(ada, 'webhookReplay', one)).toEqual(['INVALID_STATE']);
  expect(await codes(ada, 'webhookReplay', { id })).toEqual(['INVALID_INPUT']);
  expect(await codes(ada, 'webhookReplay', { id, after: 'nonsense' })).toEqual(['INVALID_INPUT']);
  expect(await codes(ada, 'webhookReplay', { id, deliveryId: crypto.randomUUID() })).toEqual(['NOT_FOUND']);
  await mutate(ada, 'webhookReplay', { ...one, force: true });
  await receiver.until(({ length }) => length >= 6);
});

test('redirects, huge answers and hanging ones: each is what it is, and no other webhook waits', async () => {
  const [slow, fast] = [await aReceiver(), await aReceiver()];
  slow.answer = () => {};
  const hanging = await aWebhook(slow.url);
  await aWebhook(fast.url);
  fast.answer = (_request, response) => void response.end(Buffer.alloc(10_000_000, 'a'));
  const customerId = await installation.aCustomer(acme.id);
  await slow.until(({ length }) => length >= 1);
  await rename(customerId, 'Next');
  expect(await fast.until(({ length }) => length >= 2)).toHaveLength(2);
  expect(slow.received).toHaveLength(1);
  slow.refuse(302, { location: fast.url });
  const redirected = await aWebhook(slow.url);
  await mutate(ada, 'webhookTest', { id: redirected.id });
  await slow.until((all) => all.some(({ body }) => body.type === 'webhook.test'));
  expect(fast.received).toHaveLength(2);
  expect(await stateOf(ada, hanging.id)).toMatchObject({ status: 'ACTIVE' });
});

test('what its maker changes is left out, and without that one entity again and again is a loop', async () => {
  const receiver = await aReceiver();
  const customerId = await installation.aCustomer(acme.id);
  await aWebhook(receiver.url, { ignoreOwnChanges: true });
  await rename(customerId, 'Own');
  await mutate(installation.root, 'customerUpdate', { id: customerId, input: { company: 'Of another' } });
  expect(companiesOf(await receiver.until(({ length }) => length >= 1))).toEqual(['Of another']);
  const looping = await aWebhook(receiver.url);
  for (let count = 0; count <= 51; count += 1) await rename(customerId, `Again ${count}`);
  expect(await untilStopped(ada, looping, looping.cursor)).toBe('LOOP');
});

test('a host that is new gets a new secret, and a test of a paused webhook is refused', async () => {
  const receiver = await aReceiver();
  const { id, secret } = await aWebhook(receiver.url);
  const url = receiver.url.replace('127.0.0.1', 'localhost');
  const moved = await mutate(ada, 'webhookUpdate', { id, input: { url } }, 'secret');
  expect(moved.secret).not.toBe(secret);
  const named = await mutate(ada, 'webhookUpdate', { id, input: { name: 'Named' } }, 'secret');
  expect(named.secret).toBeNull();
  await mutate(ada, 'webhookPause', { id });
  expect(await refusals(ada, 'webhookTest', { id })).toMatchObject([{ code: 'INVALID_STATE' }]);
});

describeOnPostgres('with hands in the database', () => {
  async function tables(): Promise<TableDump> {
    return TableDump.open(`${databases.get(installation.app.url)}`);
  }

  test('L: a document that is no longer valid pauses its webhook, and a good one continues where it was', async () => {
    const receiver = await aReceiver();
    const customerId = await installation.aCustomer(acme.id);
    const webhook = await aWebhook(receiver.url);
    await mutate(ada, 'webhookPause', { id: webhook.id });
    const rows = await tables();
    await rows.run("UPDATE webhook SET document = replace(document, 'company', 'gone') WHERE id = $1", [
      webhook.id,
    ]);
    await rows.run(
      "UPDATE webhook SET status = 'ACTIVE', reason = NULL, version = version + 1 WHERE id = $1",
      [webhook.id],
    );
    const after = (await mutate(ada, 'customerUpdate', { id: customerId, input: { company: 'A' } })).cursor;
    expect(await untilStopped(ada, webhook, after)).toBe('DOCUMENT_INVALID');
    await rename(customerId, 'B');
    const document = (await ada.ask('query ($id: ID!) { webhook(id: $id) { document } }', { id: webhook.id }))
      .webhook.document;
    await mutate(ada, 'webhookUpdate', {
      id: webhook.id,
      input: { document: document.replace('gone', 'company') },
    });
    expect(companiesOf(await receiver.until(({ length }) => length >= 2))).toEqual(['A', 'B']);
    await rows.close();
  });

  test('five days without a delivery disable a webhook, after a warning; one success ends that', async () => {
    const receiver = await aReceiver();
    receiver.refuse(500);
    const webhook = await aWebhook(receiver.url);
    const rows = await tables();
    const failAfterDays = async () => {
      await rows.run(
        "UPDATE webhook_progress SET failed_from = now() - interval '6 days' WHERE webhook_id = $1",
        [webhook.id],
      );
      await mutate(ada, 'webhookTest', { id: webhook.id });
    };
    await failAfterDays();
    const warned = await untilChanged(
      ada,
      webhook,
      webhook.cursor,
      ({ failingSince }) => failingSince !== null,
    );
    expect(warned.reason).toBeNull();
    await failAfterDays();
    expect(await untilStopped(ada, webhook, webhook.cursor)).toBe('FAILING');
    await rows.close();
  });

  test('L: a webhook that was stopped for longer than changes are kept receives an event of its own that says so', async () => {
    const receiver = await aReceiver();
    const customerId = await installation.aCustomer(acme.id);
    const webhook = await aWebhook(receiver.url);
    await mutate(ada, 'webhookPause', { id: webhook.id });
    await rename(customerId, 'Lost');
    const rows = await tables();
    await rows.run("UPDATE change SET occurred_at = now() - interval '30 days' WHERE feed = $1", [acme.id]);
    await mutate(ada, 'webhookResume', { id: webhook.id });
    const [reset] = await receiver.until(({ length }) => length >= 1);
    expect(reset?.body.type).toBe('feed.reset');
    await rename(customerId, 'Next');
    expect(companiesOf((await receiver.until(({ length }) => length >= 2)).slice(1))).toEqual(['Next']);
    await rows.close();
  });
});
