import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { staffMay } from '../../core/rights/rules.ts';
import { type OwnedRow, ofOneOwner } from '../../core/rights/scope.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { ownedVisibleTo } from '../../core/rows/visibility.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { Team, TeamMember } from '../../generated/prisma/client.ts';
import { teamEntity, teamMemberEntity } from './teams.changes.ts';

export const permissions = {
  'teams:read': [...READERS, 'SUPPORT', 'CSR'],
  'teams:write': [...ADMINS, 'ORGANIZATION_ADMIN'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** A customer's own users learn of no team. */
export const mayReadTeams = staffMay('teams:read');

/** Staff see the teams of the tenants in their reach, and those that the organizations of these tenants share. */
function teamRowsVisibleTo<Row extends OwnedRow>(viewer: Viewer): Where<Row> {
  if (!mayReadTeams(viewer)) return NOTHING as Where<Row>;
  return ownedVisibleTo<Row>(viewer);
}

export const teams: Rows<Team> = {
  entity: teamEntity,
  type: 'Team',
  rule: mayReadTeams,
  writeRule: staffMay('teams:write'),
  visibleTo: visibilityOf(teamEntity, teamRowsVisibleTo<Team>),
  scope: ofOneOwner,
};

export const teamMembers: Rows<TeamMember> = {
  entity: teamMemberEntity,
  type: 'TeamMember',
  rule: mayReadTeams,
  writeRule: staffMay('teams:write'),
  visibleTo: visibilityOf(teamMemberEntity, teamRowsVisibleTo<TeamMember>),
  scope: ofOneOwner,
};
