import { type Column, columnOf } from '../../core/rows/models.ts';
import { filterOf } from '../../graph/inputs/column-filters.ts';
import { joinedFilter } from '../../graph/inputs/filter.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { AuditAction, AuditEntity } from './audit-entry-type.graph.ts';

export const AuditFilter = joinedFilter('AuditFilter', 'entries of the audit log', {
  id: { type: by('eventId'), description: 'By the id of the change.', ...idOf('AuditEntry') },
  actorId: {
    type: by('actorId'),
    description:
      'By the id of the user who made it; changes by the system, and by users whom the viewer may not know, have none.',
    ...idOf('User'),
  },
  actorKind: { type: by('actorKind'), description: 'By the kind of actor.' },
  entity: { type: byEnum(AuditEntity), description: 'By the kind of entity.' },
  entityId: { type: by('entityId'), description: 'By the id of the entity.', ...idOf('Node') },
  action: { type: byEnum(AuditAction), description: 'By the action.' },
  requestId: { type: by('requestId'), description: 'By the request that made it.' },
  occurredAt: { type: by('occurredAt'), description: 'By the time it was made.' },
});

function by(column: string) {
  return filterOf(columnOf('Change', column));
}

/** The filter of an enum that exists in the schema and not in the database. */
export function byEnum({ name: enumName }: { readonly name: string }) {
  const column: Column = { kind: 'enum', enumName, isNullable: false, isList: false, hasDefault: false };
  return filterOf(column);
}
