import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getNamedType, isEnumType, isInputObjectType } from 'graphql';
import { modelOf } from '../../src/core/rows/models.ts';
import { entities } from '../../src/rooms.ts';
import { schema } from '../../src/schema.ts';
import type { Installation } from '../support/installation.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { makeRows, placeOf } from '../support/sample-rows.ts';
import { leastRows, rowTypes } from '../support/samples.ts';
import { TableDump } from '../support/table-dump.ts';
import { aSampledTenant } from '../support/two-tenants.ts';

const COPIES = 5;

/** Every list that takes an order, with its orders. */
const lists = Object.values(schema.getQueryType()?.getFields() ?? {}).flatMap(
  ({ name, args, type: page }) => {
    const order = args.find((arg) => arg.name === 'orderBy');
    const type = order && getNamedType(order.type);
    const field = isInputObjectType(type) ? getNamedType(type.getFields().field?.type) : null;
    if (!isEnumType(field)) return [];
    const isOfTenant = args.some((arg) => arg.name === 'tenantId');
    return [
      {
        name,
        type: getNamedType(page).name.replace(/Connection$/, ''),
        isOfTenant,
        order: `${order?.type}`,
        orders: field.getValues().map((value) => value.name),
      },
    ];
  },
);

/** Each order alone, in both directions, and each before the next one, which has the other direction. */
function ordersOf({ orders }: (typeof lists)[number]): object[] {
  const by = (field = '', isAscending = true) => ({ field, direction: isAscending ? 'ASC' : 'DESC' });
  return orders.flatMap((field, at) => {
    const [next, isAscending] = [orders[(at + 1) % orders.length], at % 2 === 0];
    return [by(field), by(field, false), [by(field, isAscending), by(next, !isAscending)]];
  });
}

describeOnPostgres('every list, by every order and by pairs of them, over rows of equal times', () => {
  let installation: Installation;
  let reader: Person;
  let tables: TableDump;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    const sampled = await aSampledTenant();
    installation = sampled.installation;
    Object.assign(ids, sampled.tenant.ids);
    tables = await TableDump.open(installation.app.config.databaseUrl);
    const { Organization = '', Tenant = '' } = ids;
    // Each user has notifications of its own.
    reader = await installation.aUser('SUPPORT', { tenantId: ids.Tenant ?? '' });
    for (let copy = 1; copy < COPIES; copy += 1) {
      // Rows of other customers: there is one row of some types for each customer.
      const own = { Organization, Tenant };
      await makeRows(installation.root, own, placeOf(own, 'listed'));
    }
    for (const type of rowTypes) {
      const entity = entities.get(type);
      const table = entity && modelOf(entity.name).table;
      if (table)
        await tables.run(`UPDATE "${table}" SET created_at = '2026-01-01', updated_at = '2026-01-01'`);
    }
  }, 600_000);

  afterAll(async () => {
    await tables.close();
    await installation.stop();
  });

  function viewerOf({ name }: (typeof lists)[number]): Person {
    return name === 'notifications' ? reader : installation.root;
  }

  /** Reads a list to its end in pages of two. */
  async function read(list: (typeof lists)[number], orderBy: object, isForward: boolean): Promise<string[]> {
    const [size, cursor, edge, more] = isForward
      ? ['first', 'after', 'endCursor', 'hasNextPage']
      : ['last', 'before', 'startCursor', 'hasPreviousPage'];
    const tenant = list.isOfTenant ? 'tenantId: $id' : '';
    const query = `query ($id: ID, $orderBy: ${list.order}, $at: String) { list: ${list.name}(${tenant} ${size}: 2, ${cursor}: $at, orderBy: $orderBy) {
      nodes { id } pageInfo { edge: ${edge} more: ${more} } } }`;
    const used = list.isOfTenant ? query : query.replace('$id: ID, ', '');
    const found: string[] = [];
    for (let at: string | null = null; ; ) {
      const { list: page } = await viewerOf(list).ask(used, { id: ids.Tenant, orderBy, at });
      const rows = page.nodes.map((node: { id: string }) => node.id);
      found.splice(isForward ? found.length : 0, 0, ...rows);
      if (!page.pageInfo.more) return found;
      at = page.pageInfo.edge;
    }
  }

  test.each(lists.map((list) => [list.name, list] as const))(
    '%s shows each row once, the same forward as backward',
    async (_name, list) => {
      const sets = new Set<string>();
      for (const orderBy of ordersOf(list)) {
        const [forward, backward] = await Promise.all([
          read(list, orderBy, true),
          read(list, orderBy, false),
        ]);
        expect([orderBy, backward]).toEqual([orderBy, forward]);
        expect([orderBy, forward.length]).toEqual([orderBy, new Set(forward).size]);
        expect(forward.length).toBeGreaterThanOrEqual(leastRows(list.type, COPIES));
        sets.add(forward.toSorted().join());
      }
      expect(sets.size).toBe(1);
    },
  );
});
