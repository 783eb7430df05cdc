import type { ObjectFieldBuilder } from '@pothos/core';
import { inherited } from '../../core/rights/rules.ts';
import type { Incident, IncidentService, PrismaClient } from '../../generated/prisma/client.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { loaderOf, rowLoader } from '../../graph/rows/loader.ts';
import { builder, type Types } from '../../graph/schema/builder.ts';
import { services } from '../services/services.access.ts';
import { affectedServiceInput } from './affected-services.ts';

inputType('AffectedServiceInput', 'A service that an incident affects.', affectedServiceInput);

const loadService = loaderOf(services);

const AffectedService = builder.objectRef<IncidentService>('AffectedService').implement({
  description: 'A service that an incident affects.',
  rule: inherited,
  fields: (t) => ({
    serviceId: t.id({ description: 'The id of the service.', resolve: ({ serviceId }) => serviceId }),
    status: t.field({
      type: 'ServiceStatus' as never,
      description: 'The status that the incident gives it, or gave it when it was resolved.',
      resolve: ({ status }) => status as never,
    }),
    service: t.field({
      type: 'Service' as never,
      nullable: true,
      rule: services.rule,
      description: 'The service as it is. Null if the viewer may not see it.',
      resolve: async ({ serviceId }, _args, ctx) => (await loadService(ctx, serviceId)) as never,
    }),
  }),
});

/** The affected services of an incident. */
interface ServicesOfIncident {
  readonly id: string;
  readonly rows: readonly IncidentService[];
}

async function servicesOf(db: PrismaClient, ids: string[]): Promise<ServicesOfIncident[]> {
  const rows = await db.incidentService.findMany({
    where: { incidentId: { in: ids } },
    orderBy: { serviceId: 'asc' },
  });
  return ids.map((id) => ({ id, rows: rows.filter(({ incidentId }) => incidentId === id) }));
}

/** An incident and its services have one audience, so every viewer of the incident sees them. */
const servicesOfIncident = rowLoader<ServicesOfIncident>({ find: servicesOf, visibleTo: () => ({}) });

/** The field of an incident with the services that it affects. */
export function servicesField(t: ObjectFieldBuilder<Types, Incident>) {
  return t.field({
    type: [AffectedService],
    columns: ['serviceIds'],
    description: 'The services that it affects, by id. In an event: at the time of delivery.',
    resolve: async ({ id }, _args, ctx) => {
      ctx.holdsForNow();
      return [...((await servicesOfIncident(ctx, id))?.rows ?? [])];
    },
  });
}
