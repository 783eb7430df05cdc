import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemActor } from '../../../src/core/rows/actor.ts';
import type { Transaction } from '../../../src/core/rows/transact.ts';
import { rowsToChange } from '../../../src/db/rows-to-change.ts';
import type { SystemStatus } from '../../../src/generated/prisma/client.ts';
import { ServiceStatus } from '../../../src/generated/prisma/enums.ts';
import { serviceEntity } from '../../../src/modules/services/services.changes.ts';
import { setEffects, writeStatus } from '../../../src/modules/services/services.requests.ts';
import { COUNT_OF } from '../../../src/modules/system-status/system-status.changes.ts';
import { Dice } from '../../support/dice.ts';
import { anOpenDatabase, type OpenDatabase, theDatabaseAt } from '../../support/open-database.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';

const ORIGIN = { actor: systemActor('test'), requestId: null, ip: null };
const STATUSES = Object.values(ServiceStatus);
const GROUPS = [null, 'Portals', 'Platform'];

let nodes: readonly [OpenDatabase, OpenDatabase];
let owner: { readonly organizationId: string; readonly tenantId: string };

describeOnPostgres('the roll-up of services, on two nodes', () => {
  beforeAll(async () => {
    const first = await anOpenDatabase();
    nodes = [first, await theDatabaseAt(String(first.url))];
    const { prisma } = first;
    const { id: organizationId } = await prisma.organization.create({ data: { name: 'Acme', slug: 'acme' } });
    const tenant = await prisma.tenant.create({ data: { organizationId, name: 'Acme', slug: 'acme' } });
    await prisma.feedHead.create({ data: { feed: tenant.id } });
    owner = { organizationId, tenantId: tenant.id };
  });
  afterAll(async () => {
    await nodes[1].drop();
    await nodes[0].drop();
  });

  const write = <Value>(node: number, work: (tx: Transaction) => Promise<Value>) =>
    (nodes[node] as OpenDatabase).transactions.of(ORIGIN)(work);

  async function aService(group: string | null, node = 0): Promise<string> {
    const { value } = await write(node, async (tx) =>
      tx.created(serviceEntity, await tx.db.service.create({ data: { ...owner, name: 'Portal', group } })),
    );
    return value.id;
  }

  /** The present roll-ups and those that follow from the rows of the services, as texts. */
  async function rollUps() {
    const { prisma } = nodes[0];
    const services = await prisma.service.findMany({ where: owner });
    const stored = await prisma.systemStatus.findMany({ where: owner });
    const inWords = (row: Pick<SystemStatus, 'group' | 'status' | (typeof COUNT_OF)[ServiceStatus]>) =>
      [row.group, row.status, ...STATUSES.map((status) => row[COUNT_OF[status]])].join(' ');
    const groups = new Set(services.flatMap(({ group }) => [null, group]));
    const counted = [...groups].map((group) => {
      const of = services.filter((service) => group === null || service.group === group);
      const count = (status: ServiceStatus) => of.filter((service) => service.status === status).length;
      const counts = Object.fromEntries(STATUSES.map((status) => [COUNT_OF[status], count(status)]));
      const status = STATUSES.findLast((one) => count(one) > 0) ?? 'OPERATIONAL';
      return inWords({ group, status, ...counts } as SystemStatus);
    });
    return { stored: stored.map(inWords).toSorted(), counted: counted.toSorted() };
  }

  test('42: is what follows from the rows, whatever both nodes create, set, override, move and delete together', async () => {
    const dice = new Dice(20);
    for (let round = 0; round < 12; round += 1) {
      const ids = await Promise.all([0, 1, 0].map((node) => aService(dice.pick(GROUPS), node)));
      await Promise.all(
        Array.from({ length: 8 }, (_, number) => {
          const [id, status, group] = [dice.pick(ids), dice.pick(STATUSES), dice.pick(GROUPS)];
          const statuses = new Map(dice.chance(50) ? ids.map((one) => [one, status] as const) : []);
          const source = { source: 'INCIDENT', id: dice.pick(ids) } as const;
          const act = dice.pick([
            (tx: Transaction) => setEffects(tx, source, statuses, new Date()),
            (tx: Transaction) => change(tx, id, { group }),
            (tx: Transaction) => change(tx, id, { overrideStatus: status }),
            (tx: Transaction) => remove(tx, id),
          ]);
          return write(number % 2, act);
        }),
      );
      const { stored, counted } = await rollUps();
      expect(stored).toEqual(counted);
    }
  }, 120_000);

  async function change(tx: Transaction, id: string, data: object): Promise<void> {
    for await (const service of rowsToChange(tx, serviceEntity, { id })) {
      await writeStatus(tx, await tx.update(serviceEntity, service, data));
    }
  }

  async function remove(tx: Transaction, id: string): Promise<void> {
    await tx.lockToDelete(serviceEntity, id);
    const service = await tx.db.service.findUnique({ where: { id } });
    if (service) await tx.delete(serviceEntity, service);
  }

  test('42: two nodes that set the same services in opposite order wait for each other, and none is ended by a deadlock', async () => {
    const ids = [await aService('Portals'), await aService('Platform')];
    const runs = [0, 0];
    const round = (node: number, order: readonly string[], status: ServiceStatus) =>
      write(node, (tx) => {
        runs[node] = (runs[node] ?? 0) + 1;
        const statuses = new Map(order.map((id) => [id, status] as const));
        return setEffects(tx, { source: 'INCIDENT', id: order[0] as string }, statuses, new Date());
      });
    for (let number = 0; number < 100; number += 1) {
      const status = STATUSES[number % STATUSES.length] as ServiceStatus;
      await Promise.all([round(0, ids, status), round(1, ids.toReversed(), status)]);
    }
    // A transaction that is ended by a deadlock is run again.
    expect(runs).toEqual([100, 100]);
    const { stored, counted } = await rollUps();
    expect(stored).toEqual(counted);
  }, 120_000);

  test('42: a service that moves leaves one group and enters another in one change, and an empty group is gone', async () => {
    const id = await aService('Lonely');
    await write(0, (tx) => change(tx, id, { overrideStatus: 'MAJOR_OUTAGE' }));
    const groupsIn = async () =>
      (await nodes[1].prisma.systemStatus.findMany({ where: { ...owner, status: 'MAJOR_OUTAGE' } })).map(
        ({ group }) => group,
      );
    expect(await groupsIn()).toContain('Lonely');
    await write(0, (tx) => change(tx, id, { group: 'Busy' }));
    const groups = await groupsIn();
    expect(groups).toContain('Busy');
    expect(groups).not.toContain('Lonely');
    expect((await rollUps()).stored.some((one) => one.startsWith('Lonely'))).toBe(false);
  });
});
