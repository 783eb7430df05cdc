import type { ViewerContext } from '../../core/context.ts';
import { invalidInput } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { OwnedRow } from '../../core/rights/scope.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { rowToReferTo } from '../../db/row-to-change.ts';
import type { Team } from '../../generated/prisma/client.ts';
import { teams } from './teams.access.ts';

const TEAM = sentences('INVALID_INPUT', {
  UNFIT_TEAM: 'The team is of another tenant or organization.',
});

/**
 * Keeps a team to which a row will refer from being deleted until the transaction has ended. Throws NOT_FOUND for a team
 * that is not visible to the viewer, and INVALID_INPUT for one that is neither of the owner of the row nor of the
 * owner's organization; both at the `path` of the argument that named the team.
 */
export async function teamToReferTo(
  tx: Transaction,
  ctx: Pick<ViewerContext, 'viewer'>,
  teamId: string,
  owner: OwnedRow,
  ...path: string[]
): Promise<Team> {
  const team = await rowToReferTo(tx, ctx, teams, teamId, ...path);
  if (isFor(team, owner)) return team;
  throw invalidInput(TEAM.UNFIT_TEAM(), ...path);
}

/** A team of an organization looks after rows of all its tenants. */
function isFor(team: OwnedRow, owner: OwnedRow): boolean {
  if (team.organizationId !== owner.organizationId) return false;
  return team.tenantId === null || team.tenantId === owner.tenantId;
}
