import { requireNotErased } from '../../core/rows/erased-person.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Consent } from '../../generated/prisma/client.ts';

/** Refuses a subject who was erased; throws INVALID_STATE. It waits for an erasure that is at work on the subject. */
export async function requirePresent(
  { db }: Transaction,
  { customerId, memberId }: Pick<Consent, 'customerId' | 'memberId'>,
): Promise<void> {
  const [subject] = memberId
    ? await db.$queryRaw<object[]>`
        SELECT erased_at AS "erasedAt" FROM "user" WHERE id = ${memberId}::uuid FOR SHARE`
    : await db.$queryRaw<object[]>`
        SELECT erased_at AS "erasedAt" FROM customer WHERE id = ${customerId}::uuid FOR SHARE`;
  if (subject) requireNotErased(subject);
}
