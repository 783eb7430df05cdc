import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { createInput, updateInput } from '../../core/requests/input.ts';
import { longText, optional, text } from '../../core/requests/input-fields.ts';
import { ownerFields, requireOwnLevel } from '../../core/rights/owner.ts';
import type { Written } from '../../core/rows/transact.ts';
import { createCommandOfOwner, updateCommand } from '../../db/input-commands.ts';
import { rowToDelete } from '../../db/row-to-change.ts';
import { rowsToChange } from '../../db/rows-to-change.ts';
import type { Team } from '../../generated/prisma/client.ts';
import { teams } from './teams.access.ts';
import { teamEntity, teamMemberEntity } from './teams.changes.ts';

// Invariants of this room: the members of a tenant's team are staff of the tenant; those of an organization's team are
// its administrators and the staff of its tenants (teams.reactions.ts removes a member that no longer fits); a team to
// which something refers cannot be deleted. Users are locked before teams.

const fields = {
  name: text('The name'),
  description: optional(longText('The description')),
};

export const teamCreateInput = createInput({ ...ownerFields, ...fields });

export const teamUpdateInput = updateInput(fields);

/** Creates a team; throws UserErrors for a bad input, or an owner that is none of the viewer's. */
export const createTeam = createCommandOfOwner(teamEntity, teamCreateInput, (tx, data) =>
  tx.db.team.create({ data }),
);

/**
 * Changes the given fields; throws UserErrors for a bad input, no such team, one that the organization shares with the
 * viewer's tenant, or an old version.
 */
export const updateTeam = updateCommand(teams, teamUpdateInput, (_tx, data, before, ctx) => {
  requireOwnLevel(ctx.viewer, before, teams.type);
  return data;
});

/** Deletes a team with its memberships; throws like `updateTeam`, and IN_USE for a team to which something refers. */
export function deleteTeam(ctx: ViewerContext, args: RowArgs): Promise<Written<Team>> {
  return ctx.transact(async (tx) => {
    const team = await rowToDelete(tx, ctx, teams, args);
    requireOwnLevel(ctx.viewer, team, teams.type);
    for await (const member of rowsToChange(tx, teamMemberEntity, { teamId: team.id })) {
      await tx.delete(teamMemberEntity, member);
    }
    return tx.delete(teamEntity, team);
  });
}
