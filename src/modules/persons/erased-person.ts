import type { PersonErasure } from '../../generated/prisma/client.ts';
import type { NamedPerson } from './named-person.ts';

/** Names the person whom an erasure is about. */
export function personOf({ id, customerId, userId }: PersonErasure): NamedPerson {
  if (customerId) return { kind: 'customer', id: customerId };
  if (userId) return { kind: 'user', id: userId };
  throw new Error(`The erasure ${id} names no person.`);
}
