import { requireModule } from '../rights/modules.ts';
import type { Viewer } from '../rights/viewer.ts';
import type { Entity } from './change.ts';
import { rooms } from './room.ts';

/**
 * Refuses a query or a subscription about an entity whose module is off: in the tenant that it names, or in the viewer's
 * own. Call it after the tenant was found in the viewer's reach.
 */
export function requireModuleOf(
  { name }: Pick<Entity<never>, 'name'>,
  viewer: Viewer,
  tenantId?: string | null,
): void {
  requireModule(viewer, rooms.moduleOf(name), tenantId ?? viewer.tenantId);
}
