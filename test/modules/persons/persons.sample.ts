import { mutate } from '../../support/mutate.ts';
import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [
    {
      type: 'PersonErasure',
      needs: ['Tenant'],
      // A person of its own is erased: the others of the place are needed.
      async find({ ids, text }, root) {
        const input = { tenantId: ids.Tenant, company: text() };
        const { customerId } = await mutate(root, 'customerCreate', { input }, 'customerId');
        const erased = await mutate(root, 'personErase', { input: { customerId } }, 'personErasureId');
        return erased.personErasureId;
      },
    },
  ],
  async story({ run, root, ids, text }) {
    const input = { tenantId: ids.Tenant, role: 'CSR', name: text(), email: `${text()}@lockstep.test` };
    const { userId } = await run('userCreate', { input }, root, 'userId');
    await run('personExport', { input: { userId } });
    await run('personErase', { input: { userId } });
  },
  randomWrites: {},
};
