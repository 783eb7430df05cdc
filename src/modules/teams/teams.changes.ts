import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import { ownerFeed } from '../../core/rows/owner-feed.ts';
import type { Team, TeamMember } from '../../generated/prisma/client.ts';

const TAKEN = sentences('ALREADY_EXISTS', {
  MEMBER_OF_TEAM_ALREADY: 'The user is a member of the team already.',
});

/** The change-log entity of teams. */
export const teamEntity: Entity<Team> = {
  name: 'Team',
  ...ownerFeed,
};

/** The change-log entity of the memberships of teams. */
export const teamMemberEntity: Entity<TeamMember> = {
  name: 'TeamMember',
  ...ownerFeed,
  unique: {
    team_member_team_id_user_id_key: { field: 'userId', refusal: TAKEN.MEMBER_OF_TEAM_ALREADY() },
  },
};
