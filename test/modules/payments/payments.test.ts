import { describe, expect, test } from '@jest/globals';
import { aPayment, someHomes } from '../../support/homes.ts';
import { codes, mutate, refusals } from '../../support/mutate.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { aStage } from '../../support/stage.ts';
import { TableDump } from '../../support/table-dump.ts';

const { installation, acme, admin } = await aStage({ acme: { admin: 'TENANT_ADMIN' } });
const alder = await someHomes(installation, acme, 'Alder');
const birch = await someHomes(installation, acme, 'Birch');
const unitId = alder.units[0].id;

const PAYMENT = `query ($id: ID!) { payment(id: $id) {
  status version amount { amountMinor currency } receivedAt failedAt refundedAt failureReason refundReason method reference } }`;

const look = async (id: string) => (await admin.ask(PAYMENT, { id })).payment;

const STEPS = {
  RECEIVED: { name: 'paymentReceive', args: {} },
  FAILED: { name: 'paymentFail', args: { input: { reason: 'no funds' } } },
  REFUNDED: { name: 'paymentRefund', args: { input: { reason: 'paid twice' } } },
} as const;

/** A payment that has come to a status. */
async function onceAt(status: string): Promise<string> {
  if (status !== 'REFUNDED') return aPayment(admin, { unitId, status });
  const id = await aPayment(admin, { unitId });
  await mutate(admin, 'paymentRefund', { id, input: { reason: 'paid twice' } });
  return id;
}

describe('a payment keeps its status', () => {
  test.each([
    ['PENDING', 'REFUNDED', 'The payment is PENDING: it cannot become REFUNDED, only RECEIVED, FAILED.'],
    ['RECEIVED', 'RECEIVED', 'The payment is RECEIVED: it cannot become RECEIVED, only REFUNDED.'],
    ['RECEIVED', 'FAILED', 'The payment is RECEIVED: it cannot become FAILED, only REFUNDED.'],
    ['FAILED', 'FAILED', 'The payment is FAILED: it cannot become FAILED, only RECEIVED.'],
    ['FAILED', 'REFUNDED', 'The payment is FAILED: it cannot become REFUNDED, only RECEIVED.'],
    ['REFUNDED', 'RECEIVED', 'The payment is REFUNDED: that is final.'],
    ['REFUNDED', 'FAILED', 'The payment is REFUNDED: that is final.'],
    ['REFUNDED', 'REFUNDED', 'The payment is REFUNDED: that is final.'],
  ] as const)('when it is %s and is to become %s', async (from, to, message) => {
    const id = await onceAt(from);
    const before = await look(id);
    const { name, args } = STEPS[to];
    expect(await refusals(admin, name, { id, ...args })).toEqual([
      { code: 'INVALID_STATE', message, path: ['id'] },
    ]);
    expect(await look(id)).toEqual(before);
  });

  test.each(['RECEIVED', 'REFUNDED'])(
    'and its amount and its record once it was received: %s',
    async (status) => {
      const id = await onceAt(status);
      const before = await look(id);
      for (const amount of [
        { amountMinor: 1, currency: 'EUR' },
        { amountMinor: 90_000, currency: 'USD' },
      ]) {
        expect(await refusals(admin, 'paymentUpdate', { id, input: { amount, reference: 'r' } })).toEqual([
          {
            code: 'INVALID_STATE',
            message: `The payment is ${status}: its amount cannot change any more.`,
            path: ['input', 'amount'],
          },
        ]);
      }
      expect(await refusals(admin, 'paymentDelete', { id })).toEqual([
        {
          code: 'INVALID_STATE',
          message: `The payment is ${status}: what has come in is not deleted.`,
          path: ['id'],
        },
      ]);
      expect(await look(id)).toEqual(before);
    },
  );
});

