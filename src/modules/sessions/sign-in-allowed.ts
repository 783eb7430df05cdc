import type { SignInRules } from '../../configuration/layers/sign-in-rules.ts';
import type { Session, SessionRenewal, SignInFactor } from '../../generated/prisma/client.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The proof by which a user signed in: its way and its time. */
export interface SignInProof extends Pick<Session, 'provider' | 'authenticatedAt'> {
  /** The second factor that was proved, here or where the token comes from. Null: none. */
  readonly factor: SignInFactor | 'OUTSIDE' | null;
  readonly renewedAt: SessionRenewal['renewedAt'];
  /** The end that was decided before; no rule makes it later. */
  readonly expiresAt: Date;
  /** Of an outside token: its issuer, and the client that it was issued to. */
  readonly issuer?: { readonly issuer: string; readonly clientId: string } | undefined;
}

/** The reason for which a proof is none under some rules. */
export type SignInRefusal =
  | 'ENDED'
  | 'PROVIDER_NOT_ALLOWED'
  | 'FACTOR_REQUIRED'
  | 'REAUTHENTICATION_REQUIRED';

/** The end of what a sign-in opened: the earliest of its stored end and of those that the rules set. */
export function endOfSignIn(proof: SignInProof, { maxHours, idleMinutes }: SignInRules): Date {
  const { expiresAt, authenticatedAt, renewedAt } = proof;
  const byLength =
    maxHours === null ? Number.POSITIVE_INFINITY : authenticatedAt.getTime() + maxHours * HOUR_MS;
  const byIdling =
    idleMinutes === null ? Number.POSITIVE_INFINITY : renewedAt.getTime() + idleMinutes * MINUTE_MS;
  return new Date(Math.min(expiresAt.getTime(), byLength, byIdling));
}

/**
 * Decides whether a proof allows a user to act under the rules of this moment; null if it does. Every way to a usable
 * token and every request asks here, so no way can be laxer than another.
 */
export function signInRefusal(proof: SignInProof, rules: SignInRules, now: Date): SignInRefusal | null {
  if (!isProviderAllowed(proof, rules)) return 'PROVIDER_NOT_ALLOWED';
  if (rules.isFactorRequired && proof.factor === null) return 'FACTOR_REQUIRED';
  if (rules.since && proof.authenticatedAt < rules.since) return 'REAUTHENTICATION_REQUIRED';
  return endOfSignIn(proof, rules) > now ? null : 'ENDED';
}

function isProviderAllowed({ provider, issuer }: SignInProof, { providers, oidc }: SignInRules): boolean {
  if (!providers.includes(provider)) return false;
  if (!issuer || !oidc) return true;
  return issuer.issuer === oidc.issuer && issuer.clientId === oidc.clientId;
}
