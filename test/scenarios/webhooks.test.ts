import { afterEach, expect, test } from '@jest/globals';
import { codes, mutate, refusals } from '../support/mutate.ts';
import type { Variables } from '../support/person.ts';
import { aStage } from '../support/stage.ts';
import { CUSTOMERS, logOf, aWebhook as makeWebhook, retryNow } from '../support/webhook-maker.ts';
import { isSigned, WebhookReceiver } from '../support/webhook-receiver.ts';

const { installation, acme, globex, ada, sue, gil } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', sue: 'CSR' }, globex: { gil: 'TENANT_ADMIN' } },
  { WEBHOOK_LOOPBACK: '1', REQUESTS_PER_SECOND: '1000' },
);
const receivers: WebhookReceiver[] = [];
const made: string[] = [];

afterEach(async () => {
  for (const id of made.splice(0)) await codes(installation.root, 'webhookDelete', { id });
  for (const receiver of receivers.splice(0)) await receiver.stop();
});

async function aReceiver(): Promise<WebhookReceiver> {
  const receiver = await WebhookReceiver.start();
  receivers.push(receiver);
  return receiver;
}

/** Makes a webhook of the administrator, which is deleted after its test. */
async function aWebhook(url: string) {
  const webhook = await makeWebhook(ada, url);
  made.push(webhook.id);
  return webhook;
}

const rename = (id: string, company: string) => mutate(ada, 'customerUpdate', { id, input: { company } });

const refusalOf = async (input: Variables) => {
  const url = 'https://93.184.216.34/hook';
  const [first] = await refusals(ada, 'webhookCreate', {
    input: { name: 'Bad', url, document: CUSTOMERS, ...input },
  });
  return first && `${first.path.join('.')}: ${first.message}`;
};

test('bad documents are refused, each with its own sentence', async () => {
  const document = (text: string) => refusalOf({ document: text });
  expect(await document('{ plans { nodes { id } } }')).toBe(
    'input.document: The document needs one operation, and that is a subscription.',
  );
  expect(await document('subscription { a: planChanged { __typename } b: planChanged { __typename } }')).toBe(
    'input.document: The subscription follows 2 fields: write a webhook for each.',
  );
  expect(await document('subscription { planChanged { nonsense } }')).toMatch(
    /^input.document: The document is not valid/,
  );
  expect(await document('subscription {')).toMatch(/^input.document: The document is not valid/);
  expect(await document('subscription { planChanged(snapshot: true) { __typename } }')).toBe(
    'input.document: Leave snapshot out of the document: the webhook knows its position.',
  );
  expect(await document('subscription ($after: Cursor) { planChanged(after: $after) { __typename } }')).toBe(
    'input.document: Leave after out of the document: the webhook knows its position.',
  );
  expect(await document(`subscription { planChanged(tenantId: "${globex.id}") { __typename } }`)).toMatch(
    /^input.document: Its maker may not read/,
  );
  const page = (inner: string) => `customers(first: 100) { nodes { ${inner} } }`;
  const costly = `plan { ${page(page('id').replace('customers', 'properties'))} }`;
  expect(await document(`subscription { planChanged { ... on PlanEvent { ${costly} } } }`)).toMatch(
    /^input.document: /,
  );
  expect(await document(`subscription { planChanged { __typename } } # ${'a'.repeat(20_001)}`)).toMatch(
    /^input.document: .*20,?000/,
  );
  expect(await refusalOf({ variables: '[1]' })).toBe('input.variables: Write a JSON object as text.');
  const filtered = 'subscription ($f: CustomerFilter) { customerChanged(filter: $f) { __typename } }';
  expect(await refusalOf({ document: filtered, variables: '{"f": {"nonsense": 1}}' })).toMatch(
    /^input.variables: The variables do not fit/,
  );
});

