import { invalidInput } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { PersonKind } from '../../core/rows/personal-columns.ts';

/** A person by its id. */
export interface NamedPerson {
  readonly kind: PersonKind;
  readonly id: string;
}

const PERSON = sentences('INVALID_INPUT', {
  ONE_PERSON: 'Name either a customer or a user.',
});

/** The person whom an input names; throws UserErrors unless it names exactly one. */
export function namedPerson({
  customerId,
  userId,
}: {
  readonly customerId?: string | null | undefined;
  readonly userId?: string | null | undefined;
}): NamedPerson {
  if (customerId && userId) throw invalidInput(PERSON.ONE_PERSON(), 'input', 'userId');
  if (customerId) return { kind: 'customer', id: customerId };
  if (userId) return { kind: 'user', id: userId };
  throw invalidInput(PERSON.ONE_PERSON(), 'input', 'customerId');
}
