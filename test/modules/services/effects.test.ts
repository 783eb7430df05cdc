import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemActor } from '../../../src/core/rows/actor.ts';
import type { ServiceStatus } from '../../../src/generated/prisma/enums.ts';
import { serviceEntity } from '../../../src/modules/services/services.changes.ts';
import { setEffects } from '../../../src/modules/services/services.requests.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';

const ORIGIN = { actor: systemActor('test'), requestId: null, ip: null };
const BEGIN = Date.parse('2026-01-01T00:00:00Z');
const at = (hour: number) => new Date(BEGIN + hour * 3_600_000);

let database: OpenDatabase;
let owner: { readonly organizationId: string; readonly tenantId: string };

beforeAll(async () => {
  database = await anOpenDatabase();
  const { prisma } = database;
  const { id: organizationId } = await prisma.organization.create({ data: { name: 'Acme', slug: 'acme' } });
  const tenant = await prisma.tenant.create({ data: { organizationId, name: 'Acme', slug: 'acme' } });
  await prisma.feedHead.create({ data: { feed: tenant.id } });
  owner = { organizationId, tenantId: tenant.id };
});
afterAll(() => database.drop());

async function aService(): Promise<string> {
  const { value } = await database.transactions.of(ORIGIN)(async (tx) =>
    tx.created(serviceEntity, await tx.db.service.create({ data: { ...owner, name: 'Portal' } })),
  );
  return value.id;
}

/** Sets what an incident gives from an hour on. */
async function set(id: string, statuses: Record<string, ServiceStatus>, hour: number): Promise<void> {
  await database.transactions.of(ORIGIN)((tx) =>
    setEffects(tx, { source: 'INCIDENT', id }, new Map(Object.entries(statuses)), at(hour)),
  );
}

async function statusOf(id: string) {
  const service = await database.prisma.service.findFirstOrThrow({ where: { id } });
  return [service.status, service.statusSource];
}

/** The effects on a service: the status, and the hours from which and until which it holds. */
async function effectsOn(serviceId: string) {
  const effects = await database.prisma.serviceEffect.findMany({
    where: { serviceId },
    orderBy: [{ fromAt: 'asc' }, { id: 'asc' }],
  });
  const hour = (time: Date | null) => time && (time.getTime() - BEGIN) / 3_600_000;
  return effects.map(({ status, fromAt, toAt }) => [status, hour(fromAt), hour(toAt)]);
}

test('42: of two incidents the worse one gives the status, and with its end the other one does, in that very change', async () => {
  const [service, major, minor] = [await aService(), crypto.randomUUID(), crypto.randomUUID()];
  await set(major, { [service]: 'MAJOR_OUTAGE' }, 1);
  await set(minor, { [service]: 'DEGRADED_PERFORMANCE' }, 2);
  expect(await statusOf(service)).toEqual(['MAJOR_OUTAGE', 'INCIDENT']);
  await set(major, {}, 3);
  expect(await statusOf(service)).toEqual(['DEGRADED_PERFORMANCE', 'INCIDENT']);
  await set(minor, {}, 4);
  expect(await statusOf(service)).toEqual(['OPERATIONAL', 'NONE']);
  expect(await effectsOn(service)).toEqual([
    ['MAJOR_OUTAGE', 1, 3],
    ['DEGRADED_PERFORMANCE', 2, 4],
  ]);
});

test('42: a service that an incident no longer names is well again, and the others keep their status', async () => {
  const [one, other, incident] = [await aService(), await aService(), crypto.randomUUID()];
  await set(incident, { [one]: 'MAJOR_OUTAGE', [other]: 'PARTIAL_OUTAGE' }, 1);
  await set(incident, { [other]: 'PARTIAL_OUTAGE' }, 2);
  expect(await statusOf(one)).toEqual(['OPERATIONAL', 'NONE']);
  expect(await effectsOn(one)).toEqual([['MAJOR_OUTAGE', 1, 2]]);
  expect(await effectsOn(other)).toEqual([['PARTIAL_OUTAGE', 1, null]]);
});

test('42: a back-dated status replaces what the incident gave from then on, and leaves what it gave before', async () => {
  const [service, incident] = [await aService(), crypto.randomUUID()];
  await set(incident, { [service]: 'MAJOR_OUTAGE' }, 1);
  await set(incident, { [service]: 'PARTIAL_OUTAGE' }, 4);
  await set(incident, { [service]: 'DEGRADED_PERFORMANCE' }, 3);
  expect(await effectsOn(service)).toEqual([
    ['MAJOR_OUTAGE', 1, 3],
    ['DEGRADED_PERFORMANCE', 3, null],
    ['PARTIAL_OUTAGE', 4, 4],
  ]);
  expect(await statusOf(service)).toEqual(['DEGRADED_PERFORMANCE', 'INCIDENT']);
});

test('42: a service that was deleted meanwhile is left out, and the others get their status', async () => {
  const [service, incident] = [await aService(), crypto.randomUUID()];
  await set(incident, { [service]: 'MAJOR_OUTAGE', [crypto.randomUUID()]: 'MAJOR_OUTAGE' }, 1);
  expect(await statusOf(service)).toEqual(['MAJOR_OUTAGE', 'INCIDENT']);
});
