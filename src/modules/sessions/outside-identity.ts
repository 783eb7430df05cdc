import { z } from 'zod';
import type { Log } from '../../core/process/log.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { OutsideClaims } from './outside-issuer.ts';

interface Parts {
  readonly prisma: PrismaClient;
  readonly log: Log;
}

/**
 * Finds the user of an outside token. The first token with a verified address binds its subject to the user with this
 * address; from then on the address does not count, because the issuer may give it to another person. A subject that is
 * the id of a user needs no binding. Null for a subject without a user.
 */
export async function userOfOutside(
  parts: Parts,
  issuer: string,
  claims: OutsideClaims,
): Promise<string | null> {
  const { subject, verifiedEmail } = claims;
  const { prisma } = parts;
  const bound = await boundUser(prisma, issuer, subject);
  if (bound) return bound;
  if (z.uuid().safeParse(subject).success) {
    const user = await prisma.user.findFirst({ where: { id: subject }, select: { id: true } });
    if (user) return user.id;
  }
  return verifiedEmail ? bind(parts, issuer, { subject, verifiedEmail }) : null;
}

async function bind(
  { prisma, log }: Parts,
  issuer: string,
  { subject, verifiedEmail }: { readonly subject: string; readonly verifiedEmail: string },
): Promise<string | null> {
  const user = await prisma.user.findFirst({
    where: { email: verifiedEmail, isServiceAccount: false },
    select: { id: true },
  });
  if (!user) return null;
  // Of two subjects with one address the first wins; of two requests of one subject both find the same row. The address is
  // read again under a lock: an erasure of the user either removes the binding or has taken the address away.
  const count = await prisma.$executeRaw`
    INSERT INTO outside_identity (issuer, subject, user_id)
    SELECT ${issuer}, ${subject}, id FROM "user" WHERE email = ${verifiedEmail} FOR SHARE
    ON CONFLICT DO NOTHING`;
  const bound = await boundUser(prisma, issuer, subject);
  if (count > 0) log.info({ userId: user.id, issuer }, 'outside identity bound');
  else if (!bound)
    log.warn({ userId: user.id, issuer }, 'outside identity refused: the user has another one');
  return bound;
}

async function boundUser(prisma: PrismaClient, issuer: string, subject: string): Promise<string | null> {
  const bound = await prisma.outsideIdentity.findFirst({
    where: { issuer, subject },
    select: { userId: true },
  });
  return bound?.userId ?? null;
}
