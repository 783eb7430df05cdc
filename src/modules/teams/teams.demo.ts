import type { DemoData } from '../../core/rows/demo-data.ts';
import { teamEntity, teamMemberEntity } from './teams.changes.ts';

/** A team of each organization, and one of each tenant with its support. */
export const demo: DemoData = {
  async organization(tx, { organization: { id: organizationId } }) {
    const data = { organizationId, name: 'Operations', description: 'Runs what all tenants share.' };
    tx.created(teamEntity, await tx.db.team.create({ data }));
  },
  async tenant(tx, { tenant: { id: tenantId, organizationId } }) {
    const owner = { organizationId, tenantId };
    const team = tx.created(teamEntity, await tx.db.team.create({ data: { ...owner, name: 'First line' } }));
    const support = await tx.db.user.findMany({
      where: { tenantId, role: 'SUPPORT' },
      orderBy: { id: 'asc' },
    });
    for (const { id: userId } of support) {
      const data = { ...owner, teamId: team.id, userId };
      tx.created(teamMemberEntity, await tx.db.teamMember.create({ data }));
    }
  },
};
