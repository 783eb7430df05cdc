import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Installation, type TestTenant } from '../../support/installation.ts';

const MEMBERS = 30;

let installation: Installation;
let acme: TestTenant;

beforeAll(async () => {
  installation = await Installation.start();
  acme = await installation.aTenant();
});

afterAll(() => installation.stop());

test('members who join one customer at the same moment are all let in, and all counted', async () => {
  const customerId = await installation.aCustomer(acme.id);
  const answers = await Promise.all(
    Array.from({ length: MEMBERS }, (_, index) =>
      installation.root.run(
        'mutation ($input: UserCreateInput!) { userCreate(input: $input) { user { id } userErrors { message } } }',
        {
          input: {
            tenantId: acme.id,
            customerId,
            role: 'RESIDENT',
            name: `Resident ${index}`,
            email: `resident-${index}@members.test`,
          },
        },
      ),
    ),
  );
  expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
  expect(
    await installation.root.ask('query ($id: ID!) { customer(id: $id) { memberCount version } }', {
      id: customerId,
    }),
  ).toEqual({ customer: { memberCount: MEMBERS, version: 1 + MEMBERS } });
});

test('a customer that somebody joins while it is deleted is deleted or kept, and never half of it', async () => {
  for (let round = 0; round < 10; round += 1) {
    const customerId = await installation.aCustomer(acme.id);
    const [joined, deleted] = await Promise.all([
      installation.root.run(
        'mutation ($input: UserCreateInput!) { userCreate(input: $input) { user { id } userErrors { code } } }',
        {
          input: {
            tenantId: acme.id,
            customerId,
            role: 'RESIDENT',
            name: 'Resident',
            email: `late-${round}@members.test`,
          },
        },
      ),
      installation.root.run(
        'mutation ($id: ID!) { customerDelete(id: $id) { cursor userErrors { code } } }',
        { id: customerId },
      ),
    ]);
    expect([joined.errors, deleted.errors]).toEqual([undefined, undefined]);
    const [{ userCreate }, { customerDelete }] = [joined.data, deleted.data];
    expect([userCreate.userErrors[0]?.code, customerDelete.userErrors[0]?.code]).toEqual(
      userCreate.user ? [undefined, 'IN_USE'] : ['NOT_FOUND', undefined],
    );
  }
});
