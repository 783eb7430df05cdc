import { afterAll, describe, expect, test } from '@jest/globals';
import { StatementWatch } from '../../bench/support/watched-statements.ts';
import { aProperty, aUnit } from '../support/homes.ts';
import { aStage } from '../support/stage.ts';

// Before the server opens its connections.
const watch = new StatementWatch(/FROM "(public"\.")?(customer|property|unit|plan)"/);

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

const CUSTOMERS = 3;
const PROPERTIES = 2;
const UNITS = 2;

afterAll(() => watch.stop());

for (let customer = 0; customer < CUSTOMERS; customer += 1) {
  const customerId = await installation.aCustomer(acme.id, `Company ${customer}`);
  for (let property = 0; property < PROPERTIES; property += 1) {
    const propertyId = await aProperty(ada, { name: `House ${customer}.${property}`, customerId });
    for (let unit = 0; unit < UNITS; unit += 1) await aUnit(ada, { propertyId, label: `Unit ${unit}` });
  }
}

/** A document with lists in the rows of a list, each with a selection beside its rows. */
const nested = (
  beside: string,
) => `{ customers(first: 25) { ${beside} nodes { company properties(first: 10) { ${beside}
  nodes { name units(first: 10) { ${beside} nodes { label } } } } } } }`;

describe('lists in the rows of a list', () => {
  test('take one statement for each level, however many rows there are', async () => {
    const statements = await watch.during(async () => {
      const { customers } = await ada.ask(nested(''));
      expect(customers.nodes).toHaveLength(CUSTOMERS);
      expect(customers.nodes[2].properties.nodes[1].name).toBe('House 2.1');
      expect(customers.nodes[2].properties.nodes[1].units.nodes).toEqual([
        { label: 'Unit 0' },
        { label: 'Unit 1' },
      ]);
    });
    expect(statements).toHaveLength(3);
  });

  test('take one more for each level where their counts are requested', async () => {
    const statements = await watch.during(async () => {
      const { customers } = await ada.ask(nested('totalCount'));
      expect(customers.nodes[0].properties).toMatchObject({ totalCount: PROPERTIES });
      expect(customers.nodes[0].properties.nodes[0].units).toMatchObject({ totalCount: UNITS });
    });
    expect(statements).toHaveLength(6);
  });

  test('refuse a cursor of another list in each row', async () => {
    const { data, errors } = await ada.run(
      '{ customers { nodes { properties(after: "x") { nodes { id } } } } }',
    );
    expect(data?.customers?.nodes).toEqual(Array.from({ length: CUSTOMERS }, () => ({ properties: null })));
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', count: CUSTOMERS } }]);
  });
});
