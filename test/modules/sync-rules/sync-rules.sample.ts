import { freshNumber } from '../../support/fresh-numbers.ts';
import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import type { Place, RoomSample } from '../../support/room-sample.ts';

/** A rule about one path, with a priority that no other rule has. */
function aRule(place: Place, direction: 'DOWN' | 'UP' = 'DOWN') {
  return {
    name: place.text(),
    triggers: ['branding.supportEmail'],
    targetScopes: ['TENANT'],
    direction,
    strategy: 'TENANT_WINS',
    priority: 1_000 + freshNumber('priority of a rule'),
  };
}

/** Waits until the deviation of a tenant is reported, and gives its id. */
async function theDeviation(root: Person, tenantId: string | undefined): Promise<string> {
  const asked = `query ($tenantId: ID!) {
    configDeviations(first: 1, filter: { tenantId: { equals: $tenantId } }) { nodes { id } } }`;
  for (;;) {
    const [found] = (await root.ask(asked, { tenantId })).configDeviations.nodes;
    if (found) return found.id;
  }
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'SyncRule',
      create: (place) => ['syncRuleCreate', { input: aRule(place) }],
      change: (place) => ['syncRuleUpdate', { input: { name: place.text() } }],
      remove: 'syncRuleDelete',
    },
    {
      type: 'ConfigDeviation',
      isOnly: true,
      needs: ['Tenant', 'SyncRule'],
      async find(place, root) {
        await mutate(root, 'syncRuleCreate', { input: aRule(place, 'UP') });
        const tenantId = place.ids.Tenant;
        const set = [{ path: 'branding.supportEmail', value: 'help@lockstep.test' }];
        await mutate(root, 'configUpdate', { input: { scope: 'TENANT', tenantId, set } });
        return theDeviation(root, tenantId);
      },
    },
  ],
  bounded: {
    'ConfigVersion.causes': 'the paths of the catalogue',
  },
  randomWrites: {},
};
