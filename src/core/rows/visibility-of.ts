import { isModuleOff } from '../rights/modules.ts';
import type { Viewer } from '../rights/viewer.ts';
import { NOTHING, type Where } from '../rights/where.ts';
import type { Entity } from './change.ts';
import { columnOf } from './models.ts';
import { rooms } from './room.ts';

declare const isWithoutOff: unique symbol;

/** The rows of an entity that a viewer sees, without those of modules that are off. Only `visibilityOf` makes one. */
export interface Visibility<Row> {
  (viewer: Viewer): Where<Row>;
  readonly [isWithoutOff]: true;
}

/**
 * Makes the visibility of an entity's rows from what its room shows to a viewer. Where the module of the room is off,
 * nothing is shown: the tenant of the row decides, for every viewer. A user of a tenant sees there also what is shared with
 * the tenant, so without the module it sees nothing at all.
 */
export function visibilityOf<Row>(
  { name }: Pick<Entity<never>, 'name'>,
  shown: (viewer: Viewer) => Where<Row>,
): Visibility<Row> {
  const visible = (viewer: Viewer): Where<Row> => {
    const module = rooms.moduleOf(name);
    const off = module && viewer.modulesOff[module];
    if (!off) return shown(viewer);
    if (viewer.tenantId)
      return (isModuleOff(viewer, module, viewer.tenantId) ? NOTHING : shown(viewer)) as Where<Row>;
    const isThere = off.isAllBut
      ? { tenantId: { in: off.tenants } }
      : { NOT: { tenantId: { in: off.tenants } } };
    // A row that an organization shares is of no tenant.
    const isOn = columnOf(name, 'tenantId').isNullable ? { OR: [{ tenantId: null }, isThere] } : isThere;
    return { AND: [shown(viewer), isOn] } as unknown as Where<Row>;
  };
  return visible as Visibility<Row>;
}
