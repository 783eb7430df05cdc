import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [],
  async story({ run, ids, text }) {
    const statusPageSlug = text();
    await run('statusPageUpdate', { id: ids.Tenant, input: { statusPageSlug } });
    await run('statusPageUpdate', { id: ids.Tenant, input: { statusPageSlug: null } });
    await run('statusPageUpdate', { id: ids.Tenant, input: { statusPageSlug } });
  },
};
