import { z } from 'zod';
import type { PrismaClient } from '../../../generated/prisma/client.ts';
import type { OutsideClaims, OutsideIssuer } from '../outside-issuer.ts';
import { hashOfSubject, noteBoundSubject } from './bound-subjects.ts';
import { type BindingParts, bindIdentity } from './identity-binding.ts';

/** The dependencies of finding the user of an outside token. */
export interface BoundUserParts extends BindingParts {
  readonly prisma: PrismaClient;
}

/**
 * Finds the user of an outside token. The first token with a verified address binds its subject to the user with this
 * address; from then on the address does not count, because the issuer may give it to another person. Of an issuer that
 * vouches for every address, a subject that is the id of a user is bound to that user. Null for a subject without a user.
 */
export async function userOfOutside(
  parts: BoundUserParts,
  issuer: OutsideIssuer,
  claims: OutsideClaims,
): Promise<string | null> {
  const { prisma, subjectKey } = parts;
  const { sid } = claims.signIn;
  const hash = hashOfSubject(subjectKey, claims.signIn);
  const known = await bound(prisma, claims, hash);
  // A node of the version before has bound it.
  if (known && !known.isNoted) await noteBoundSubject(prisma, hash);
  const userId = known?.userId ?? (await bindFirst(parts, issuer, claims));
  if (userId && sid !== null && !known?.isSessionKnown) await noteSession(prisma, claims);
  return userId;
}

/** The user to whom a subject is bound, and whether the session of the token was used here before. */
interface KnownSubject {
  readonly userId: string;
  readonly isNoted: boolean;
  readonly isSessionKnown: boolean;
}

async function bound(
  prisma: PrismaClient,
  { signIn: { issuer, subject, sid } }: OutsideClaims,
  hash: string,
): Promise<KnownSubject | undefined> {
  const [found] = await prisma.$queryRaw<KnownSubject[]>`
    SELECT identity.user_id AS "userId", session.user_id IS NOT NULL AS "isSessionKnown",
      EXISTS (SELECT FROM bound_subject WHERE hash = ${hash}) AS "isNoted"
    FROM outside_identity AS identity
    LEFT JOIN outside_session AS session ON session.issuer = identity.issuer AND session.sid = ${sid ?? ''}
    WHERE identity.issuer = ${issuer} AND identity.subject = ${subject}`;
  return found;
}

/** Looks for a user before a transaction begins, which a token of a stranger gets none of. */
async function bindFirst(
  parts: BoundUserParts,
  issuer: OutsideIssuer,
  claims: OutsideClaims,
): Promise<string | null> {
  const { prisma } = parts;
  const { subject, verifiedEmail } = claims;
  const isId = issuer.namesUsers && z.uuid().safeParse(subject).success;
  const byId = isId ? await prisma.user.findFirst({ where: { id: subject }, select: { id: true } }) : null;
  if (byId) return bindIdentity(parts, issuer, claims, { by: 'ID', userId: byId.id });
  if (!verifiedEmail || !issuer.vouchesFor(verifiedEmail)) return null;
  const byAddress = await prisma.user.findFirst({ where: { email: verifiedEmail }, select: { id: true } });
  if (byAddress) return bindIdentity(parts, issuer, claims, { by: 'ADDRESS', userId: byAddress.id });
  const slug = issuer.tenantOf(verifiedEmail);
  return slug === undefined ? null : bindIdentity(parts, issuer, claims, { by: 'RULE', slug });
}

/** A user that is deleted meanwhile is locked out of the statement, and has no session. */
async function noteSession(
  prisma: PrismaClient,
  { signIn: { issuer, subject, sid } }: OutsideClaims,
): Promise<void> {
  await prisma.$executeRaw`
    INSERT INTO outside_session (issuer, sid, user_id)
    SELECT identity.issuer, ${sid}, person.id
    FROM outside_identity AS identity JOIN "user" AS person ON person.id = identity.user_id
    WHERE identity.issuer = ${issuer} AND identity.subject = ${subject}
    FOR KEY SHARE OF person
    ON CONFLICT (issuer, sid) DO UPDATE SET user_id = excluded.user_id WHERE outside_session.user_id IS NULL`;
}
