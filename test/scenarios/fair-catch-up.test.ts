import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import type { Message } from '../support/wire.ts';
import { Wire } from '../support/wire.ts';

const MISSED = 200;
const STREAMS = 40;
/** Several root fields of one mutation. */
const AT_ONCE = 10;

/** A stream of its own for each name: none shares its executions with another one. */
const follow = (name: string) =>
  `subscription ($after: Cursor) { ${name}: customerUpdated(after: $after) { customer { internalNotes } } }`;

let installation: Installation;
let acme: TestTenant;
let ada: TestUser;
let bob: TestUser;
let after: string;

beforeAll(async () => {
  installation = await Installation.start();
  acme = await installation.aTenant('Acme');
  ada = await installation.aUser('SUPPORT', { tenantId: acme.id });
  bob = await installation.aUser('SUPPORT', { tenantId: acme.id });
  const id = await installation.aCustomer(acme.id);
  after = await bob.now(acme.id);
  for (let done = 0; done < MISSED; done += AT_ONCE) {
    const updates = Array.from(
      { length: AT_ONCE },
      (_, index) =>
        `u${index}: customerUpdate(id: "${id}", input: { internalNotes: "${done + index}" }) { userErrors { message } }`,
    );
    await bob.ask(`mutation { ${updates.join(' ')} }`);
  }
});

afterAll(() => installation.stop());

/** The notes in the events of a stream, in the order of their arrival. */
function notesOf(messages: readonly Message[], name: string): string[] {
  return messages
    .filter(({ id }) => id === name)
    .map(({ payload }) => payload.data[name].customer.internalNotes);
}

test('19 L O D: a client that resumes many streams delays no other client that resumes, and both receive everything once and in order', async () => {
  const { url } = installation.app;
  const [many, one] = [await Wire.signedIn(url, ada.token ?? ''), await Wire.signedIn(url, bob.token ?? '')];
  const names = Array.from({ length: STREAMS }, (_, index) => `stream${index}`);
  for (const name of names) many.subscribe(name, follow(name), { after });
  const first = await many.next();
  one.subscribe('only', follow('only'), { after });
  const ofBob = await one.take(MISSED);
  const arrivedBefore = many.unread.length;
  const ofAda = [first, ...(await many.take(STREAMS * MISSED - 1))];
  const written = Array.from({ length: MISSED }, (_, index) => String(index));
  expect(arrivedBefore).toBeLessThan((STREAMS * MISSED) / 2);
  expect(notesOf(ofBob, 'only')).toEqual(written);
  for (const name of names) expect(notesOf(ofAda, name)).toEqual(written);
  await many.close();
  await one.close();
});
