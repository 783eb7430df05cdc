import { mutate } from '../../support/mutate.ts';
import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [
    {
      type: 'TenantErasure',
      needs: ['Organization'],
      // A tenant of its own is archived: the others of the place are needed.
      async find({ ids, text }, root) {
        const input = { organizationId: ids.Organization, name: text(), slug: text() };
        const { tenantId: id } = await mutate(root, 'tenantCreate', { input }, 'tenantId');
        await mutate(root, 'tenantArchive', { id, input: {} });
        const found = await root.ask(
          'query ($id: ID!) { tenantErasures(filter: { tenantId: { equals: $id } }) { nodes { id } } }',
          { id },
        );
        return found.tenantErasures.nodes[0].id;
      },
    },
  ],
  async story({ run, root, ids, text }) {
    const input = { organizationId: ids.Organization, name: text(), slug: text() };
    const { tenantId: id } = await run('tenantCreate', { input }, root, 'tenantId');
    await run('tenantArchive', { id, input: { graceDays: 7 } });
    await run('tenantRestore', { id });
  },
  randomWrites: {},
  fleeting: {
    'TenantErasureFilter.beganAt': 'a time of grace lasts for days',
    'TenantErasureFilter.completedAt': 'a time of grace lasts for days',
  },
};
