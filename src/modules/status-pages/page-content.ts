import { v5 as nameBased } from 'uuid';
import { worstOf } from '../services/precedence.terms.ts';
import { DOWN, downOf, knownOf, ratioOf, startOfDays, uptimeOf } from '../services/uptime.terms.ts';
import { INCIDENT_DAYS, type PageRows, UPTIME_DAYS } from './page-rows.ts';

// Everything that is public, key by key: what no line of this file names is on no page. No id, version or time of a row
// is among it that moves with what is not public.

/** The content of a public page, without what depends on the time alone. */
export type PageContent = ReturnType<typeof contentOf>;

/**
 * Computes what a page shows at a time. The same rows and the same time give the same content on every node, also after a
 * restart.
 */
export function contentOf(rows: PageRows, asOf: Date) {
  const { tenant, services } = rows;
  const idOf = publicIds(tenant.id);
  const shown = services.map(({ id, name, group, description, status }) => ({
    ...{ id: idOf(id), name, group, description, status },
  }));
  const groups = [...new Set(shown.flatMap(({ group }) => (group === null ? [] : [group])))];
  return {
    id: idOf(tenant.id),
    name: tenant.name,
    status: worstOf(shown.map(({ status }) => status)),
    groups: groups.map((name) => ({
      name,
      status: worstOf(shown.filter(({ group }) => group === name).map(({ status }) => status)),
    })),
    services: shown,
    incidents: incidentsOf(rows, asOf),
    maintenance: rows.windows.map(({ id, title, description, status, ...window }) => ({
      ...{ id: idOf(id), title, description, status },
      startsAt: window.startsAt.toISOString(),
      endsAt: window.endsAt.toISOString(),
      startedAt: window.startedAt?.toISOString() ?? null,
      serviceIds: window.services.map(({ serviceId }) => idOf(serviceId)),
    })),
  };
}

/** The uptime of each service of a page, by its public id, with the weights of the statuses. It moves with the time. */
export function uptimesOf({ tenant, services, effects }: PageRows, asOf: Date) {
  const idOf = publicIds(tenant.id);
  return {
    timeZone: 'UTC',
    since: startOfDays(asOf, UPTIME_DAYS).toISOString(),
    weights: DOWN,
    services: services.map(({ id, createdAt }) => {
      const own = effects.filter(({ serviceId }) => serviceId === id);
      const { total, days } = uptimeOf(own, createdAt, asOf, UPTIME_DAYS);
      return {
        serviceId: idOf(id),
        ratio: ratioOf(total),
        knownSeconds: knownOf(total) / 1_000,
        downSeconds: downOf(total) / 1_000,
        days: days.map(ratioOf),
      };
    }),
  };
}

function incidentsOf({ tenant, incidents }: PageRows, asOf: Date) {
  const idOf = publicIds(tenant.id);
  const since = startOfDays(asOf, INCIDENT_DAYS);
  return incidents
    .filter(({ resolvedAt }) => resolvedAt === null || resolvedAt >= since)
    .map(({ id, title, impact, status, ...incident }) => ({
      ...{ id: idOf(id), title, impact, status },
      startedAt: incident.startedAt.toISOString(),
      resolvedAt: incident.resolvedAt?.toISOString() ?? null,
      serviceIds: incident.services.map(({ serviceId }) => idOf(serviceId)),
      updates: incident.updates.map((update) => ({
        id: idOf(update.id),
        status: update.status,
        message: update.message,
        occurredAt: update.occurredAt.toISOString(),
        isBackdated: update.isBackdated,
        /** A back-dated update is news from when it was written on. */
        postedAt: update.createdAt.toISOString(),
      })),
    }));
}

/** Makes the public ids of one page: no reader can compute an internal id of one, or compare the pages of two tenants. */
function publicIds(tenantId: string): (id: string) => string {
  return (id) => nameBased(id, tenantId);
}
