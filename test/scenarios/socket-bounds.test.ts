import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { Scrape } from '../support/scrape.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const MAX_OPERATIONS = 3;
const MAX_UNSENT_BYTES = 65_536;
const CREATED = 'subscription ($after: Cursor) { customerCreated(after: $after) { customer { company } } }';
const CREATE =
  'mutation ($company: String!) { customerCreate(input: { company: $company, contactName: "O", email: "o@x.test" }) { userErrors { message } } }';

const TOO_SLOW = { code: 1013, reason: 'Too slow (WS_MAX_UNSENT_BYTES): reconnect and resume' };
/** The end of a socket whose client reads again too late to receive the close frame. */
const CUT = { code: 1006, reason: '' };

const { installation, acme, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  {
    WS_MAX_OPERATIONS: String(MAX_OPERATIONS),
    WS_MAX_UNSENT_BYTES: String(MAX_UNSENT_BYTES),
    MAX_UNSENT_ANSWER_BYTES: String(MAX_UNSENT_BYTES),
    WS_MESSAGE_BURST: '10000',
    WS_MESSAGES_PER_SECOND: '10000',
  },
);
const { url } = installation.app;

/** The bytes of the heap that are still referenced. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

const signedIn = () => Wire.signedIn(url, ada.token ?? '');
const following = (count: number) =>
  Scrape.when(url, (scrape) => scrape.value('lockstep_followers') === count);

const closedAsTooSlow = async () =>
  (await Scrape.of(url)).value('lockstep_socket_closes_total{reason="TOO_SLOW"}');

async function anonymous(): Promise<Wire> {
  const wire = await Wire.open(url);
  wire.send({ type: 'connection_init' });
  await wire.next();
  return wire;
}

describe('a client that sends and does not read', () => {
  const floods: Record<string, [open: () => Promise<Wire>, message: (number: number) => object]> = {
    'pings, whose payload comes back, without having signed in': [
      anonymous,
      () => ({ type: 'ping', payload: { text: 'x'.repeat(200_000) } }),
    ],
    'queries with large answers': [
      signedIn,
      (number) => ({
        id: `${number}`,
        type: 'subscribe',
        payload: { query: '{ __schema { types { name description fields { name description } } } }' },
      }),
    ],
  };

  test.each(Object.entries(floods))('%s: is disconnected as too slow', async (_what, [open, message]) => {
    const before = await closedAsTooSlow();
    const wire = await open();
    wire.stopReading();
    let number = 0;
    // The answers must also fill the buffers of the kernel at both ends.
    while ((await closedAsTooSlow()) === before) {
      number += 1;
      wire.send(message(number));
    }
    wire.readOn();
    expect([TOO_SLOW, CUT]).toContainEqual(await wire.closed());
    await Scrape.when(url, (scrape) => scrape.value('lockstep_sockets') === 0);
    expect(await closedAsTooSlow()).toBe(before + 1);
  });
});

describe('an id', () => {
  test('D: is free as soon as its operation is completed, and a completed operation delivers nothing more', async () => {
    const wire = await signedIn();
    const after = await ada.now(acme.id);
    for (let time = 1; time <= 5; time += 1) {
      wire.subscribe('1', CREATED, { after });
      wire.send({ id: '1', type: 'complete' });
    }
    wire.subscribe('1', CREATED, { after });
    await following(1);
    await ada.ask(CREATE, { company: 'Alder' });
    await ada.ask(CREATE, { company: 'Birch' });
    const seen = (await wire.take(2)).map(({ payload }) => payload.data.customerCreated.customer.company);
    expect([seen, wire.unread]).toEqual([['Alder', 'Birch'], []]);

    wire.send({ id: '1', type: 'complete' });
    await following(0);
    await wire.close();
  });

  test('is not free before that, also while its next operation is queued', async () => {
    const wire = await signedIn();
    wire.subscribe('1', CREATED);
    wire.send({ id: '1', type: 'complete' });
    wire.subscribe('1', CREATED);
    wire.subscribe('1', CREATED);
    expect(await wire.closed()).toEqual({ code: 4409, reason: 'Subscriber for 1 already exists' });
    await following(0);
  });

  test('makes room, when its stream is completed, for the operation that follows immediately', async () => {
    const wire = await signedIn();
    const after = await ada.now(acme.id);
    for (const id of ['1', '2', '3']) wire.subscribe(id, CREATED, { after });
    await following(MAX_OPERATIONS);
    wire.send({ id: '1', type: 'complete' });
    wire.subscribe('4', CREATED, { after });
    await ada.ask(CREATE, { company: 'Cedar' });
    const seen = await wire.take(MAX_OPERATIONS);
    expect(seen.map(({ id, type }) => `${type} ${id}`).toSorted()).toEqual(['next 2', 'next 3', 'next 4']);
    await wire.close();
  });
});

test('a stream keeps only the operation of the message that began it', async () => {
  const bytes = 200_000;
  const wires = await Promise.all(Array.from({ length: 20 }, signedIn));
  const after = await ada.now(acme.id);
  const before = heapBytes();
  for (const wire of wires) {
    for (const id of ['1', '2', '3']) {
      // Each text is a string of its own, as if from different clients.
      const unused = `${crypto.randomUUID()} ${'x'.repeat(bytes / 2)}`;
      const payload = { query: CREATED, variables: { after, unused }, extensions: { unused } };
      wire.send({ id, type: 'subscribe', payload });
    }
  }
  const streams = wires.length * MAX_OPERATIONS;
  await following(streams);
  expect(heapBytes() - before).toBeLessThan((streams * bytes) / 4);
  for (const wire of wires) await wire.close();
});

describe('a message that clients do not send', () => {
  const messages: Record<string, object | string> = {
    'one of the server': { id: '1', type: 'next', payload: { data: {} } },
    'an error of the server': { id: '1', type: 'error', payload: [{ message: 'No.' }] },
    'an acknowledgement': { type: 'connection_ack' },
    'a ping that is nested too deeply to be serialized': `{"type":"ping","payload":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
  };

  test.each(Object.entries(messages))('%s: closes the socket with 4400', async (_what, message) => {
    const wire = await signedIn();
    wire.send(message);
    expect(await wire.closed()).toEqual({ code: 4400, reason: 'Invalid message received' });
  });
});