test('X: what its maker may not read is refused, by a role and by a tenant', async () => {
  const webhook = { name: 'Bad', url: 'https://93.184.216.34/hook', document: CUSTOMERS };
  expect(await codes(sue, 'webhookCreate', { input: webhook })).toEqual(['FORBIDDEN']);
  await mutate(ada, 'userUpdate', {
    id: sue.userId,
    input: { permissions: ['webhooks:read', 'webhooks:write'] },
  });
  const payments = 'subscription { paymentChanged { ... on PaymentEvent { payment { id } } } }';
  const [refused] = await refusals(sue, 'webhookCreate', { input: { ...webhook, document: payments } });
  expect(refused).toMatchObject({
    code: 'INVALID_INPUT',
    path: ['input', 'document'],
    message: 'Its maker may not read Subscription.paymentChanged.',
  });
  await mutate(sue, 'webhookCreate', { input: webhook });
  const { webhooks } = await sue.ask('{ webhooks { nodes { id } } }');
  for (const { id } of webhooks.nodes) {
    expect(await codes(gil, 'webhookDelete', { id })).toEqual(['NOT_FOUND']);
    expect(await codes(ada, 'webhookUpdate', { id, input: { url: 'https://93.184.216.34/' } })).toEqual([
      'FORBIDDEN_CHANGE',
    ]);
    expect(await codes(ada, 'webhookRotateSecret', { id })).toEqual(['FORBIDDEN_CHANGE']);
    await mutate(ada, 'webhookDelete', { id });
  }
});

test.each([
  ['http://93.184.216.34/', 'input.url: The host of the URL leads to an address that is not public.'],
  ['https://10.0.0.1/', 'input.url: The host of the URL leads to an address that is not public.'],
  ['https://[::ffff:127.0.0.1]/', 'input.url: The host of the URL leads to an address that is not public.'],
  [
    'https://ada:secret@example.com/',
    'input.url: Write a URL that begins with https://, without a user, a password or a fragment.',
  ],
  [
    'ftp://example.com/',
    'input.url: Write a URL that begins with https://, without a user, a password or a fragment.',
  ],
])('the URL %s is refused', async (url, message) => {
  expect(await refusalOf({ url })).toBe(message);
});

test('61 L O D: an event arrives once, signed, as its subscription says it', async () => {
  const receiver = await aReceiver();
  const { id, secret } = await aWebhook(receiver.url);
  const customerId = await installation.aCustomer(acme.id, 'Ünï 💡\u{1F3E0} Homes');
  await rename(customerId, 'Birch Homes');
  const [created, updated] = await receiver.until(({ length }) => length >= 2);
  expect(created?.body).toMatchObject({
    type: 'customer.created',
    data: {
      customerChanged: {
        __typename: 'CustomerCreated',
        customer: { id: customerId, company: 'Ünï 💡\u{1F3E0} Homes' },
      },
    },
  });
  expect(Object.keys(created?.body.data.customerChanged)).toEqual(['__typename', 'customer']);
  expect(updated?.body).toMatchObject({ type: 'customer.updated' });
  expect(created && isSigned(created, secret)).toBe(true);
  expect(created && isSigned({ ...created, raw: created.raw.replace('created', 'deleted') }, secret)).toBe(
    false,
  );
  expect(await gil.ask('{ webhooks { nodes { id } } }')).toEqual({ webhooks: { nodes: [] } });
  const [, first] = await logOf(ada, id);
  expect(first).toMatchObject({
    eventId: created?.id,
    status: 'DELIVERED',
    attempts: 1,
    log: [{ outcome: 'DELIVERED', status: 204 }],
  });
  expect(first.log[0].requestHeaders).not.toContain('v1,');
  expect(first.log[0].requestBody).toContain('customer.created');
  const [seen] = (await logOf(installation.root, id)).slice(-1);
  expect(seen.log[0].requestBody).toBeNull();
});

test('61 L O: an endpoint that was down gets everything afterwards, in order of each entity', async () => {
  const receiver = await aReceiver();
  const [one, other] = [await installation.aCustomer(acme.id), await installation.aCustomer(acme.id)];
  const { id } = await aWebhook(receiver.url);
  receiver.refuse(500);
  for (const company of ['A', 'B', 'C']) {
    await rename(one, company);
    await rename(other, company);
  }
  await receiver.until((all) => new Set(all.map(({ id: event }) => event)).size >= 2);
  expect(new Set(receiver.received.map(({ id: event }) => event)).size).toBe(2);
  receiver.accept();
  const before = receiver.received.length;
  await retryNow(ada, id);
  const after = (await receiver.until(({ length }) => length >= before + 6)).slice(before);
  const companiesOf = (customerId: string) =>
    after
      .map(({ body }) => body.data.customerChanged.customer)
      .filter((c) => c.id === customerId)
      .map((c) => c.company);
  expect(companiesOf(one)).toEqual(['A', 'B', 'C']);
  expect(companiesOf(other)).toEqual(['A', 'B', 'C']);
});
