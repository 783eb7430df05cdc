import { databaseTime } from '../../changes/schedule.ts';
import { isOffIn } from '../../configuration/layers/modules-off.ts';
import type { Prisma, PrismaClient } from '../../generated/prisma/client.ts';
import { startOfDays } from '../services/uptime.terms.ts';

/** The days of uptime on a page. */
export const UPTIME_DAYS = 90;
/** The days for which an incident stays on a page after it was resolved. */
export const INCIDENT_DAYS = 14;
/** The most services of a page, by their positions; incidents, the latest; updates of one; windows, the next. */
const MAX = { services: 200, incidents: 50, updates: 20, windows: 50 };

const OVER = ['RESOLVED', 'POSTMORTEM'] as const;
const PUBLIC_SERVICE = { service: { isPublic: true } };

/** The rows that a page is made of: nothing that is not public is read. */
export type PageRows = NonNullable<Awaited<ReturnType<typeof readPageRows>>>;

/**
 * Reads the rows of the page of a tenant as they are at one moment: its public services and those that its organization
 * shares, and the incidents and windows that affect them. An incident is public if at least one of its updates is. Null:
 * there is no such tenant, or it is without the module.
 */
export function readPageRows(prisma: PrismaClient, tenantId: string) {
  return prisma.$transaction((db) => readAll(db, tenantId), { isolationLevel: 'RepeatableRead' });
}

/** Tells whether a tenant has no page because the module is off there. */
export async function isWithoutPage(db: Pick<PrismaClient, '$queryRaw'>, tenantId: string): Promise<boolean> {
  return isOffIn(db, 'status', tenantId);
}

async function readAll(db: Prisma.TransactionClient, tenantId: string) {
  const tenant = await db.tenant.findFirst({
    where: { id: tenantId },
    select: { id: true, name: true, organizationId: true },
  });
  if (!tenant || (await isWithoutPage(db, tenantId))) return null;
  const readAt = await databaseTime(db);
  const seen = { OR: [{ tenantId }, { tenantId: null, organizationId: tenant.organizationId }] };
  const services = await db.service.findMany({
    where: { ...seen, isPublic: true },
    select: { id: true, name: true, group: true, description: true, status: true, createdAt: true },
    orderBy: [{ position: 'asc' }, { name: 'asc' }, { id: 'asc' }],
    take: MAX.services,
  });
  const since = startOfDays(readAt, UPTIME_DAYS);
  const effects = await db.serviceEffect.findMany({
    where: {
      serviceId: { in: services.map(({ id }) => id) },
      OR: [{ toAt: null }, { toAt: { gt: since } }],
    },
    select: { serviceId: true, source: true, status: true, fromAt: true, toAt: true },
  });
  return { tenant, readAt, services, effects, ...(await readEvents(db, seen, readAt)) };
}

async function readEvents(db: Prisma.TransactionClient, seen: { OR: object[] }, now: Date) {
  const services = {
    where: PUBLIC_SERVICE,
    select: { serviceId: true },
    orderBy: { serviceId: 'asc' },
  } as const;
  const incidents = await db.incident.findMany({
    where: {
      AND: [
        seen,
        { OR: [{ status: { notIn: [...OVER] } }, { resolvedAt: { gte: startOfDays(now, INCIDENT_DAYS) } }] },
      ],
      services: { some: PUBLIC_SERVICE },
      updates: { some: { visibility: 'PUBLIC' } },
    },
    select: {
      ...{ id: true, title: true, impact: true, status: true, startedAt: true, resolvedAt: true, services },
      updates: {
        where: { visibility: 'PUBLIC' },
        select: {
          id: true,
          status: true,
          message: true,
          occurredAt: true,
          createdAt: true,
          isBackdated: true,
        },
        orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }],
        take: MAX.updates,
      },
    },
    orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
    take: MAX.incidents,
  });
  const windows = await db.maintenanceWindow.findMany({
    where: { ...seen, status: { in: ['IN_PROGRESS', 'SCHEDULED'] }, services: { some: PUBLIC_SERVICE } },
    select: {
      ...{ id: true, title: true, description: true, status: true },
      ...{ startsAt: true, endsAt: true, startedAt: true, services },
    },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
    take: MAX.windows,
  });
  return { incidents, windows };
}
