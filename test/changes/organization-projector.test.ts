import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Viewer } from '../../src/core/rights/viewer.ts';
import { aViewerOf, SharedTeams, teamsSeenBy } from '../support/shared-teams.ts';

let world: SharedTeams;

beforeAll(async () => {
  world = await SharedTeams.open();
});

afterAll(() => world.close());

test('45 S O D: a change of a row that an organization shares is once in the feed of each of its tenants, in order, and in no other', async () => {
  const [acme, globex] = [await world.organization(), await world.organization()];
  const [first, second, foreign] = [
    await world.tenant(acme),
    await world.tenant(acme),
    await world.tenant(globex),
  ];
  const team = await world.team({ organizationId: acme });
  await world.team({ organizationId: acme, tenantId: first });
  await world.rename(team);
  await world.remove(team);
  await world.project();
  const shared = (await world.told(acme)).map((text) => expect.stringContaining(text));
  expect(shared).toHaveLength(3);
  expect((await world.told(first)).length).toBe(4);
  expect(await world.told(second)).toEqual(shared);
  expect(await world.told(foreign)).toEqual([]);
});

test('45 S: a tenant that joins gains the rows as they were at its joining, and loses them as it leaves', async () => {
  const [acme, globex] = [await world.organization(), await world.organization()];
  const tenant = await world.tenant(globex);
  const [kept, gone] = [
    await world.team({ organizationId: acme }),
    await world.team({ organizationId: acme }),
  ];
  await world.move(tenant, acme);
  await world.rename(kept);
  await world.remove(gone);
  await world.move(tenant, globex);
  await world.rename(kept);
  await world.project();
  const names = (await world.changes(acme))
    .filter(({ entity }) => entity === 'Team')
    .map(({ image }) => image.name);
  const [keptAtFirst, goneAtFirst, keptRenamed] = names;
  expect(await world.told(tenant)).toEqual([
    `CREATED ${keptAtFirst}`,
    `CREATED ${goneAtFirst}`,
    `UPDATED ${keptRenamed}`,
    `DELETED ${goneAtFirst}`,
    `LOST ${goneAtFirst}`,
    `LOST ${keptRenamed}`,
  ]);
});

test('45 S: a new tenant receives the rows that its organization shares already', async () => {
  const acme = await world.organization();
  await world.team({ organizationId: acme });
  const tenant = await world.tenant(acme);
  await world.project();
  expect(await world.told(tenant)).toEqual(await world.told(acme));
});

test('45 S: the rows at a position are the same, however much of the log before it retention has removed', async () => {
  const [acme, globex] = [await world.organization(), await world.organization()];
  const tenant = await world.tenant(globex);
  await world.team({ organizationId: acme });
  const told = await world.told(acme);
  await world.open.ownerPool.query(
    'UPDATE projection SET seq = (SELECT last_seq FROM feed_head WHERE feed = $1) WHERE feed = $1',
    [acme],
  );
  await world.open.ownerPool.query('DELETE FROM change WHERE feed = $1', [acme]);
  await world.move(tenant, acme);
  await world.project();
  expect(await world.told(tenant)).toEqual(told);
});

test('45 X: of a row that a tenant lost no image is visible to the viewers that the tenant has afterwards, but that it is gone', async () => {
  const [acme, globex] = [await world.organization(), await world.organization()];
  const tenant = await world.tenant(acme);
  const team = await world.team({ organizationId: acme });
  await world.project();
  await world.move(tenant, globex);
  await world.project();
  const view = teamsSeenBy(aViewerOf(tenant, globex));
  const seen = (await world.changes(tenant)).map(view).filter((item) => item !== null);
  expect(seen.map(({ __typename, change }) => [__typename, change.entityId])).toEqual([['deleted', team]]);
});

test('45 X: a tenant does not learn which user of another tenant has changed a shared row', async () => {
  const acme = await world.organization();
  const [first, second] = [await world.tenant(acme), await world.tenant(acme)];
  const team = await world.team({ organizationId: acme });
  await world.rename(team, await world.user(first));
  await world.project();
  const [inFirst, inSecond] = [await world.changes(first), await world.changes(second)].map((changes) =>
    changes.at(-1),
  );
  expect(inFirst).toMatchObject({ actor: { name: 'Ada' }, ip: '192.0.2.1', requestId: 'r' });
  expect(inSecond).toMatchObject({
    kind: 'UPDATED',
    actor: { kind: 'USER', id: null, name: 'A user of another tenant' },
    ip: null,
    requestId: null,
  });
});

