import type { Where } from '../../core/rights/where.ts';
import type { Notice, NoticeSubject } from '../../core/rows/notice.ts';
import type { Incident } from '../../generated/prisma/client.ts';
import { isOpen } from './incident-transitions.ts';
import { incidents } from './incidents.access.ts';
import { incidentEntity } from './incidents.changes.ts';

/** All users of the tenant, or of all tenants of the organization that shares it, learn of a new incident. */
export const incidentOpened: Notice<Incident> = {
  key: 'incidentOpened',
  entity: incidentEntity,
  severity: 'CRITICAL',
  text: 'Incident: {title}. Impact: {impact}.',
  channels: 'notifications.incidents.channels',
  happens: (before, after) => isOpen(after.status) && !(before && isOpen(before.status)),
  params: ({ title, impact }) => ({ title, impact }),
  recipients: async ({ tenantId, organizationId }, db) => {
    if (tenantId) return { tenantId };
    const tenants = await db.tenant.findMany({ where: { organizationId }, select: { id: true } });
    return { tenantId: { in: tenants.map(({ id }) => id) } };
  },
  rule: incidents.rule,
  visibleTo: (viewer) => incidents.visibleTo(viewer) as Where<NoticeSubject>,
};
