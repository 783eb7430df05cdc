import { once } from 'node:events';
import { request } from 'node:http';
import { expect, test } from '@jest/globals';
import { EventSource } from '../support/event-source.ts';
import { connectTo } from '../support/raw-request.ts';
import { Scrape } from '../support/scrape.ts';
import { aStage } from '../support/stage.ts';

const CREATED = 'subscription ($after: Cursor) { customerCreated(after: $after) { customer { company } } }';

const { installation, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const { url } = installation.app;

/** Requests an event stream, and leaves as soon as the request is sent. */
async function askAndLeave(): Promise<void> {
  const asking = request(`${url}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${ada.token}`,
    },
  });
  asking.on('error', () => {});
  asking.end(JSON.stringify({ query: CREATED }));
  await once(asking, 'finish');
  asking.destroy();
}

function subscribing(accept?: string): Promise<Response> {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${ada.token}`,
      ...(accept !== undefined && { accept }),
    },
    body: JSON.stringify({ query: CREATED }),
  });
}

test('event streams that one client requested on one connection, without waiting, end with the connection', async () => {
  const body = JSON.stringify({ query: CREATED });
  const asking = [
    'POST /graphql HTTP/1.1',
    `Host: ${new URL(url).host}`,
    'Accept: text/event-stream',
    'Content-Type: application/json',
    `Authorization: Bearer ${ada.token}`,
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
  const socket = await connectTo(url);
  socket.write(asking.repeat(3));
  const count = (scrape: Scrape) => scrape.value('lockstep_event_streams');
  await Scrape.when(url, (scrape) => count(scrape) === 3);
  socket.destroy();
  await Scrape.when(url, (scrape) => count(scrape) === 0);
});

test('clients that leave before the answer leave no subscription', async () => {
  for (let round = 1; round <= 3; round += 1) {
    await Promise.all(Array.from({ length: 15 }, askAndLeave));
  }
  const open = () => EventSource.open(url, ada.token, { query: CREATED });
  let stream = await open();
  // Those who have left count until the server notices.
  while (stream.response.status === 429) stream = await open();
  expect(stream.response.status).toBe(200);
  await Scrape.when(
    url,
    (scrape) => scrape.value('lockstep_followers') === 1 && scrape.value('lockstep_event_streams') === 1,
  );
  stream.cut();
  await Scrape.when(
    url,
    (scrape) => scrape.value('lockstep_followers') === 0 && scrape.value('lockstep_event_streams') === 0,
  );
});

test.each([undefined, '*/*', 'application/json, text/plain, */*', 'text/*;q=0.5', 'Text/Event-Stream'])(
  'a client that accepts %s gets an event stream for a subscription',
  async (accept) => {
    // The places of clients that have left are free a moment later.
    let response = await subscribing(accept);
    while (response.status === 429) response = await subscribing(accept);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    await response.body?.cancel();
  },
);

test.each(['application/json', 'application/graphql-response+json, application/json', 'multipart/mixed'])(
  'a client that accepts only %s is refused with 406, and its subscription does not begin',
  async (accept) => {
    await Scrape.when(url, (scrape) => scrape.value('lockstep_followers') === 0);
    const before = (await Scrape.of(url)).value('lockstep_followers_ended_total{reason="LEFT"}');
    const response = await subscribing(accept);
    expect(response.status).toBe(406);
    // The refusal has a text only for clients that accept JSON.
    const isTold = (await response.text()).includes('accept \\"text/event-stream\\"');
    expect(isTold).toBe(accept.includes('json'));
    expect((await Scrape.of(url)).value('lockstep_followers_ended_total{reason="LEFT"}')).toBe(before);
  },
);

test('an empty Last-Event-ID counts as absent', async () => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${ada.token}`,
      'last-event-id': '',
    },
    body: JSON.stringify({ query: CREATED }),
  });
  const [first] = [await response.body?.getReader().read()];
  expect(Buffer.from(first?.value ?? []).toString()).toBe(':\n\n');
});
