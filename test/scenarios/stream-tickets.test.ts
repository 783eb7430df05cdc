import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EventSource } from 'eventsource';
import { jsonLog } from '../../src/core/process/json-log.ts';
import type { TestApp } from '../support/app.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import { PATIENCE_MS, within } from '../support/patience.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';
import { SwitchableProxy } from '../support/switchable-proxy.ts';

const CREATED =
  'subscription ($after: Cursor) { customerCreated(after: $after) { cursor customer { company } } }';

/** An event as `EventSource` gives it. */
interface Received {
  readonly id: string;
  readonly company: string | undefined;
  readonly code: string | undefined;
}

/** The address of a stream, as a page gives it to `EventSource`. */
function addressOf(url: string, ticket: string, parameters: Record<string, unknown> = {}): string {
  const { query = CREATED, variables = {} } = parameters;
  const search = new URLSearchParams({ query: String(query), variables: JSON.stringify(variables), ticket });
  return `${url}/graphql?${search}`;
}

/** The events of an `EventSource`, and the promise of its end. */
function read(source: EventSource) {
  const events: Received[] = [];
  let notify = () => {};
  const isClosed = new Promise<number | undefined>((resolve) => {
    source.addEventListener('error', ({ code }) => {
      if (source.readyState === source.CLOSED) resolve(code);
    });
  });
  source.addEventListener('next', ({ data, lastEventId: id }) => {
    const { data: result, errors } = JSON.parse(data);
    events.push({
      id,
      company: result?.customerCreated?.customer.company,
      code: errors?.[0]?.extensions.code,
    });
    notify();
  });
  const take = (count: number) =>
    within(
      PATIENCE_MS,
      () => `only ${events.length} of ${count} events came`,
      new Promise<readonly Received[]>((resolve) => {
        notify = () => events.length >= count && resolve(events.slice());
        notify();
      }),
    );
  return { take, isClosed };
}

function suite(settings: () => Record<string, string>): void {
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;
  let other: TestApp;
  let url: string;
  const lines: string[] = [];
  const tickets: string[] = [];

  beforeAll(async () => {
    const log = jsonLog('debug', { write: (line: string) => lines.push(line) });
    installation = await Installation.start(settings(), log);
    acme = await installation.aTenant('Acme');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    other = settings().REDIS_URL ? await installation.anotherNode(settings()) : installation.app;
    ({ url } = installation.app);
  });

  afterAll(() => installation.stop());

  async function aTicket(who = ada): Promise<string> {
    const { ticket } = await mutate(who, 'streamTicketCreate', {}, 'ticket');
    tickets.push(ticket);
    return ticket;
  }

  /** The status of the answer, and its refusal if it is no stream. */
  async function answerTo(address: string, lastEventId?: string) {
    const answer = await fetch(address, {
      headers: { accept: 'text/event-stream', ...(lastEventId && { 'last-event-id': lastEventId }) },
    });
    if (answer.status === 200) {
      await answer.body?.cancel();
      return [200];
    }
    return [answer.status, /"rule":"(\w+)"/.exec(await answer.text())?.[1]];
  }

  const NOTHING = [401, 'TICKET_OPENS_NOTHING'];

  test('X: a token, a ticket that was changed and one of an ended session open nothing; a ticket opens no query', async () => {
    const ticket = await aTicket();
    const { secret } = await mutate(
      ada,
      'apiTokenCreate',
      { input: { name: 'T', permissions: ['customers:read'], expiresAt: new Date(Date.now() + 3_600_000) } },
      'secret',
    );
    const changed = ticket.slice(0, -2) + (ticket.endsWith('AA') ? 'BB' : 'AA');
    for (const wrong of ['', 'none', changed, `${ticket}A`, String(ada.token), secret]) {
      expect([wrong, await answerTo(addressOf(url, wrong))]).toEqual([wrong, NOTHING]);
    }
    expect(await answerTo(`${url}/graphql?query=${encodeURIComponent(CREATED)}`)).toEqual([
      405,
      'ONLY_QUERIES_BY_GET',
    ]);
    expect(await answerTo(addressOf(url, ticket, { query: '{ viewer { id } }' }))).toEqual([
      400,
      'TICKET_FOR_STREAMS',
    ]);
    const sue = await installation.aUser('SUPPORT', { tenantId: acme.id });
    const ended = await aTicket(sue);
    await sue.ask('mutation { signOut { userErrors { message } } }');
    expect((await answerTo(addressOf(url, ended)))[0]).toBe(401);
    expect(
      (await installation.stranger().run('mutation { streamTicketCreate { ticket } }')).errors,
    ).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('a ticket opens one stream at any node; with an event of it the same operation, and no other one', async () => {
    const after = await ada.now(acme.id);
    await installation.aCustomer(acme.id, 'Alder');
    const variables = { after };
    const address = addressOf(url, await aTicket(), { variables });
    const source = new EventSource(address);
    const [first] = await read(source).take(1);
    source.close();
    const elsewhere = address.replace(url, other.url);
    for (const used of [address, elsewhere]) expect(await answerTo(used)).toEqual(NOTHING);
    const changed = address.replace('company', 'id');
    expect(await answerTo(changed.replace(url, other.url), first?.id)).toEqual(NOTHING);
    expect(await answerTo(elsewhere, first?.id)).toEqual([200]);
  });

  test('L O D: EventSource gets every event once and in order when its connection breaks and another node answers, and stops when the stream completes', async () => {
    const eva = await installation.aUser('SUPPORT', { tenantId: acme.id });
    const proxy = await SwitchableProxy.start(url);
    const variables = { after: await eva.now(acme.id) };
    const source = new EventSource(addressOf(proxy.url, await aTicket(eva), { variables }));
    const { take, isClosed } = read(source);
    await installation.aCustomer(acme.id, 'Birch');
    await take(1);
    proxy.switchTo(other.url);
    for (let tree = 1; tree <= 20; tree += 1) await installation.aCustomer(acme.id, `Cedar ${tree}`);
    const events = await take(21);
    expect(events.map(({ company }) => company)).toEqual([
      'Birch',
      ...Array.from({ length: 20 }, (_, index) => `Cedar ${index + 1}`),
    ]);

    await eva.ask('mutation { signOut { userErrors { message } } }');
    expect((await take(22)).at(-1)?.code).toBe('SUBSCRIPTION_REVOKED');
    expect(await within(PATIENCE_MS, () => 'EventSource asks again', isClosed)).toBe(204);
    proxy.stop();
  });

  test('a stream that resumes ends the one before it', async () => {
    const variables = { after: await ada.now(acme.id) };
    await installation.aCustomer(acme.id, 'Elm');
    const address = addressOf(url, await aTicket(), { variables });
    const first = await fetch(address, { headers: { accept: 'text/event-stream' } });
    const reader = first.body?.getReader();
    let text = '';
    while (!text.includes('Elm')) text += Buffer.from((await reader?.read())?.value ?? []).toString();
    const lastEventId = /^id: (.*)$/m.exec(text)?.[1];
    expect(await answerTo(address, lastEventId)).toEqual([200]);
    await expect(reader?.read()).rejects.toThrow();
  });

  test('no line of the log has a ticket', () => {
    expect(tickets.length).toBeGreaterThan(3);
    expect(lines.filter((line) => tickets.some((ticket) => line.includes(ticket)))).toEqual([]);
  });
}

describe('a ticket, on a node alone', () => suite(() => ({})));

describeOnPostgres('with PostgreSQL', () => {
  describeOnRedis('a ticket, on two nodes with Redis', () =>
    suite(() => ({ REDIS_URL: process.env.TEST_REDIS_URL as string })),
  );
});
