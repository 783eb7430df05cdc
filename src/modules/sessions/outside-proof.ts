import type { OutsideSignIn } from '../../core/rights/identity.ts';
import type { SignInProof } from './sign-in-allowed.ts';

/** The end of an outside token is the token's own: its connection watches it. */
export const NEVER = new Date(8.64e15);

/** A token that does not say when its user signed in is of long ago: it lasts where no setting limits that. */
export function outsideProof({
  authenticatedAt,
  hasSecondFactor,
  issuer,
  clientId,
}: OutsideSignIn): SignInProof {
  const since = authenticatedAt ?? new Date(0);
  return {
    provider: 'OIDC',
    factor: hasSecondFactor ? 'OUTSIDE' : null,
    authenticatedAt: since,
    renewedAt: since,
    expiresAt: NEVER,
    issuer: { issuer, clientId },
  };
}
