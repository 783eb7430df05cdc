import type { ViewerContext } from '../../core/context.ts';
import { alreadyExists, invalidInput } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { OwnedRow } from '../../core/rights/scope.ts';
import { isCustomerRole } from '../../core/rights/viewer.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { rowToReferTo } from '../../db/row-to-change.ts';
import type { Incident, User } from '../../generated/prisma/client.ts';
import { teamToReferTo } from '../teams/teams.requests.ts';
import { users } from '../users/users.access.ts';
import { OVER } from './incident-transitions.ts';
import { TAKEN } from './incidents.changes.ts';

const LEAD = sentences('INVALID_INPUT', {
  UNFIT_LEAD: 'An incident is led by staff of its tenant or organization.',
});

/** The columns that name who works on an incident. */
interface People {
  readonly teamId?: string | null | undefined;
  readonly leadId?: string | null | undefined;
}

/** Refuses a team or a lead that the viewer may not see, or that is not of the owner; throws UserErrors. */
export async function requirePeople(
  tx: Transaction,
  ctx: ViewerContext,
  owner: OwnedRow,
  { teamId, leadId }: People,
): Promise<void> {
  if (teamId) await teamToReferTo(tx, ctx, teamId, owner, 'input', 'teamId');
  if (!leadId) return;
  const lead = await rowToReferTo(tx, ctx, users, leadId, 'input', 'leadId');
  if (!mayLead(lead, owner)) throw invalidInput(LEAD.UNFIT_LEAD(), 'input', 'leadId');
}

/** Staff of the tenant or of its organization; staff of the platform is known to no other. */
function mayLead({ role, ...user }: User, { tenantId, organizationId }: OwnedRow): boolean {
  if (isCustomerRole(role)) return false;
  return user.tenantId === null ? user.organizationId === organizationId : user.tenantId === tenantId;
}

/** Finds the open incident of an owner with a key; null if there is none. */
export function openIncidentWith(
  tx: Transaction,
  { organizationId, tenantId }: OwnedRow,
  key: string,
): Promise<Incident | null> {
  return tx.db.incident.findFirst({
    where: { organizationId, tenantId, key, status: { notIn: [...OVER] } },
  });
}

/** Refuses to reopen an incident while another one with its key is open; throws ALREADY_EXISTS. */
export async function requireKeyFree(tx: Transaction, incident: Incident, ...path: string[]): Promise<void> {
  if (incident.key === null || !(await openIncidentWith(tx, incident, incident.key))) return;
  throw alreadyExists(TAKEN.INCIDENT_OPEN_WITH_KEY(), ...path);
}
