import type { Entity } from '../../core/rows/change.ts';
import type { ModelName } from '../../core/rows/models.ts';
import { blanksOf } from '../../core/rows/personal-columns.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { customerEntity } from '../customers/customers.changes.ts';
import { userEntity } from '../users/users.changes.ts';
import type { NamedPerson } from './named-person.ts';

/**
 * Blanks the row of a person itself, so that no command changes it from then on, and bars a user, which ends its sessions
 * and streams. Returns whether it had to; a row that is gone or blank already is left alone.
 */
export async function erasePersonRow(
  tx: Transaction,
  { kind, id }: NamedPerson,
  erasedAt: Date,
): Promise<boolean> {
  if (kind === 'customer') {
    await tx.lock(customerEntity, id);
    const customer = await tx.db.customer.findUnique({ where: { id } });
    if (!customer || customer.erasedAt) return false;
    await tx.update(customerEntity, customer, { ...blanks(customerEntity, id), erasedAt });
    return true;
  }
  await tx.lock(userEntity, id);
  const user = await tx.db.user.findUnique({ where: { id } });
  if (!user || user.erasedAt) return false;
  const barred = { isActive: false, status: 'LOCKED', hasSecondFactor: false } as const;
  const rightsVersion = user.rightsVersion + 1;
  await tx.update(userEntity, user, { ...blanks(userEntity, id), ...barred, rightsVersion, erasedAt });
  return true;
}

function blanks({ name }: Pick<Entity<never>, 'name'>, id: string): object {
  return blanksOf(name, rooms.personal.get(name as ModelName) ?? {}, id);
}
