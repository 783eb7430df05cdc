import { afterEach, expect, test } from '@jest/globals';
import { anApiToken } from '../support/api-token.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';
import { aWebhook, untilStopped } from '../support/webhook-maker.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';

const { installation, acme, ada, globex, gil } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' }, globex: { gil: 'TENANT_ADMIN' } },
  { WEBHOOK_LOOPBACK: '1', REQUESTS_PER_SECOND: '1000' },
);
const { root } = installation;
const receivers: WebhookReceiver[] = [];

afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.stop();
});

async function aReceiver(): Promise<WebhookReceiver> {
  const receiver = await WebhookReceiver.start();
  receivers.push(receiver);
  return receiver;
}

/** Makes a webhook, has something end its right to send, and changes a customer: nothing is sent, and it is paused. */
async function stopsWith(maker: Person, tenantId: string, end: () => Promise<unknown>): Promise<void> {
  const receiver = await aReceiver();
  const customerId = await installation.aCustomer(tenantId);
  const webhook = await aWebhook(maker, receiver.url);
  await end();
  await mutate(root, 'customerUpdate', { id: customerId, input: { company: 'Withheld' } });
  expect(await untilStopped(root, webhook, webhook.cursor, tenantId)).toBe('NOT_PERMITTED');
  expect(receiver.received).toEqual([]);
}

test('61 X: a webhook of a token sends nothing after the token is revoked', async () => {
  const permissions = ['webhooks:read', 'webhooks:write', 'customers:read'];
  const { id, client } = await anApiToken(ada, installation.app.url, permissions);
  await stopsWith(client, acme.id, () => mutate(ada, 'apiTokenRevoke', { id }));
});

test('61 X: a webhook of a token sends nothing after the token loses a permission that its maker still holds', async () => {
  const permissions = ['webhooks:read', 'webhooks:write', 'customers:read'];
  const { id, client } = await anApiToken(ada, installation.app.url, permissions);
  const input = { permissions: ['webhooks:read', 'webhooks:write'] };
  await stopsWith(client, acme.id, () => mutate(ada, 'apiTokenUpdate', { id, input }));
});

test('61 X: a webhook sends nothing after its maker is deactivated', async () => {
  const maker = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  const input = { isActive: false };
  await stopsWith(maker, acme.id, () => mutate(ada, 'userUpdate', { id: maker.userId, input }));
});

test('61 X: a webhook sends nothing while its tenant is suspended', async () => {
  const input = { status: 'SUSPENDED' };
  await stopsWith(gil, globex.id, () => mutate(root, 'tenantUpdate', { id: globex.id, input }));
});

test('61 X 51: a webhook of a module that is switched off is paused', async () => {
  const receiver = await aReceiver();
  const document = 'subscription { consentChanged { __typename } }';
  const webhook = await aWebhook(ada, receiver.url, { document });
  const set = [{ path: 'modules.consents.enabled', value: false }];
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', set } });
  expect(await untilStopped(root, webhook, webhook.cursor, acme.id)).toBe('NOT_PERMITTED');
});
