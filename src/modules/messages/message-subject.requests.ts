import type { ViewerContext } from '../../core/context.ts';
import { invalidInput, invalidState, notFound } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { idOf, optional } from '../../core/requests/input-fields.ts';
import { asRowId } from '../../core/requests/row-id.ts';
import { matches } from '../../core/rights/where.ts';
import { requireNotErased } from '../../core/rows/erased-person.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Incident, Message, Prisma } from '../../generated/prisma/client.ts';
import { messages, seesIncident } from './messages.access.ts';

/** The fields of an input that name the row that a conversation is about. */
export const subjectFields = {
  maintenanceRequestId: optional(idOf('MaintenanceRequest', 'The maintenance request')),
  incidentId: optional(idOf('Incident', 'The incident, of a tenant')),
  customerId: optional(idOf('Customer', 'The customer; for its owners and managers, their account')),
};

/** Their values, or those of the arguments of the same names. */
export interface NamedSubject {
  readonly maintenanceRequestId?: string | null | undefined;
  readonly incidentId?: string | null | undefined;
  readonly customerId?: string | null | undefined;
}

/** The columns of a message that say what it is about, and by which it is visible. */
export type Subject = Pick<
  Message,
  | 'tenantId'
  | 'subjectType'
  | 'conversationId'
  | 'maintenanceRequestId'
  | 'incidentId'
  | 'customerId'
  | 'residentId'
>;

const SUBJECT = sentences('INVALID_INPUT', {
  NOT_ONE_SUBJECT: 'Name exactly one of `maintenanceRequestId`, `incidentId` and `customerId`.',
});

const SHARED = sentences('INVALID_STATE', {
  SHARED_INCIDENT:
    'An incident that an organization shares has no conversation: its tenants do not read each other. Post an update of it.',
});

const TYPES = {
  maintenanceRequestId: { type: 'MaintenanceRequest', subjectType: 'MAINTENANCE_REQUEST' },
  incidentId: { type: 'Incident', subjectType: 'INCIDENT' },
  customerId: { type: 'Customer', subjectType: 'CUSTOMER' },
} as const satisfies Record<keyof NamedSubject, { type: string; subjectType: Message['subjectType'] }>;

/** A field that names a subject. */
export type SubjectField = keyof typeof TYPES;

/** The kind and the id of its subject, which identify a conversation. */
export type Conversation = Pick<Message, 'subjectType' | 'conversationId'>;

/** The fields that name a subject: of a correct request exactly one. */
export function namedFields(named: NamedSubject): readonly SubjectField[] {
  return (Object.keys(TYPES) as SubjectField[]).filter((field) => named[field] != null);
}

/** The conversation about the row that a field names. */
export function conversationOf(named: NamedSubject, field: SubjectField): Conversation {
  return { subjectType: TYPES[field].subjectType, conversationId: asRowId(named[field] ?? '') };
}

/** The field that names the subject, and the id in it; throws UserErrors unless it is one. */
function theSubject(
  named: NamedSubject,
  ...path: string[]
): { readonly field: SubjectField; readonly id: string } {
  const [field, ...others] = namedFields(named);
  if (!field || others.length > 0) throw invalidInput(SUBJECT.NOT_ONE_SUBJECT(), ...path);
  return { field, id: conversationOf(named, field).conversationId };
}

/**
 * Reads the row that a conversation is about. Throws UserErrors if not exactly one is named, for one whose messages the
 * viewer may not see, in the same words as for one that does not exist, and for an incident that is shared.
 */
export async function subjectOf(
  db: Prisma.TransactionClient,
  { viewer }: Pick<ViewerContext, 'viewer'>,
  named: NamedSubject,
  ...path: string[]
): Promise<Subject> {
  const { field, id } = theSubject(named, ...path);
  const found = await READ[field](db, id);
  if (found && 'shared' in found) {
    if (!seesIncident(viewer, found.shared)) throw notFound('Incident', ...path, field);
    throw invalidState(SHARED.SHARED_INCIDENT(), ...path, field);
  }
  if (!found || !isVisible(viewer, found)) throw notFound(TYPES[field].type, ...path, field);
  return found;
}

/**
 * Like `subjectOf`, for a subject to which something is added: it is neither changed nor deleted until the transaction
 * ends. Throws UserErrors for the rows of a person who was erased, too.
 */
export async function subjectToWriteOn(
  tx: Transaction,
  by: Pick<ViewerContext, 'viewer'>,
  named: NamedSubject,
  ...path: string[]
): Promise<Subject> {
  const { field, id } = theSubject(named, ...path);
  const { customerId } = await subjectOf(tx.db, by, named, ...path);
  if (customerId) await tx.lockAgainstChange({ name: 'Customer' }, customerId);
  if (field !== 'customerId') await tx.lockAgainstChange({ name: TYPES[field].type }, id);
  const subject = await subjectOf(tx.db, by, named, ...path);
  const customer = customerId && (await tx.db.customer.findFirst({ where: { id: customerId } }));
  if (customer) requireNotErased(customer, ...path, field);
  return subject;
}

/** Whether a viewer sees what all readers of a subject see of its conversation. */
function isVisible(viewer: ViewerContext['viewer'], subject: Subject): boolean {
  return matches(messages.visibleTo(viewer), { ...subject, isInternal: false } as Message);
}

const NONE = {
  maintenanceRequestId: null,
  incidentId: null,
  customerId: null,
  residentId: null,
} as const;

type Read = (
  db: Prisma.TransactionClient,
  id: string,
) => Promise<Subject | { readonly shared: Incident } | null>;

const READ: Record<SubjectField, Read> = {
  async maintenanceRequestId(db, id) {
    const request = await db.maintenanceRequest.findFirst({ where: { id } });
    if (!request) return null;
    const { tenantId, customerId, residentId } = request;
    const place = { ...NONE, tenantId, customerId, residentId };
    return { ...place, maintenanceRequestId: id, conversationId: id, subjectType: 'MAINTENANCE_REQUEST' };
  },
  async incidentId(db, id) {
    const incident = await db.incident.findFirst({ where: { id } });
    if (!incident) return null;
    const { tenantId } = incident;
    if (tenantId === null) return { shared: incident };
    return { ...NONE, tenantId, incidentId: id, conversationId: id, subjectType: 'INCIDENT' };
  },
  async customerId(db, id) {
    const customer = await db.customer.findFirst({ where: { id } });
    if (!customer) return null;
    const { tenantId } = customer;
    return { ...NONE, tenantId, customerId: id, conversationId: id, subjectType: 'CUSTOMER' };
  },
};
