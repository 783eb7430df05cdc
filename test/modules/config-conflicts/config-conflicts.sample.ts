import { freshNumber } from '../../support/fresh-numbers.ts';
import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { inTurn } from '../../support/platform-turns.ts';
import type { RoomSample } from '../../support/room-sample.ts';

const COLOR = 'branding.primaryColor';
const TEMPLATE = 'permissions.templates.CSR';
const OF_TENANT = `query ($tenantId: ID, $path: String!) {
  configConflicts(tenantId: $tenantId, filter: { path: { equals: $path } }) { nodes { id status } } }`;

/** Has the platform and a tenant disagree about a path, and gives the id of the conflict. */
async function disagree(root: Person, tenantId: string | undefined, path: string, sides: readonly unknown[]) {
  const [ours, theirs] = sides;
  const write = (scope: object, value: unknown) =>
    mutate(root, 'configUpdate', { input: { ...scope, set: [{ path, value }] } });
  await write({ scope: 'TENANT', tenantId }, ours);
  await write({ scope: 'PLATFORM' }, theirs);
  for (;;) {
    const [found] = (await root.ask(OF_TENANT, { tenantId, path })).configConflicts.nodes;
    if (found?.status === 'OPEN') return found.id as string;
  }
}

/** Every colour above is another one, so it never is the base again. */
async function disagreeAboutColor(root: Person, tenantId: string | undefined): Promise<string> {
  const used = freshNumber('colour above');
  if (used === 1) {
    const scopes = { targetScopes: ['TENANT'], direction: 'DOWN', strategy: 'MERGE', priority: 1 };
    await mutate(root, 'syncRuleCreate', { input: { name: 'Colours', triggers: [COLOR], ...scopes } });
  }
  return disagree(root, tenantId, COLOR, ['#ffffff', `#${used.toString(16).padStart(6, '0')}`]);
}

/** Two conflicts of a tenant: one that is resolved, and the open one, which it gives. */
async function theConflict(root: Person, tenantId: string | undefined): Promise<string> {
  // The platform sets another value each time: else it would write nothing.
  const isOdd = freshNumber('template above') % 2 === 1;
  const sides = [['config:read'], isOdd ? ['plans:read'] : null];
  const id = await disagree(root, tenantId, TEMPLATE, sides);
  // Without a setting of its own the tenant has no conflict again.
  await mutate(root, 'configConflictResolve', { id, input: { side: 'PLATFORM' } });
  return disagreeAboutColor(root, tenantId);
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'ConfigConflict',
      isOnly: true,
      needs: ['Tenant', 'Configuration'],
      find: ({ ids }, root) => inTurn(() => theConflict(root, ids.Tenant)),
    },
  ],
  bounded: {
    'ConfigConflict.suggestions': 'one for each kind of advice',
  },
  async story({ run, ids, root }) {
    const id = await inTurn(() => disagreeAboutColor(root, ids.Tenant));
    await run('configConflictResolve', { id, input: { side: 'TENANT' } });
  },
  randomWrites: {},
};
