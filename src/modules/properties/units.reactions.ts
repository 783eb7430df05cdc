import type { Reaction } from '../../core/reaction.ts';
import type { User } from '../../generated/prisma/client.ts';
import { unitEntity } from './properties.changes.ts';

/** Empties the units of whoever is deleted, is no resident any more, or moves to another customer. */
export const emptyUnitsOfWhoLeaves: Reaction<User> = {
  entity: 'User',
  react: async (tx, before, after) => {
    if (before?.role !== 'RESIDENT' || isStillThere(before, after)) return;
    const rented = { where: { residentId: before.id }, orderBy: { id: 'asc' } } as const;
    for (const { id } of await tx.db.unit.findMany({ ...rented, select: { id: true } })) {
      await tx.lock(unitEntity, id);
      const unit = await tx.db.unit.findFirst({ where: { id, residentId: before.id } });
      if (!unit) continue;
      await tx.update(unitEntity, unit, { residentId: null }, (data) =>
        tx.db.unit.update({ where: { id }, data }),
      );
    }
  },
};

function isStillThere(before: User, after: User | null): boolean {
  return after !== null && after.role === before.role && after.customerId === before.customerId;
}
