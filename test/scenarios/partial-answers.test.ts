import { expect, test } from '@jest/globals';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, sue, carl } = await aStage({
  acme: { ada: 'TENANT_ADMIN', sue: 'SUPPORT', carl: 'CSR' },
});

test('a list that the viewer may not read is null with one error, and the other lists are there', async () => {
  const id = await installation.aCustomer(acme.id);
  const answer = await carl.run('{ customers { nodes { id } } plans { nodes { id } } }');
  expect(answer).toEqual({
    data: { customers: { nodes: [{ id }] }, plans: null },
    errors: [
      expect.objectContaining({
        path: ['plans'],
        extensions: expect.objectContaining({ code: 'FORBIDDEN' }),
      }),
    ],
  });
});

test('a mutation that the viewer may not make is null with one error, and the payloads of the others are there', async () => {
  const id = await installation.aCustomer(acme.id);
  const answer = await sue.run(
    `mutation ($id: ID!) {
      first: customerUpdate(id: $id, input: { company: "First" }) { customer { company } }
      refused: planCreate(input: { name: "Gold", monthlyPrice: { amountMinor: 1, currency: "EUR" } }) { planId }
      last: customerUpdate(id: $id, input: { phone: "1" }) { customer { company } }
    }`,
    { id },
  );
  const plans = await ada.ask('{ plans { totalCount } }');
  expect([answer, plans]).toEqual([
    {
      data: {
        first: { customer: { company: 'First' } },
        refused: null,
        last: { customer: { company: 'First' } },
      },
      errors: [
        expect.objectContaining({
          path: ['refused'],
          extensions: expect.objectContaining({ code: 'FORBIDDEN' }),
        }),
      ],
    },
    { plans: { totalCount: 0 } },
  ]);
});
