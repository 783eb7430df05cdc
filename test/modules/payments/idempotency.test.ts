import { expect, test } from '@jest/globals';
import { aPayment, someHomes } from '../../support/homes.ts';
import { codes, mutate } from '../../support/mutate.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, admin } = await aStage({ acme: { admin: 'TENANT_ADMIN' } });
const alder = await someHomes(installation, acme, 'Alder');
const unitId = alder.units[0].id;

const amount = { amountMinor: 90_000, currency: 'EUR' };

const paymentsOf = async (reference: string) =>
  (
    await admin.ask('query ($filter: PaymentFilter) { payments(filter: $filter) { nodes { id version } } }', {
      filter: { reference: { equals: reference } },
    })
  ).payments.nodes;

test('A: a payment that is recorded ten times at the same moment with one key is one payment', async () => {
  const reference = crypto.randomUUID();
  const args = { input: { unitId, amount, reference }, idempotencyKey: crypto.randomUUID() };
  const record = () =>
    mutate(admin, 'paymentRecord', args, 'cursor payment { id version status receivedAt }');

  const answers = await Promise.all(Array.from({ length: 10 }, record));
  await mutate(admin, 'paymentRefund', { id: answers[0].payment.id, input: { reason: 'paid twice' } });
  answers.push(await record());

  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(await paymentsOf(reference)).toEqual([{ id: answers[0].payment.id, version: 2 }]);
});

test('A: a payment that is received, and refunded, again with its key takes each step once', async () => {
  const id = await aPayment(alder.owner, { unitId, status: 'PENDING' });
  const [receiving, refunding] = [crypto.randomUUID(), crypto.randomUUID()];
  const steps = [
    () =>
      mutate(alder.owner, 'paymentReceive', { id, idempotencyKey: receiving }, 'cursor payment { version }'),
    () =>
      mutate(
        alder.owner,
        'paymentRefund',
        { id, input: { reason: 'paid twice' }, idempotencyKey: refunding, expectedVersion: 2 },
        'cursor payment { version }',
      ),
  ];
  for (const [index, step] of steps.entries()) {
    const answers = await Promise.all([step(), step(), step()]);
    expect(answers.map(({ payment }) => payment.version)).toEqual(
      [2, 2, 2].map((version) => version + index),
    );
    expect(new Set(answers.map(({ cursor }) => cursor)).size).toBe(1);
  }
});

test('A: a payment that is changed, failed and deleted again with its key takes each step once', async () => {
  const id = await aPayment(alder.owner, { unitId, status: 'PENDING' });
  const steps: [name: string, args: object, version: number][] = [
    ['paymentUpdate', { input: { reference: 'corrected' }, expectedVersion: 1 }, 2],
    ['paymentFail', { input: { reason: 'no funds' } }, 3],
    ['paymentDelete', {}, 3],
  ];
  for (const [name, args, version] of steps) {
    const idempotencyKey = crypto.randomUUID();
    const step = () =>
      mutate(alder.owner, name, { id, ...args, idempotencyKey }, 'cursor payment { id version }');
    const answers = [...(await Promise.all([step(), step(), step()])), await step()];
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect([name, answers[0].payment]).toEqual([name, { id, version }]);
    const other = { id: crypto.randomUUID(), ...args, idempotencyKey };
    expect([name, await codes(alder.owner, name, other)]).toEqual([name, ['ALREADY_EXISTS']]);
  }
});

test('A: a change that changes nothing can be repeated with its key', async () => {
  const id = await aPayment(admin, { unitId, reference: 'as it is' });
  const args = { id, input: { reference: 'as it is' }, idempotencyKey: crypto.randomUUID() };
  const answers = [];
  for (let time = 0; time < 2; time += 1) {
    answers.push(await mutate(admin, 'paymentUpdate', args, 'cursor payment { id version }'));
  }
  const unchanged = { cursor: null, payment: { id, version: 1 }, userErrors: [] };
  expect(answers).toEqual([unchanged, unchanged]);
});

test('without a key, of two refunds at the same moment one is refused with INVALID_STATE', async () => {
  const id = await aPayment(admin, { unitId });
  const refund = () => codes(admin, 'paymentRefund', { id, input: { reason: 'paid twice' } });
  const answers = await Promise.all([refund(), refund()]);
  expect(answers.flat()).toEqual(['INVALID_STATE']);
});

test('a key serves one request: another amount, another payment and another step are refused', async () => {
  const idempotencyKey = crypto.randomUUID();
  const reference = crypto.randomUUID();
  const input = { unitId, amount, reference, status: 'PENDING' };
  const { paymentId: id } = await mutate(admin, 'paymentRecord', { input, idempotencyKey }, 'paymentId');
  const others: [name: string, args: object][] = [
    ['paymentRecord', { input: { ...input, amount: { ...amount, amountMinor: 1 } } }],
    ['paymentRecord', { input: { ...input, unitId: alder.units[1].id } }],
    ['paymentReceive', { id }],
    ['paymentRefund', { id, input: { reason: 'paid twice' } }],
  ];
  for (const [name, args] of others) {
    expect([name, await codes(admin, name, { ...args, idempotencyKey })]).toEqual([name, ['ALREADY_EXISTS']]);
  }
  expect(await paymentsOf(reference)).toEqual([{ id, version: 1 }]);
});

test('a key of one user serves no other user', async () => {
  const idempotencyKey = crypto.randomUUID();
  const args = { input: { unitId, amount }, idempotencyKey };
  const { paymentId } = await mutate(admin, 'paymentRecord', args, 'paymentId');
  const other = await mutate(alder.owner, 'paymentRecord', args, 'paymentId');
  expect(other.paymentId).not.toBe(paymentId);
});