describe('payments are refused', () => {
  const amount = { amountMinor: 100, currency: 'EUR' };
  const later = () => new Date(Date.now() + 3_600_000).toISOString();

  test.each([
    [{ amount: { ...amount, amountMinor: 0 } }, ['amount', 'amountMinor']],
    [{ amount: { ...amount, amountMinor: -5 } }, ['amount', 'amountMinor']],
    [{ status: 'REFUNDED' }, ['status']],
    [{ status: 'PENDING', receivedAt: '2026-05-02T16:20:55.871Z' }, ['receivedAt']],
    [{ receivedAt: later() }, ['receivedAt']],
    [{ reference: 'x'.repeat(201) }, ['reference']],
  ])('INVALID_INPUT for %j', async (input, path) => {
    expect(await refusals(admin, 'paymentRecord', { input: { unitId, amount, ...input } })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', ...path] },
    ]);
  });

  test('when they came in later than now, or failed for a reason that is too long', async () => {
    const id = await aPayment(admin, { unitId, status: 'PENDING' });
    expect(await refusals(admin, 'paymentReceive', { id, input: { receivedAt: later() } })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'receivedAt'] },
    ]);
    expect(await refusals(admin, 'paymentFail', { id, input: { reason: 'x'.repeat(501) } })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'reason'] },
    ]);
    expect(await codes(admin, 'paymentReceive', { id, expectedVersion: 2 })).toEqual(['VERSION_CONFLICT']);
    expect((await look(id)).version).toBe(1);
  });

  test('2: for the unit of another customer in the words for none, and every step of a payment of another customer', async () => {
    const theirs = birch.units[0].id;
    for (const one of [theirs, acme.id]) {
      expect(await refusals(alder.owner, 'paymentRecord', { input: { unitId: one, amount } })).toEqual([
        { code: 'NOT_FOUND', message: 'There is no such unit.', path: ['input', 'unitId'] },
      ]);
    }
    const id = await aPayment(birch.owner, { unitId: theirs, status: 'PENDING' });
    for (const { name, args } of [
      ...Object.values(STEPS),
      { name: 'paymentUpdate', args: { input: { reference: 'mine' } } },
      { name: 'paymentDelete', args: {} },
    ]) {
      expect(await codes(alder.owner, name, { id, ...args })).toEqual(['NOT_FOUND']);
    }
    expect(await look(id)).toMatchObject({ status: 'PENDING', version: 1 });
  });

  test('to the resident of the payment, whatever permissions it has beside its role', async () => {
    const { id: own, resident } = alder.units[1];
    const id = await aPayment(admin, { unitId: own, status: 'PENDING' });
    expect(await codes(resident, 'paymentReceive', { id })).toEqual(['FORBIDDEN']);
    const permissions = ['payments:write', 'properties:read', 'properties:write'];
    await mutate(installation.root, 'userUpdate', { id: resident.userId, input: { permissions } });
    expect(await codes(resident, 'paymentReceive', { id })).toEqual(['NOT_FOUND']);
    expect(await codes(resident, 'paymentRecord', { input: { unitId: own, amount } })).toEqual(['NOT_FOUND']);
    await mutate(installation.root, 'userUpdate', { id: resident.userId, input: { permissions: [] } });
  });
});

test('a payment that is due changes, fails, is received after all and refunded, and keeps all its dates', async () => {
  const id = await aPayment(alder.owner, { unitId, status: 'PENDING', dueAt: '2026-05-01T00:00:00Z' });
  const amount = { amountMinor: 95_000, currency: 'EUR' };
  await mutate(alder.owner, 'paymentUpdate', { id, input: { amount, method: 'DIRECT_DEBIT' } });
  await mutate(alder.owner, 'paymentFail', { id, input: { reason: 'no funds' } });
  const receivedAt = '2026-05-02T16:20:55.871Z';
  await mutate(alder.owner, 'paymentReceive', { id, input: { receivedAt, reference: 'R 7' } });
  await mutate(alder.owner, 'paymentUpdate', { id, input: { amount, reference: 'R 77' } });
  await mutate(alder.owner, 'paymentRefund', { id, input: { reason: 'paid twice' } });
  const time = expect.stringMatching(/^\d{4}-.*Z$/);
  expect(await look(id)).toEqual({
    status: 'REFUNDED',
    version: 6,
    amount,
    receivedAt,
    failedAt: time,
    refundedAt: time,
    failureReason: 'no funds',
    refundReason: 'paid twice',
    method: 'DIRECT_DEBIT',
    reference: 'R 77',
  });
});

describeOnPostgres('behind the API', () => {
  test.each([
    ['an amount', 'UPDATE payment SET amount_minor = 1 WHERE id = $1', /its amount cannot change/],
    ['a currency', "UPDATE payment SET currency = 'USD' WHERE id = $1", /its amount cannot change/],
    ['a status', "UPDATE payment SET status = 'PENDING' WHERE id = $1", /cannot become PENDING/],
    ['a payment', 'DELETE FROM payment WHERE id = $1', /cannot be deleted/],
  ])(
    '%s that was received stays, whatever SQL a client of the database sends',
    async (_what, sql, refusal) => {
      const tables = await TableDump.open(installation.app.config.databaseUrl);
      try {
        for (const status of ['RECEIVED', 'REFUNDED']) {
          const id = await onceAt(status);
          const before = await look(id);
          await expect(tables.run(sql, [id])).rejects.toThrow(refusal);
          expect(await look(id)).toEqual(before);
        }
        const pending = await aPayment(admin, { unitId, status: 'PENDING' });
        await expect(tables.run(sql, [pending])).resolves.toEqual([]);
      } finally {
        await tables.close();
      }
    },
  );
});
