import { expect, test } from '@jest/globals';
import { anApiToken } from '../support/api-token.ts';
import { announce, attach, linkTo, put } from '../support/attached.ts';
import { exportLinkFor } from '../support/downloaded.ts';
import { TEST_PASSWORD } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { sendFile } from '../support/sent-file.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, globex, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN' },
  globex: { gil: 'TENANT_ADMIN' },
});
const { root } = installation;
const { url } = installation.app;

const HEAD = 'externalId,company';
const SIGN_IN =
  'mutation ($input: SignInInput!) { signIn(input: $input) { refreshToken userErrors { code } } }';
const REFRESH = `mutation ($refreshToken: String!) { tokenRefresh(refreshToken: $refreshToken) {
  accessToken userErrors { code } } }`;
const CREATED = 'subscription { customerCreated { customer { company } } }';

/** The plain ways to a tenant, as one of its users has made them ready: each answers with the status of a request. */
async function waysOf(person: Person & { userId: string; email: string }, tenantId: string) {
  const customerId = await installation.aCustomer(tenantId, 'Alder');
  const attachmentId = await attach(person, { customerId }, 'a.txt', 'abc');
  const announced = [await announce(person, { customerId, name: 'b.txt', sizeBytes: 3 })];
  announced.push(await announce(person, { customerId, name: 'c.txt', sizeBytes: 3 }));
  const link = await linkTo(person, attachmentId);
  // A link to an export is used once.
  const exports: string[] = [];
  for (let count = 0; count < 3; count += 1)
    exports.push(await exportLinkFor(person, { userId: person.userId }));
  const byToken = await anApiToken(person, url, ['customers:read', 'customers:write', 'bulk-jobs:read']);
  const tickets: string[] = [];
  for (let count = 0; count < 2; count += 1)
    tickets.push((await mutate(person, 'streamTicketCreate', {}, 'ticket')).ticket);
  const credentials = { input: { email: person.email, password: TEST_PASSWORD } };
  const { refreshToken } = (await person.ask(SIGN_IN, credentials)).signIn;

  const get = async (path: string, token?: string | null) => {
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
    const answer = await fetch(`${url}${path}`, { headers });
    await answer.body?.cancel();
    return answer.status;
  };
  return {
    /** A stream that was opened by a ticket, as a reader of its text. */
    stream: () => openStream(tickets.shift() ?? ''),
    list: () => get('/exports/list?list=customers&columns=company', person.token),
    listByToken: () => get('/exports/list?list=customers&columns=company', byToken.secret),
    exportOfPerson: () => get(exports.shift() ?? ''),
    attachment: () => get(link),
    upload: async () => (await put(person, announced.shift() ?? '', 'abc')).status,
    file: async () => (await sendFile(person, `${HEAD}\nA,Alder`, { tenantId })).status,
    fileByToken: async () => (await sendFile(byToken.client, `${HEAD}\nA,Alder`, { tenantId })).status,
    refreshed: async () => {
      const { data } = await person.run(REFRESH, { refreshToken });
      return data?.tokenRefresh?.accessToken ? 200 : 401;
    },
  };
}

function openStream(ticket: string): Promise<Response> {
  const search = new URLSearchParams({ query: CREATED, ticket });
  return fetch(`${url}/graphql?${search}`, { headers: { accept: 'text/event-stream' } });
}

type Ways = Awaited<ReturnType<typeof waysOf>>;

async function statusesOf({ stream, ...ways }: Ways) {
  const statuses: Record<string, number> = {};
  for (const [name, ask] of Object.entries(ways)) statuses[name] = await ask();
  return statuses;
}

const OPEN = {
  list: 200,
  listByToken: 200,
  exportOfPerson: 200,
  attachment: 200,
  upload: 201,
  file: 202,
  fileByToken: 202,
  refreshed: 200,
};

test('74 X: the people of an archived tenant get nothing by any plain way, and those of another one everything', async () => {
  const [ofAcme, ofGlobex] = [await waysOf(ada, acme.id), await waysOf(gil, globex.id)];
  for (const ways of [ofAcme, ofGlobex]) expect(await statusesOf(ways)).toEqual(OPEN);
  const held = await ofAcme.stream();
  expect(held.status).toBe(200);

  await mutate(root, 'tenantArchive', { id: acme.id, input: {} });
  await installation.aCustomer(acme.id, 'Of an archived tenant');
  expect(await held.text()).not.toContain('Of an archived tenant');
  expect((await ofAcme.stream()).status).toBe(401);
  expect(await statusesOf(ofAcme)).toEqual({
    list: 401,
    listByToken: 401,
    exportOfPerson: 404,
    attachment: 403,
    upload: 401,
    file: 401,
    fileByToken: 401,
    refreshed: 401,
  });
  expect(await statusesOf(ofGlobex)).toEqual(OPEN);

  // Tickets, links and uploads ended with their session; an API token has its tenant again.
  await mutate(root, 'tenantRestore', { id: acme.id });
  expect(await statusesOf(ofAcme)).toEqual({
    list: 401,
    listByToken: 200,
    exportOfPerson: 404,
    attachment: 403,
    upload: 401,
    file: 401,
    fileByToken: 202,
    refreshed: 401,
  });
});
