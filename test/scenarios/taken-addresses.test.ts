import { expect, test } from '@jest/globals';
import { refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { withShiftedClock } from '../support/shifted-clock.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, alf, globex, gil } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', alf: 'TENANT_ADMIN' }, globex: { gil: 'TENANT_ADMIN' } },
  { REQUESTS_PER_SECOND: '1000' },
);
const { root } = installation;

const anAddress = () => `${crypto.randomUUID()}@lockstep.test`;
const create = (who: Person, email: string, tenantId = acme.id) =>
  refusals(who, 'userCreate', { input: { tenantId, name: 'New', email, role: 'CSR' } });
const TAKEN = [
  { code: 'ALREADY_EXISTS', path: ['input', 'email'], message: 'This e-mail address is taken.' },
];
const WAIT = [{ code: 'RATE_LIMITED' }];

test('68: an address of a user who is not seen is refused in the words for every owner, a few times, and then any address waits', async () => {
  const known = await installation.aUser('CSR', { tenantId: globex.id });
  const own = await installation.aUser('CSR', { tenantId: acme.id });
  // The own users are in the list anyway: to mistype their addresses costs nothing.
  for (let time = 0; time < 8; time += 1) expect(await create(ada, own.email)).toEqual(TAKEN);
  const change = (email: string) => refusals(alf, 'userUpdate', { id: own.userId, input: { email } });
  for (const tried of [create(ada, known.email), change(known.email)]) expect(await tried).toEqual(TAKEN);
  expect(await create(ada, anAddress())).toEqual([]);
  for (let time = 0; time < 3; time += 1) expect(await create(ada, known.email)).toEqual(TAKEN);
  // The whole level waits, and a free address waits like a taken one.
  expect(await create(ada, known.email)).toMatchObject(WAIT);
  expect(await create(alf, anAddress())).toMatchObject(WAIT);
  expect(await change(anAddress())).toMatchObject(WAIT);
  // A change without an address does not wait, nor does an invitation, which tells nothing.
  expect(await refusals(alf, 'userUpdate', { id: own.userId, input: { name: 'Other' } })).toEqual([]);
  const input = { email: known.email, role: 'CSR' };
  expect(await refusals(ada, 'invitationCreate', { input })).toEqual([]);
  // Other levels do not wait, and the platform, which sees every user, never does.
  expect(await create(gil, anAddress(), globex.id)).toEqual([]);
  for (let time = 0; time < 8; time += 1) expect(await create(root, known.email)).toEqual(TAKEN);
  await withShiftedClock(16 * 60_000, async () => expect(await create(ada, anAddress())).toEqual([]));
});
