import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getNamedType, isUnionType } from 'graphql';
import { schema } from '../../src/schema.ts';
import { aPayment, aUnit, type Homes, someHomes } from '../support/homes.ts';
import { Installation, type TestUser } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import type { Ids } from '../support/schema-values.ts';
import { documentOf, rootFields } from '../support/schema-walk.ts';
import { WIDE } from '../support/two-tenants.ts';
import {
  attemptsOn,
  differencesOf,
  leaksIn,
  variablesOf,
  withErrorsInOrder,
} from '../support/wall-checker.ts';

const CANARY = 'canary-of-a-neighbour';
const DEPTH = 4;

const roots = rootFields(schema);
const asked = roots
  .filter(({ operation, field }) => operation !== 'subscription' && !/^sign/.test(field.name))
  .map((root) => ({
    root,
    document: documentOf(schema, root, DEPTH),
    // A filter within a filter is taken apart by the same code, and tried at the wall between tenants.
    attempts: attemptsOn(root).filter(({ chosen }) => !chosen.some((path) => /\.(and|or|not)\./.test(path))),
  }));
/** What can be followed in one stream that says where it stands. */
const unions = roots
  .filter(({ operation, field }) => operation === 'subscription' && isUnionType(getNamedType(field.type)))
  .map(({ field }) => field.name);

describeOnPostgres('the wall between neighbours, two residents of one house', () => {
  let installation: Installation;
  let homes: Homes;
  let resident: TestUser;
  let neighbour: TestUser;
  /** What the resident knows of its own, the neighbour's instead of it, and nobody's instead of that. */
  let own: Ids;
  let theirs: Ids;
  let nobodys: Ids;

  beforeAll(async () => {
    installation = await Installation.start(WIDE);
    const { root } = installation;
    const { id: tenant, organizationId: organization } = await installation.aTenant();
    homes = await someHomes(installation, { id: tenant, organizationId: organization }, 'Alder');
    const [home, next] = homes.units;
    [resident, neighbour] = [home.resident, next.resident];
    await mutate(root, 'userUpdate', { id: neighbour.userId, input: { name: CANARY, department: CANARY } });
    await mutate(root, 'unitUpdate', { id: next.id, input: { label: CANARY } });
    const price = { amountMinor: 900, currency: 'EUR' };
    const { planId: plan } = await mutate(
      root,
      'planCreate',
      { input: { tenantId: tenant, name: 'Solo', monthlyPrice: price } },
      'planId',
    );
    own = {
      tenant,
      organization,
      plan,
      customer: homes.customerId,
      property: homes.propertyId,
      user: resident.userId,
      unit: home.id,
      payment: await aPayment(root, { unitId: home.id }),
      cursor: await resident.now(tenant),
    };
    const payment = await aPayment(root, { unitId: next.id, status: 'PENDING', reference: CANARY });
    theirs = { ...own, user: neighbour.userId, unit: next.id, payment };
    const [user, unit, unpaid] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    nobodys = { ...own, user, unit, payment: unpaid };
  });

  afterAll(() => installation.stop());

  test('by no query and no mutation a resident tells the neighbour, its unit and its payments from none', async () => {
    const rowIds = [theirs.user, theirs.unit, theirs.payment];
    const faults: string[] = [];
    for (const { root, document, attempts } of asked) {
      for (const attempt of attempts) {
        const variables = variablesOf(root, attempt, theirs, own);
        const ask = async (given: object) => JSON.stringify(await resident.run(document, { ...given }));
        const [answer, other] = await Promise.all([
          ask(variables),
          ask(variablesOf(root, attempt, nobodys, own)),
        ]);
        faults.push(
          ...[
            ...leaksIn(answer, JSON.stringify(variables), { canary: CANARY, rowIds, ids: theirs }),
            ...differencesOf([answer, theirs], [other, nobodys]),
          ].map((fault) => `${root.field.name}(${JSON.stringify(variables)}) ${fault}`),
        );
      }
    }
    expect(faults).toEqual([]);
  }, 120_000);

  /** Everything the resident can read, whichever way it asks, but for where the feed stands. */
  async function everything(): Promise<Map<string, string>> {
    const answers = new Map<string, string>();
    for (const { root, document, attempts } of asked.filter(({ root: one }) => one.operation === 'query')) {
      const variations = attempts.flatMap((attempt) =>
        [own, theirs].map((ids) => variablesOf(root, attempt, ids, own)),
      );
      await Promise.all(
        variations.map(async (variables) => {
          const answer = JSON.stringify(await resident.run(document, { ...variables }));
          const bare = withErrorsInOrder(answer).replaceAll(/"(requestId|feedCursor)":"[^"]*"/g, '');
          answers.set(`${root.field.name}(${JSON.stringify(variables)})`, bare);
        }),
      );
    }
    return answers;
  }

  test('X: whatever becomes of the neighbour’s home, no answer to the resident changes and no event comes', async () => {
    const { root } = installation;
    const before = await everything();
    const after = await resident.now(own.tenant);
    await mutate(root, 'userUpdate', { id: theirs.user, input: { name: `${CANARY} II` } });
    await mutate(root, 'unitUpdate', { id: theirs.unit, input: { label: `${CANARY} II` } });
    await mutate(root, 'paymentFail', { id: theirs.payment, reason: CANARY });
    await mutate(root, 'paymentReceive', { id: theirs.payment });
    await mutate(root, 'paymentRefund', { id: theirs.payment, reason: CANARY });
    await aPayment(root, { unitId: theirs.unit, reference: CANARY });
    const rented = { propertyId: own.property, label: `${CANARY} III`, residentId: theirs.user };
    await mutate(root, 'unitResidentSet', { id: await aUnit(root, rented), residentId: null });

    for (const name of unions) {
      const stream = resident.follow(
        `subscription ($after: Cursor) { event: ${name}(after: $after) { __typename } }`,
        { after },
      );
      const first = await stream.next();
      const isRefused = first.errors?.[0]?.extensions.code === 'FORBIDDEN';
      expect([name, isRefused || first.data]).toEqual([
        name,
        isRefused || { event: { __typename: 'FeedPosition' } },
      ]);
    }
    expect(await everything()).toEqual(before);
  }, 120_000);
});
