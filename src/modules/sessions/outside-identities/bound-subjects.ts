import { createHmac } from 'node:crypto';
import type { OutsideSignIn } from '../../../core/rights/identity.ts';
import type { Prisma } from '../../../generated/prisma/client.ts';

// Invariant: a subject that was bound once has no user made for it by a token, so that none brings back a person who was
// deleted or erased. An administrator admits the person by making the user, or by inviting it.

type Subject = Pick<OutsideSignIn, 'issuer' | 'subject'>;

/** The keyed hash of a subject: it outlasts the person, and names it to no reader of the database. */
export function hashOfSubject(key: Buffer, { issuer, subject }: Subject): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([issuer, subject]))
    .digest('base64url');
}

/** Notes for ever that a subject is bound. */
export async function noteBoundSubject(
  db: Pick<Prisma.TransactionClient, '$executeRaw'>,
  hash: string,
): Promise<void> {
  await db.$executeRaw`INSERT INTO bound_subject (hash) VALUES (${hash}) ON CONFLICT DO NOTHING`;
}

/** Whether a subject was bound before. */
export async function wasBound(
  { db }: { readonly db: Prisma.TransactionClient },
  hash: string,
): Promise<boolean> {
  return (await db.boundSubject.count({ where: { hash } })) > 0;
}
