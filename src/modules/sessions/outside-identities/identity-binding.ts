import type { Origin } from '../../../changes/recording.ts';
import type { Transactions } from '../../../changes/transactions.ts';
import { obeyedSettingsOf } from '../../../configuration/layers/obeyed-settings.ts';
import type { Clock } from '../../../core/process/clock.ts';
import type { Log } from '../../../core/process/log.ts';
import { UserErrors } from '../../../core/requests/errors.ts';
import { linkedActor, systemActor } from '../../../core/rows/actor.ts';
import type { Transaction } from '../../../core/rows/transact.ts';
import { violatedIndex } from '../../../db/unique-violation.ts';
import type { User } from '../../../generated/prisma/client.ts';
import { homeFeedOf, userEntity } from '../../users/users.changes.ts';
import { type ActingUser, mayAct, WITH_REACH } from '../acting-user.ts';
import type { OutsideClaims, OutsideIssuer } from '../outside-issuer.ts';
import { outsideProof } from '../outside-proof.ts';
import { outsideIdentityEntity } from '../sessions.changes.ts';
import { signInRefusal } from '../sign-in-allowed.ts';
import { hashOfSubject, noteBoundSubject, wasBound } from './bound-subjects.ts';
import { lockSubject } from './locked-subject.ts';
import { type FirstUse, provisionedUser } from './provisioned-user.ts';
import { voidProofsOfMaker } from './void-proofs.ts';

// Invariants of outside identities: a subject of an issuer is bound to one user, and a user to one subject of an issuer; a
// binding comes from a verified address or from the user's id, and no address counts after it; it is made only by a token
// that the settings of sign-in accept; of two first tokens one makes it. A token counts until a sign-out of its session, or
// of its subject if it was issued before.

/** The dependencies of binding a subject to a user. */
export interface BindingParts {
  readonly transactions: Pick<Transactions, 'of'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The key of the hashes of subjects. */
  readonly subjectKey: Buffer;
}

/** The user to bind: found by its id or its address, or to be made for a tenant. */
export type Candidate =
  | { readonly by: 'ID' | 'ADDRESS'; readonly userId: string }
  | { readonly by: 'RULE'; readonly slug: string };

const ORIGIN: Origin = { actor: systemActor('outside sign-in'), requestId: null, ip: null };

/** Binds the subject of a token to a user, and returns the user's id; null if it may not be bound. */
export async function bindIdentity(
  { transactions, clock, log, subjectKey }: BindingParts,
  issuer: OutsideIssuer,
  claims: OutsideClaims,
  candidate: Candidate,
): Promise<string | null> {
  const hash = hashOfSubject(subjectKey, claims.signIn);
  const work = (tx: Transaction) => bindIn(tx, { issuer, claims, now: clock.now() }, { candidate, hash });
  // A transaction that made the same user at the same moment has won: this one finds its user now.
  const { value } = await transactions
    .of(ORIGIN)(work)
    .catch((error) => {
      if (error instanceof UserErrors || violatedIndex(error) !== undefined)
        return transactions.of(ORIGIN)((tx) => boundAlready(tx, claims));
      throw error;
    });
  const fields = { userId: value.userId, issuer: issuer.name };
  if (value.isNew) log.info(fields, 'outside identity bound');
  if (value.isTaken) log.warn(fields, 'outside identity refused: the user has another one');
  return value.isTaken ? null : value.userId;
}

interface BindingResult {
  readonly userId: string | null;
  readonly isNew?: boolean;
  /** Whether the user is bound to another subject. */
  readonly isTaken?: boolean;
}

interface SubjectToBind {
  readonly candidate: Candidate;
  readonly hash: string;
}

async function bindIn(
  tx: Transaction,
  use: FirstUse,
  { candidate, hash }: SubjectToBind,
): Promise<BindingResult> {
  const { claims } = use;
  const signedOutAt = await lockSubject(tx, claims.signIn);
  const already = await boundAlready(tx, claims);
  if (already.userId) return already;
  const isMade = candidate.by === 'RULE';
  if (isMade && (await wasBound(tx, hash))) return { userId: null };
  const user = isMade ? await provisionedUser(tx, use, candidate.slug) : await userToBind(tx, use, candidate);
  if (!user) return { userId: null };
  const { issuer: name, subject } = claims.signIn;
  const other = await tx.db.outsideIdentity.findFirst({ where: { issuer: name, userId: user.id } });
  if (other) return { userId: user.id, isTaken: true };
  tx.actAs(linkedActor(user));
  if (candidate.by === 'ADDRESS') await voidProofsOfMaker(tx, user);
  const data = { issuer: name, subject, userId: user.id, signedOutAt };
  const identity = await tx.db.outsideIdentity.create({ data });
  await noteBoundSubject(tx.db, hash);
  tx.created(outsideIdentityEntity, { ...identity, feed: homeFeedOf(user) });
  return { userId: user.id, isNew: true };
}

async function boundAlready({ db }: Transaction, { signIn }: OutsideClaims): Promise<BindingResult> {
  const { issuer, subject } = signIn;
  const found = await db.outsideIdentity.findFirst({ where: { issuer, subject }, select: { userId: true } });
  return { userId: found?.userId ?? null };
}

/** Locks and reads the user, who may have changed since it was found; null if it may not be bound any more. */
async function userToBind(
  tx: Transaction,
  { issuer, claims: { verifiedEmail, signIn }, now }: FirstUse,
  { by, userId }: Candidate & { readonly userId: string },
): Promise<User | null> {
  await tx.lock(userEntity, userId);
  const found = await tx.db.user.findUnique({
    where: { id: userId },
    include: { ...WITH_REACH, tenant: true },
  });
  if (!found || found.isServiceAccount || !mayAct(found)) return null;
  if (by === 'ADDRESS' && !(found.email === verifiedEmail && isOfDomain(issuer, found))) return null;
  const rules = (await obeyedSettingsOf(tx.db, found.tenantId)).signIn;
  if (signInRefusal(outsideProof(signIn), rules, now)) return null;
  const { tenant: _tenant, organization: _organization, ...user } = found;
  return user;
}

/** An issuer with domains vouches for the users of the tenants of these, and no others: it could name any address. */
function isOfDomain(
  issuer: OutsideIssuer,
  { email, tenant }: ActingUser & { readonly tenant: { readonly slug: string } | null },
): boolean {
  return issuer.namesUsers || issuer.tenantOf(email) === tenant?.slug;
}
