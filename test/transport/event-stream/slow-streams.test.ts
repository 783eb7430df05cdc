import { once } from 'node:events';
import { request } from 'node:http';
import { expect, test } from '@jest/globals';
import { Scrape } from '../../support/scrape.ts';
import { SlowLink } from '../../support/servers/slow-link.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  { SEND_TIMEOUT_MS: '1500', MAX_ALIASES: '1000', MAX_TOKENS: '2000' },
);
const { url } = installation.app;

const COPIES = Array.from({ length: 400 }, (_, index) => `a${index}: company`).join(' ');
const CREATED = `subscription ($after: Cursor) { customerCreated(after: $after) { customer { ${COPIES} } } }`;
const COMPANY = 'x'.repeat(190);
const EVENTS = 120;

/** Subscribes over a link. */
async function subscribed(port: number, after: string) {
  const asking = request(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${ada.token}`,
    },
  });
  asking.on('error', () => {});
  asking.end(JSON.stringify({ query: CREATED, variables: { after } }));
  const [response] = await once(asking, 'response');
  return { asking, response };
}

test('an event stream that is read without pause over a slow link is whole; one that is not read is ended', async () => {
  const after = await ada.now(acme.id);
  for (let number = 0; number < EVENTS; number += 1)
    await installation.aCustomer(acme.id, `${number} ${COMPANY}`);
  const [slow, dead] = [
    await SlowLink.start(Number(new URL(url).port)),
    await SlowLink.start(Number(new URL(url).port)),
  ];
  const unread = await subscribed(dead.port, after);
  dead.freeze();
  const { asking, response } = await subscribed(slow.port, after);
  let text = '';
  for await (const piece of response) {
    text += piece;
    if (text.split('event: next').length > EVENTS) break;
  }
  expect(text.split('event: next').length - 1).toBe(EVENTS);
  asking.destroy();
  await Scrape.when(url, (scrape) => scrape.value('lockstep_event_streams') === 0);
  unread.asking.destroy();
  for (const link of [slow, dead]) link.stop();
});
