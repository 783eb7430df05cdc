import type { PersonKind } from '../../core/rows/personal-columns.ts';
import type { PersonErasure } from '../../generated/prisma/client.ts';

/** The person whom an erasure is about. */
export interface ErasedPerson {
  readonly kind: PersonKind;
  readonly id: string;
}

/** Names the person whom an erasure is about. */
export function personOf({ id, customerId, userId }: PersonErasure): ErasedPerson {
  if (customerId) return { kind: 'customer', id: customerId };
  if (userId) return { kind: 'user', id: userId };
  throw new Error(`The erasure ${id} names no person.`);
}
