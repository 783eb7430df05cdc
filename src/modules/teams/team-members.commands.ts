import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { invalidInput, notFound } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput } from '../../core/requests/input.ts';
import { idOf } from '../../core/requests/input-fields.ts';
import { requireOwnLevel } from '../../core/rights/owner.ts';
import type { Written } from '../../core/rows/transact.ts';
import { createCommand } from '../../db/input-commands.ts';
import { deleteRow } from '../../db/row-commands.ts';
import { rowToDecideBy } from '../../db/row-to-change.ts';
import type { TeamMember } from '../../generated/prisma/client.ts';
import { users } from '../users/users.access.ts';
import { fits } from './team-fit.ts';
import { teamMembers, teams } from './teams.access.ts';
import { teamMemberEntity } from './teams.changes.ts';

export const teamMemberAddInput = createInput({
  teamId: idOf('Team', 'The team'),
  userId: idOf('User', "The user, of the staff of the team's owner"),
});

const MEMBER = sentences('INVALID_INPUT', {
  UNFIT_MEMBER:
    "The members of a team are staff of its tenant; those of an organization's team are its administrators and the staff of its tenants.",
});

/**
 * Makes a user a member of a team; throws UserErrors for no such team or user, a user that is not of the staff of the
 * team's owner, a member already, or a team that the organization shares with the viewer's tenant.
 */
export const addTeamMember = createCommand(
  teamMemberEntity,
  teamMemberAddInput,
  async (tx, { teamId, userId }, ctx) => {
    const user = await rowToDecideBy(tx, ctx, users, userId, 'input', 'userId');
    if (user.tenantId) await tx.lockAgainstChange({ name: 'Tenant' }, user.tenantId);
    const team = await rowToDecideBy(tx, ctx, teams, teamId, 'input', 'teamId');
    if (team.tenantId === null && ctx.viewer.tenantId !== null) throw notFound('Team', 'input', 'teamId');
    if (!(await fits(tx, user, team))) throw invalidInput(MEMBER.UNFIT_MEMBER(), 'input', 'userId');
    const { organizationId, tenantId } = team;
    return tx.db.teamMember.create({ data: { teamId, userId, organizationId, tenantId } });
  },
);

/** Ends a membership; throws UserErrors for no such membership, one of a shared team, or an old version. */
export function removeTeamMember(ctx: ViewerContext, args: RowArgs): Promise<Written<TeamMember>> {
  return deleteRow(ctx, teamMembers, args, (member) => requireOwnLevel(ctx.viewer, member, 'Team'));
}
