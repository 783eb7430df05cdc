import type { Role, StaffTeam } from '../../generated/prisma/enums.ts';

/** The roles of customers' own users have no team. */
const TEAM_OF: Readonly<Partial<Record<Role, StaffTeam>>> = {
  CSR: 'CUSTOMER_SERVICE',
  SUPPORT: 'SUPPORT',
  TENANT_ADMIN: 'ADMINISTRATION',
  ORGANIZATION_ADMIN: 'ORGANIZATION',
  PLATFORM_ADMIN: 'PLATFORM',
  PLATFORM_SUPPORT: 'PLATFORM',
};

/** Returns the team of staff by its role. A subject learns the team that acted on behalf of it, and not who acted. */
export function staffTeamOf(role: Role): StaffTeam {
  const team = TEAM_OF[role];
  if (!team) throw new Error(`The role ${role} is in no team of the staff.`);
  return team;
}
