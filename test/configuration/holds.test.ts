import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Standing } from '../../src/configuration/algebra/resolve.ts';
import type { Setting } from '../../src/configuration/algebra/settings.ts';
import { effectiveSettings } from '../../src/configuration/layers/effective-settings.ts';
import { type Holds, inheritedIn } from '../../src/configuration/layers/inherited.ts';
import { writeVersion } from '../../src/configuration/layers/layer-versions.ts';
import {
  type LayerPlace,
  lockLayer,
  PLATFORM_LAYER,
  tenantLayer,
} from '../../src/configuration/layers/layers.ts';
import { deriveModulesAtStart, isOffIn } from '../../src/configuration/layers/modules-off.ts';
import { systemActor } from '../../src/core/rows/actor.ts';
import { adoptNewest } from '../../src/modules/configuration/adoption.ts';
import { anOpenDatabase, type OpenDatabase } from '../support/open-database.ts';

const ORIGIN = { actor: systemActor('test'), requestId: null, ip: null };
const PATH = 'branding.primaryColor';
const MODULE = 'modules.consents.enabled';

let database: OpenDatabase;
let organizationId: string;
let tenantId: string;

beforeAll(async () => {
  database = await anOpenDatabase();
  const organization = await database.prisma.organization.create({ data: { name: 'Acme', slug: 'acme' } });
  organizationId = organization.id;
});
beforeEach(async () => {
  tenantId = await aTenant();
});
afterAll(() => database.drop());

async function aTenant(): Promise<string> {
  const data = { organizationId, name: 'Acme', slug: `acme-${crypto.randomUUID()}` };
  const { id } = await database.prisma.tenant.create({ data });
  await database.prisma.feedHead.create({ data: { feed: id } });
  return id;
}

/** Writes a setting and holds as the next version of a layer; returns the layer with its version. */
async function write(place: LayerPlace, settings: Record<string, Setting>, holds?: Holds) {
  const { value } = await database.transactions.of(ORIGIN)(async (tx) => {
    const layer = await lockLayer(tx, place);
    const inherited = { ...inheritedIn(layer.last), ...(holds && { holds: { ...holds } }) };
    const version = {
      step: 'WRITE',
      settings: new Map(Object.entries(settings)),
      actorId: null,
      inherited,
    } as const;
    return writeVersion(tx, layer, version, async () => Object.keys(settings));
  });
  return value;
}

async function adopt(id = tenantId): Promise<void> {
  await database.transactions.of(ORIGIN)((tx) => adoptNewest(tx, { id, businessTypeId: null }));
}

/** The value of a path for the tenant, and what has become of each setting from the top. */
async function effective(path = PATH): Promise<readonly [unknown, readonly Standing[]]> {
  const { document } = await effectiveSettings(database.prisma, tenantId);
  const { value, contributions } = document.get(path) ?? { value: undefined, contributions: [] };
  return [value, contributions.map(({ standing }) => standing)];
}

const color = (value: string, mode: Setting['mode'] = 'DEFAULT'): Record<string, Setting> => ({
  [PATH]: { value, mode },
});

test('a path that is held at a version of the layer above stays there through adoptions, and other paths do not', async () => {
  const { id, version } = await write(PLATFORM_LAYER, color('#111111'));
  await adopt();
  await write(tenantLayer(tenantId), {}, { [id]: { [PATH]: version } });
  await write(PLATFORM_LAYER, { ...color('#222222'), 'branding.name': { value: 'New', mode: 'DEFAULT' } });
  await adopt();
  expect(await effective()).toEqual(['#111111', ['EFFECTIVE']]);
  expect((await effective('branding.name'))[0]).toBe('New');
  await write(tenantLayer(tenantId), {}, {});
  expect((await effective())[0]).toBe('#222222');
});

test('a lock above acts although the path is held', async () => {
  const { id, version } = await write(PLATFORM_LAYER, color('#111111'));
  await adopt();
  await write(tenantLayer(tenantId), {}, { [id]: { [PATH]: version } });
  await write(PLATFORM_LAYER, color('#333333', 'LOCKED'));
  expect((await effective())[0]).toBe('#333333');
});

test('a setting of the tenant that the platform passes over is kept, and a later one of the tenant acts', async () => {
  await write(PLATFORM_LAYER, color('#111111'));
  await adopt();
  const { id, version } = await write(tenantLayer(tenantId), color('#444444'));
  expect(await effective()).toEqual(['#444444', ['OVERRIDDEN', 'EFFECTIVE']]);
  await write(tenantLayer(tenantId), {}, { [id]: { [PATH]: version } });
  expect(await effective()).toEqual(['#111111', ['EFFECTIVE', 'PASSED_OVER']]);
  await write(tenantLayer(tenantId), color('#555555'));
  expect(await effective()).toEqual(['#555555', ['OVERRIDDEN', 'EFFECTIVE']]);
});

test('modules that are off are derived with the holds of each tenant, for many tenants as for one', async () => {
  const free = tenantId;
  const { id, version } = await write(PLATFORM_LAYER, { [MODULE]: { value: true, mode: 'DEFAULT' } });
  const held = await aTenant();
  await write(tenantLayer(held), {}, { [id]: { [MODULE]: version } });
  await write(PLATFORM_LAYER, { [MODULE]: { value: false, mode: 'DEFAULT' } });
  for (const each of [free, held]) await adopt(each);
  const areOff = () => Promise.all([free, held].map((each) => isOffIn(database.prisma, 'consents', each)));
  expect(await areOff()).toEqual([true, false]);
  await database.prisma.moduleOff.deleteMany();
  await deriveModulesAtStart(database.prisma);
  expect(await areOff()).toEqual([true, false]);
});
