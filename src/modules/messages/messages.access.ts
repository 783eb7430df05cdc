import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { may, signedIn } from '../../core/rights/rules.ts';
import { ofEveryLevel, ofOneTenant, type Scope } from '../../core/rights/scope.ts';
import { isCustomerRole, type Viewer } from '../../core/rights/viewer.ts';
import { matches, NOTHING, type Where } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { Incident, Message, ReadMark } from '../../generated/prisma/client.ts';
import { seesOnlyOwn, staffOrManagement } from '../customers/customer-rows.access.ts';
import { incidents } from '../incidents/incidents.access.ts';
import { maintenanceRequests } from '../maintenance/maintenance.access.ts';
import { messageEntity, readMarkEntity } from './messages.changes.ts';

export const permissions = {
  /** Messages about what the user sees. */
  'messages:read': [...READERS, 'SUPPORT', 'CSR', 'OWNER', 'MANAGER', 'RESIDENT'],
  'messages:write': [...ADMINS, 'ORGANIZATION_ADMIN', 'SUPPORT', 'CSR', 'OWNER', 'MANAGER', 'RESIDENT'],
  /** To delete the messages of others. */
  'messages:moderate': ADMINS,
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

export const mayReadMessages = may('messages:read');
export const mayWriteMessages = may('messages:write');

/**
 * The messages of each kind of subject: they are visible to the viewers who see the subject, by the visibility of its
 * room. A customer is seen by its owners and managers as their account; residents see no conversation of the household.
 */
export const SEEN_BY_SUBJECT = {
  MAINTENANCE_REQUEST: (viewer: Viewer) => maintenanceRequests.visibleTo(viewer) as Where<Message>,
  INCIDENT: (viewer: Viewer) => ofTenants(incidents.visibleTo(viewer) as Where<Message>),
  CUSTOMER: (viewer: Viewer) =>
    staffOrManagement<Message & { customerId: string }>(
      viewer,
      isCustomerRole(viewer.role) ? 'account:read' : 'customers:read',
    ) as Where<Message>,
} as const satisfies Record<Message['subjectType'], (viewer: Viewer) => Where<Message>>;

/** The same condition on messages, which all belong to a tenant: an incident that an organization shares has none. */
function ofTenants(where: Where<Message>): Where<Message> {
  if (where.tenantId === null) return NOTHING as Where<Message>;
  const entries = Object.entries(where).map(([name, test]) => {
    if (name === 'AND' || name === 'OR') return [name, (test as Where<Message>[]).map(ofTenants)];
    if (name === 'NOT') return [name, ofTenants(test as Where<Message>)];
    return [name, test];
  });
  return Object.fromEntries(entries) as Where<Message>;
}

/** Whether a viewer sees the notes of the staff: never a customer's own users, whatever permissions they hold. */
export function seesInternal({ role }: Pick<Viewer, 'role'>): boolean {
  return !isCustomerRole(role);
}

/** Whether a viewer sees an incident, of a tenant or shared. */
export function seesIncident(viewer: Viewer, incident: Incident): boolean {
  return matches(incidents.visibleTo(viewer), incident);
}

/** Viewers see the messages about the rows that they see. */
export function messagesVisibleTo(viewer: Viewer): Where<Message> {
  if (!viewer.permissions.has('messages:read')) return NOTHING as Where<Message>;
  const bySubject = Object.entries(SEEN_BY_SUBJECT).map(([subjectType, seen]) => ({
    subjectType: subjectType as Message['subjectType'],
    AND: [seen(viewer)],
  }));
  return { ...(!seesInternal(viewer) && { isInternal: false }), OR: bySubject };
}

export const messages: Rows<Message> = {
  entity: messageEntity,
  type: 'Message',
  rule: mayReadMessages,
  writeRule: mayWriteMessages,
  visibleTo: visibilityOf(messageEntity, messagesVisibleTo),
  isPersonal: seesOnlyOwn,
  scope: ofOneTenant as Scope<Message>,
};

/** Users see how far they have read themselves, and no other user does. */
export const readMarks: Rows<ReadMark> = {
  entity: readMarkEntity,
  type: 'ReadMark',
  rule: signedIn,
  visibleTo: visibilityOf(readMarkEntity, ({ userId }) => ({ userId })),
  isPersonal: () => true,
  scope: ofEveryLevel as Scope<ReadMark>,
};
