import { afterAll, expect, test } from '@jest/globals';
import { Scrape } from '../../support/scrape.ts';
import { SlowLink } from '../../support/servers/slow-link.ts';
import { aStage } from '../../support/stage.ts';
import { type Message, Wire } from '../../support/wire.ts';

const MAX_UNSENT_BYTES = 65_536;
const NOTES = 'x'.repeat(9_900);
/** As often as one document may select it: two such answers take the link seconds. */
const ALIASES = 450;
const WRITES = 20;
const STREAMS = 60;

const { installation, acme, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  { WS_MAX_UNSENT_BYTES: String(MAX_UNSENT_BYTES), MAX_ALIASES: '1000' },
);
const { url } = installation.app;
const link = await SlowLink.start(Number(new URL(url).port));
afterAll(() => link.stop());

const selection = Array.from({ length: ALIASES }, (_, number) => `a${number}: internalNotes`).join(' ');
const LARGE = `query ($id: ID!) { customer(id: $id) { ${selection} } }`;
const FOLLOW =
  'subscription ($after: Cursor) { customerUpdated(after: $after) { customer { version internalNotes } } }';
const WRITE =
  'mutation ($id: ID!, $notes: String!) { customerUpdate(id: $id, input: { internalNotes: $notes }) { userErrors { message } } }';

const unsent = async () => (await Scrape.of(url)).value('lockstep_unsent_bytes');

const versions = (messages: readonly Message[], stream: string) =>
  messages.flatMap(({ id, type, payload }) =>
    id === stream && type === 'next' ? payload.data.customerUpdated.customer.version : [],
  );

test('L O D: while large answers take a slow link seconds, pings are answered, and no subscription of the socket loses an event, repeats one or ends', async () => {
  const id = await installation.aCustomer(acme.id);
  const write = (number: number) => ada.ask(WRITE, { id, notes: `${number} ${NOTES}` });
  await write(0);
  const wire = await Wire.signedIn(`http://127.0.0.1:${link.port}`, ada.token ?? '');
  const after = await ada.now(acme.id);
  for (const stream of ['one', 'other']) wire.subscribe(stream, FOLLOW, { after });
  await Scrape.when(url, (scrape) => scrape.value('lockstep_followers') === 2);

  for (const answer of ['first', 'second', 'third']) wire.subscribe(answer, LARGE, { id });
  await Scrape.when(url, (scrape) => scrape.value('lockstep_unsent_bytes') > 2 * ALIASES * NOTES.length);
  for (let number = 1; number <= WRITES; number += 1) {
    await write(number);
    wire.ping();
    wire.send({ type: 'ping' });
  }
  expect(await unsent()).toBeGreaterThan(MAX_UNSENT_BYTES);

  const seen: Message[] = [];
  while (versions(seen, 'one').length < WRITES || versions(seen, 'other').length < WRITES) {
    seen.push(await wire.next());
  }
  await write(WRITES + 1);
  seen.push(...(await wire.take(2)));

  const expected = Array.from({ length: WRITES + 1 }, (_, index) => index + 3);
  expect([versions(seen, 'one'), versions(seen, 'other')]).toEqual([expected, expected]);
  const answered = seen.filter(({ type, id: of }) => type === 'next' && !['one', 'other'].includes(of ?? ''));
  expect(answered.map(({ payload }) => Object.keys(payload.data.customer).length)).toEqual([
    ALIASES,
    ALIASES,
    ALIASES,
  ]);
  expect(seen.filter(({ type }) => type === 'pong')).toHaveLength(WRITES);
  await wire.close();
});

test('16 L O D: while a large answer takes a slow link seconds, very many subscriptions of one feed stay within the limit of the socket, which is not closed at the end of an answer, and each receives every event once', async () => {
  const id = await installation.aCustomer(acme.id);
  const write = (number: number) => ada.ask(WRITE, { id, notes: `${number} ${NOTES}` });
  await write(0);
  const wire = await Wire.signedIn(`http://127.0.0.1:${link.port}`, ada.token ?? '');
  const after = await ada.now(acme.id);
  const streams = Array.from({ length: STREAMS }, (_, number) => `stream${number}`);
  for (const stream of streams) wire.subscribe(stream, FOLLOW, { after });
  await Scrape.when(url, (scrape) => scrape.value('lockstep_followers') === STREAMS);
  for (const answer of ['first', 'second', 'third']) wire.subscribe(answer, LARGE, { id });
  await Scrape.when(url, (scrape) => scrape.value('lockstep_unsent_bytes') > 2 * ALIASES * NOTES.length);
  const answer = await unsent();
  for (const number of [1, 2, 3]) {
    await write(number);
    wire.send({ type: 'ping' });
  }
  expect(await unsent()).toBeLessThan(answer + MAX_UNSENT_BYTES);

  const seen: Message[] = [];
  while (!streams.every((stream) => versions(seen, stream).length === 3)) seen.push(await wire.next());
  for (const stream of streams) expect(versions(seen, stream)).toEqual([3, 4, 5]);
  await wire.close();
});
