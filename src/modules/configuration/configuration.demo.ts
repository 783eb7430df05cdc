import type { Setting } from '../../configuration/algebra/settings.ts';
import { inheritedIn } from '../../configuration/layers/inherited.ts';
import { writeVersion } from '../../configuration/layers/layer-versions.ts';
import {
  type LayerPlace,
  lockLayer,
  PLATFORM_LAYER,
  tenantLayer,
} from '../../configuration/layers/layers.ts';
import type { DemoData } from '../../core/rows/demo-data.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { scheduleAdoptions } from './adoption.ts';

/** The settings of the platform in the demo: a floor, a lock, and what users decide. */
const PLATFORM: ReadonlyMap<string, Setting> = new Map<string, Setting>([
  ['auth.password.minLength', { mode: 'FLOOR', value: 12 }],
  ['modules.status.enabled', { mode: 'LOCKED', value: true }],
  ['notifications.digest', { mode: 'USER_OWNED', value: 'DAILY' }],
]);

/** The settings of the platform and of each tenant. */
export const demo: DemoData = {
  platform: async (tx) => {
    if (await tx.db.configuration.findFirst({ where: PLATFORM_LAYER })) return;
    if (await writeDemo(tx, PLATFORM_LAYER, PLATFORM)) await scheduleAdoptions(tx, null);
  },
  tenant: async (tx, { tenant: { id, name, slug } }) => {
    const ofTenant = { 'branding.name': name, 'branding.supportEmail': `support@${slug}.demo.lockstep.dev` };
    const settings = Object.entries(ofTenant).map(
      ([path, value]) => [path, { mode: 'DEFAULT', value }] as const,
    );
    await writeDemo(tx, tenantLayer(id), new Map(settings));
  },
};

/** Writes a version of a layer, which no node has written meanwhile. */
async function writeDemo(
  tx: Transaction,
  place: LayerPlace,
  settings: ReadonlyMap<string, Setting>,
): Promise<boolean> {
  const layer = await lockLayer(tx, place);
  if (place.scope === 'PLATFORM' && layer.last) return false;
  const inherited = inheritedIn(layer.last);
  await writeVersion(tx, layer, { step: 'WRITE', settings, inherited, actorId: null }, async () => [
    ...settings.keys(),
  ]);
  return true;
}
