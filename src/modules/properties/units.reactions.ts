import type { Reaction } from '../../core/rows/reaction.ts';
import { rowsToChange } from '../../db/rows-to-change.ts';
import type { User } from '../../generated/prisma/client.ts';
import { unitEntity } from './properties.changes.ts';

/** Vacates the units of a user who is deleted or erased, is no longer a resident, or moves to another customer. */
export const vacateUnits: Reaction<User> = {
  entity: 'User',
  react: async (tx, before, after) => {
    if (before?.role !== 'RESIDENT' || isStillResident(before, after)) return;
    for await (const unit of rowsToChange(tx, unitEntity, { residentId: before.id })) {
      await tx.update(unitEntity, unit, { residentId: null });
    }
  },
};

function isStillResident(before: User, after: User | null): boolean {
  if (after === null || after.erasedAt !== null) return false;
  return after.role === before.role && after.customerId === before.customerId;
}
