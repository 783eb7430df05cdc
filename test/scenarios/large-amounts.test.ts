import { describe, expect, test } from '@jest/globals';
import { aPayment, someHomes } from '../support/homes.ts';
import { mutate } from '../support/mutate.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, admin } = await aStage({ acme: { admin: 'TENANT_ADMIN' } });
const [{ id: unitId }] = (await someHomes(installation, acme, 'Alder')).units;

const LARGEST = Number.MAX_SAFE_INTEGER;
/** 25,000,000.00 rupiahs, which GraphQL's Int cannot hold. */
const RENT = 2_500_000_000;
const AMOUNTS = [1, RENT, LARGEST - 1, LARGEST];

const LIST = `query ($filter: PaymentFilter, $direction: OrderDirection! = ASC, $first: Int, $after: String) {
  payments(filter: $filter, orderBy: { field: AMOUNT_MINOR, direction: $direction }, first: $first, after: $after) {
    nodes { amount { amountMinor currency } } pageInfo { hasNextPage endCursor } } }`;

const STREAM = `subscription ($filter: PaymentFilter, $after: Cursor) {
  paymentChanged(filter: $filter, after: $after) {
    __typename ... on PaymentEvent { payment { amount { amountMinor } } } } }`;

const start = await admin.now(acme.id);
for (const amountMinor of AMOUNTS) {
  await aPayment(admin, { unitId, status: 'PENDING', amount: { amountMinor, currency: 'IDR' } });
}

interface Paid {
  readonly amount: { readonly amountMinor: number };
}

/** The amounts of the list, read in pages of one. */
async function listed(filter: object, direction = 'ASC'): Promise<number[]> {
  const amounts: number[] = [];
  for (let after: string | null = null; ; ) {
    const { payments } = await admin.ask(LIST, { filter, direction, first: 1, after });
    amounts.push(...payments.nodes.map(({ amount }: Paid) => amount.amountMinor));
    if (!payments.pageInfo.hasNextPage) return amounts;
    after = payments.pageInfo.endCursor;
  }
}

async function streamed(filter: object): Promise<number[]> {
  const stream = admin.follow(STREAM, { filter, after: start });
  const events: { payment: Paid }[] = await stream.changesUntilCaughtUp();
  return events.map(({ payment }) => payment.amount.amountMinor);
}

describe('S: amounts up to 2^53 - 1 are exact in lists, orders, pages and streams, and filters mean the same in each', () => {
  test.each([
    [{}, AMOUNTS],
    [{ amountMinor: { equals: LARGEST } }, [LARGEST]],
    [{ amountMinor: { gt: RENT } }, [LARGEST - 1, LARGEST]],
    [{ amountMinor: { gte: RENT, lt: LARGEST } }, [RENT, LARGEST - 1]],
    [{ amountMinor: { lte: RENT } }, [1, RENT]],
    [{ amountMinor: { in: [RENT, LARGEST] } }, [RENT, LARGEST]],
    [{ not: { amountMinor: { equals: LARGEST } } }, [1, RENT, LARGEST - 1]],
  ])('%j', async (filter, amounts) => {
    expect(await listed(filter)).toEqual(amounts);
    expect(await listed(filter, 'DESC')).toEqual(amounts.toReversed());
    expect(await streamed(filter)).toEqual(amounts);
  });
});

test('S: a large amount is exact in a payload, an update, a repeated request, the audit log and a plan', async () => {
  const amount = { amountMinor: RENT + 1, currency: 'IDR' };
  const input = { unitId, status: 'PENDING', amount };
  const args = { input, idempotencyKey: 'rent of May' };
  const { payment } = await mutate(
    admin,
    'paymentRecord',
    args,
    'payment { id amount { amountMinor currency } }',
  );
  expect(payment.amount).toEqual(amount);
  const repeated = await mutate(
    admin,
    'paymentRecord',
    args,
    'payment { id amount { amountMinor currency } }',
  );
  expect(repeated.payment).toEqual(payment);

  const more = { amountMinor: LARGEST - 2, currency: 'IDR' };
  const updated = await mutate(
    admin,
    'paymentUpdate',
    { id: payment.id, input: { amount: more } },
    'payment { version amount { amountMinor currency } }',
  );
  expect(updated.payment).toEqual({ version: 2, amount: more });
  const same = await mutate(
    admin,
    'paymentUpdate',
    { id: payment.id, input: { amount: more } },
    'payment { version }',
  );
  expect(same.payment).toEqual({ version: 2 });

  const { auditLog } = await admin.ask('{ auditLog(first: 1) { nodes { changes { field before after } } } }');
  expect(auditLog.nodes).toEqual([
    {
      changes: [
        {
          field: 'amount',
          before: { amountMinor: amount.amountMinor, currency: 'IDR' },
          after: { amountMinor: more.amountMinor, currency: 'IDR' },
        },
      ],
    },
  ]);

  const monthlyPrice = { amountMinor: LARGEST, currency: 'IDR' };
  const { plan } = await mutate(
    admin,
    'planCreate',
    { input: { name: 'Largest', monthlyPrice } },
    'plan { monthlyPrice { amountMinor currency } }',
  );
  expect(plan.monthlyPrice).toEqual(monthlyPrice);
});

const LIMITS = `MinorUnits must be a whole number from -${LARGEST} to ${LARGEST}, without quotes, fraction or exponent.`;

describe('what is no amount is refused with its place and the limits', () => {
  test.each([[LARGEST + 1], [2 ** 60], [1.5], ['100'], [true], [{}]])(
    '%j in a variable',
    async (amountMinor) => {
      const query = 'query ($filter: PaymentFilter) { payments(filter: $filter) { totalCount } }';
      const { errors } = await admin.run(query, { filter: { amountMinor: { gt: amountMinor } } });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      expect(errors?.[0]?.message).toContain('at "filter.amountMinor.gt"');
      expect(errors?.[0]?.message).toContain(LIMITS);
    },
  );

  test.each(['9007199254740992', '1e3', '1.0', '"100"', 'true'])('%s in a document', async (literal) => {
    const { errors } = await admin.run(
      `{ payments(filter: { amountMinor: { gt: ${literal} } }) { totalCount } }`,
    );
    expect(errors).toMatchObject([
      {
        message: `${literal} is no amount: ${LIMITS}`,
        locations: [{ line: 1, column: expect.any(Number) }],
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
  });
});
