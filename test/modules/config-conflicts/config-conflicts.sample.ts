import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import type { RoomSample } from '../../support/room-sample.ts';

const PATH = 'permissions.templates.SUPPORT';
const OF_TENANT = `query ($tenantId: ID, $path: String!) {
  configConflicts(tenantId: $tenantId, filter: { path: { equals: $path } }) { nodes { id status } } }`;

let used = 0;

/** Has the platform and a tenant disagree about a permission template, and gives the id of the conflict. */
async function disagree(root: Person, tenantId: string | undefined): Promise<string> {
  const write = (scope: object, value: unknown) =>
    mutate(root, 'configUpdate', { input: { ...scope, set: [{ path: PATH, value }] } });
  used += 1;
  await write({ scope: 'TENANT', tenantId }, ['config:read']);
  await write({ scope: 'PLATFORM' }, used % 2 ? ['plans:read'] : null);
  for (;;) {
    const [found] = (await root.ask(OF_TENANT, { tenantId, path: PATH })).configConflicts.nodes;
    if (found?.status === 'OPEN') return found.id;
  }
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'ConfigConflict',
      needs: ['Tenant', 'Configuration'],
      find: ({ ids }, root) => disagree(root, ids.Tenant),
    },
  ],
  bounded: {
    'ConfigConflict.suggestions': 'one for each kind of advice',
  },
  async story({ run, ids, root }) {
    const id = await disagree(root, ids.Tenant);
    await run('configConflictResolve', { id, input: { side: 'TENANT' } });
  },
  randomWrites: {},
};