test('45 D O: two nodes that project together, one that is killed at any read, and a start from the beginning write nothing twice', async () => {
  const [acme, globex] = [await world.organization(), await world.organization()];
  const tenant = await world.tenant(acme);
  const team = await world.team({ organizationId: acme });
  await world.rename(team);
  await world.move(tenant, globex);
  await world.move(tenant, acme);
  for (let reads = 0; reads < 12; reads += 1)
    await world
      .dyingProjector(reads)
      .round()
      .catch(() => {});
  await Promise.all([world.project(), world.project()]);
  const told = await world.told(tenant);
  expect(told.map((text) => text.split(' ')[0])).toEqual(['CREATED', 'UPDATED', 'LOST', 'CREATED']);
  await world.forgetPositions();
  await Promise.all([world.project(), world.project()]);
  expect(await world.told(tenant)).toEqual(told);
});

/** Tenants of two organizations, the teams that these share, and clients that have looked at the tenants' lists. */
interface Scene {
  readonly organizations: readonly string[];
  readonly tenants: readonly string[];
  readonly shared: string[];
  readonly clients: Client[];
}

type Act = (scene: Scene, tenantId: string, organizationId: string, which: number) => Promise<unknown>;

const ACTS = {
  share: async ({ shared }, _tenantId, organizationId) => shared.push(await world.team({ organizationId })),
  own: async (_scene, tenantId) =>
    world.team({ organizationId: await world.organizationOf(tenantId), tenantId }),
  rename: async ({ shared }, _tenantId, _organizationId, which) => {
    const team = shared[which % shared.length];
    if (team) await world.rename(team);
  },
  remove: async ({ shared }, _tenantId, _organizationId, which) => {
    const [team] = shared.splice(which % (shared.length || 1), 1);
    if (team) await world.remove(team);
  },
  move: (_scene, tenantId, organizationId) => world.move(tenantId, organizationId),
  project: () => world.projector().round(),
  die: (_scene, _tenantId, _organizationId, which) =>
    world
      .dyingProjector(which % 9)
      .round()
      .catch(() => {}),
  look: async ({ clients }, tenantId) => clients.push(await aClient(tenantId)),
} satisfies Record<string, Act>;

/** One thing that happens, with numbers that choose the rows it happens to. */
const happening = fc.record({
  act: fc.constantFrom(...(Object.keys(ACTS) as (keyof typeof ACTS)[]), 'look' as const, 'move' as const),
  which: fc.nat(100),
  where: fc.nat(1),
});

async function aScene(): Promise<Scene> {
  const organizations = [await world.organization(), await world.organization()];
  const tenants = await Promise.all(organizations.map((organizationId) => world.tenant(organizationId)));
  return { organizations, tenants, shared: [], clients: [] };
}

test('45 S: the fold of a tenant’s stream onto its list is its list, whatever moves, dies and lags', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 15, maxLength: 40 }), async (happenings) => {
      const scene = await aScene();
      for (const { act, which, where } of happenings) {
        const [tenantId = '', organizationId = ''] = [scene.tenants[which % 2], scene.organizations[where]];
        await ACTS[act](scene, tenantId, organizationId, which >> 1);
      }
      await Promise.all([world.project(), world.project()]);
      for (const client of scene.clients) {
        const viewer = aViewerOf(client.tenantId, await world.organizationOf(client.tenantId));
        const list = await world.listOf(viewer);
        // One that reads late has the rights of now; one that reads immediately those of each moment.
        expect(await folded(client, () => viewer)).toEqual(list);
        const atOnce = await folded(client, (organizationId) => aViewerOf(client.tenantId, organizationId));
        expect(atOnce).toEqual(list);
      }
    }),
    { numRuns: 8, endOnFailure: true },
  );
}, 120_000);

/** A client that took a position and then its list, as clients do. */
interface Client {
  readonly tenantId: string;
  readonly organizationId: string;
  readonly after: number;
  readonly list: ReadonlyMap<string, string>;
}

async function aClient(tenantId: string): Promise<Client> {
  const after = await world.end(tenantId);
  const organizationId = await world.organizationOf(tenantId);
  return { tenantId, organizationId, after, list: await world.listOf(aViewerOf(tenantId, organizationId)) };
}

/** The list of a client after its stream, whose viewer has the rights of each moment. */
async function folded(client: Client, viewerIn: (organizationId: string) => Viewer) {
  const list = new Map(client.list);
  let view = teamsSeenBy(viewerIn(client.organizationId));
  for (const change of await world.changes(client.tenantId, client.after)) {
    if (change.entity === 'Tenant') view = teamsSeenBy(viewerIn(change.image.organizationId));
    const seen = view(change);
    if (seen?.__typename === 'deleted') list.delete(change.entityId);
    else if (seen) list.set(change.entityId, change.image.name);
  }
  return list;
}
