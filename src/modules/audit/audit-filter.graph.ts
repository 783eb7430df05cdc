import { ActorKind } from '../../graph/change-event.ts';
import {
  DateTimeFilter,
  enumFilter,
  filterInput,
  IdFilter,
  NullableIdFilter,
  NullableStringFilter,
} from '../../graph/filter.ts';
import { AuditAction, AuditEntity } from './audit-entry-type.graph.ts';

export const AuditFilter = filterInput('Audit', 'entries of the audit log', (t) => ({
  id: t.field({ type: IdFilter, description: 'By the id of the change.' }),
  actorId: t.field({
    type: NullableIdFilter,
    description: 'By the id of the user who made it; none of the system itself.',
  }),
  actorKind: t.field({ type: enumFilter('ActorKind', ActorKind), description: 'By what made it.' }),
  entity: t.field({ type: enumFilter('AuditEntity', AuditEntity), description: 'By what it happened to.' }),
  entityId: t.field({ type: IdFilter, description: 'By the id of what it happened to.' }),
  action: t.field({ type: enumFilter('AuditAction', AuditAction), description: 'By what happened.' }),
  requestId: t.field({ type: NullableStringFilter, description: 'By the request that made it.' }),
  occurredAt: t.field({ type: DateTimeFilter, description: 'By the time it was made.' }),
}));
