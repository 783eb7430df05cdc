import type { Reaction } from '../../core/rows/reaction.ts';
import { rowsToChange } from '../../db/rows-to-change.ts';
import type { Tenant, User } from '../../generated/prisma/client.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';
import { userEntity } from '../users/users.changes.ts';
import { fits } from './team-fit.ts';
import { teamMemberEntity } from './teams.changes.ts';

/** Ends the memberships of a user who is deleted, or no longer of the staff of the owner of the team. */
export const leaveTeams: Reaction<User> = {
  entity: userEntity.name,
  react: async (tx, before, after) => {
    if (!before || !affectsMemberships(before, after)) return;
    for await (const member of rowsToChange(tx, teamMemberEntity, { userId: before.id })) {
      if (!after || !(await fits(tx, after, member))) await tx.delete(teamMemberEntity, member);
    }
  },
};

function affectsMemberships(before: User, after: User | null): boolean {
  if (!after) return true;
  return (['role', 'tenantId', 'organizationId'] as const).some((column) => after[column] !== before[column]);
}

/** Ends the memberships of a tenant's staff in the teams of the organization that the tenant leaves. */
export const leaveTeamsOfOrganization: Reaction<Tenant> = {
  entity: tenantEntity.name,
  react: async (tx, before, after) => {
    if (!before || !after || before.organizationId === after.organizationId) return;
    const staff = await tx.db.user.findMany({ where: { tenantId: after.id }, select: { id: true } });
    const left = { organizationId: before.organizationId, tenantId: null };
    const userId = { in: staff.map(({ id }) => id) };
    for await (const member of rowsToChange(tx, teamMemberEntity, { ...left, userId })) {
      await tx.delete(teamMemberEntity, member);
    }
  },
};
