import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';
import { killed } from '../../support/program.ts';
import { programArguments } from '../../support/program-file.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';

/** A process that does the due work of all rooms. */
const NODE = new URL('../consents/renewal-node.ts', import.meta.url);
const MANY = 60;

describeOnPostgres('windows that start and end while nodes are killed', () => {
  let database: OpenDatabase;
  let nodes: ChildProcess[] = [];

  beforeAll(async () => {
    database = await anOpenDatabase();
  });
  afterEach(async () => {
    for (const node of nodes) await killed(node);
    nodes = [];
  });
  afterAll(() => database.drop());

  function startProcess(): ChildProcess {
    const args = programArguments(NODE, `${database.url}`);
    const node = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    nodes.push(node);
    return node;
  }

  /** Creates a tenant with a service, and windows of it whose start and end have come. */
  async function dueWindows(count: number): Promise<{ tenantId: string; serviceId: string }> {
    const { prisma } = database;
    const { id: organizationId } = await prisma.organization.create({ data: { name: 'Acme', slug: 'acme' } });
    const { id: tenantId } = await prisma.tenant.create({
      data: { organizationId, name: 'Acme', slug: 'acme' },
    });
    await prisma.feedHead.create({ data: { feed: tenantId } });
    const owner = { organizationId, tenantId };
    const { id: serviceId } = await prisma.service.create({ data: { ...owner, name: 'Payments' } });
    const ids = Array.from({ length: count }, () => randomUUID());
    const [startsAt, endsAt] = [new Date(Date.now() - 120_000), new Date(Date.now() - 60_000)];
    await prisma.maintenanceWindow.createMany({
      data: ids.map((id) => ({ id, ...owner, title: id, startsAt, endsAt, serviceIds: [serviceId] })),
    });
    await prisma.dueWork.createMany({
      data: ids.map((subjectId) => ({
        ...{ kind: 'maintenanceWindowStart', subjectId, feed: tenantId },
        ...{ dueAt: startsAt, tryAt: startsAt },
      })),
    });
    return { tenantId, serviceId };
  }

  /** Waits until so many windows have a status. */
  async function until(status: 'SCHEDULED' | 'COMPLETED', isEnough: (count: number) => boolean) {
    while (!isEnough(await database.prisma.maintenanceWindow.count({ where: { status } })));
  }

  test('44: each start and each end happens once, and the services are well again', async () => {
    const { serviceId } = await dueWindows(MANY);
    const first = startProcess();
    await until('SCHEDULED', (count) => count < MANY);
    await killed(first);
    startProcess();
    startProcess();
    await until('COMPLETED', (count) => count === MANY);

    const windows = await database.prisma.maintenanceWindow.findMany();
    expect(new Set(windows.map(({ version }) => version))).toEqual(new Set([3]));
    expect(windows.every(({ startedAt, endedAt }) => startedAt && endedAt && startedAt <= endedAt)).toBe(
      true,
    );
    const changes = await database.prisma.change.count({ where: { entity: 'MaintenanceWindow' } });
    expect(changes).toBe(2 * MANY);
    expect(await database.prisma.serviceEffect.count({ where: { serviceId } })).toBe(MANY);
    expect(await database.prisma.serviceEffect.count({ where: { toAt: null } })).toBe(0);
    expect(await database.prisma.service.findFirst()).toMatchObject({
      status: 'OPERATIONAL',
      statusSource: 'NONE',
    });
    expect(await database.prisma.dueWork.count()).toBe(0);
  });
});
