import type { OutsideSignIn } from '../../../core/rights/identity.ts';
import type { Transaction } from '../../../core/rows/transact.ts';

/**
 * Takes turns with all that binds a subject or ends its sessions, bound or not, until the transaction ends. Returns when
 * its sessions were last ended while no user was bound to it, or when it was unbound; null if they never were.
 */
export async function lockSubject(
  { db }: Transaction,
  { issuer, subject }: Pick<OutsideSignIn, 'issuer' | 'subject'>,
): Promise<Date | null> {
  const key = `outside subject ${JSON.stringify([issuer, subject])}`;
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`;
  const { _max: latest } = await db.outsideLogout.aggregate({
    where: { issuer, subject },
    _max: { issuedAt: true },
  });
  return latest.issuedAt;
}
