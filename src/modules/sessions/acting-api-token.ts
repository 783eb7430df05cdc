import type { Asking } from '../../core/rights/identity.ts';
import { grantedPermissions, type Permission } from '../../core/rights/permissions.ts';
import type { ViewerApiToken } from '../../core/rights/viewer.ts';
import { isInNetworks } from '../../lib/in-networks.ts';
import type { ApiTokenState } from './read-acting-users.ts';

/** An API token by which a user may act, and the time from which its secret is refused. */
interface ActingApiToken {
  readonly apiToken: ViewerApiToken;
  readonly endsAt: Date;
}

/**
 * The API token as its viewer has it; null if it has expired, was given a new secret too long ago, or is not accepted from
 * where the client is.
 */
export function actingApiToken(
  token: ApiTokenState,
  { secretNumber, ip = null }: Asking,
  now: Date,
): ActingApiToken | null {
  const { id, name, networks } = token;
  const endsAt = endOfSecret(token, secretNumber);
  if (!endsAt || endsAt <= now) return null;
  if (networks.length > 0 && !isInNetworks(ip, networks)) return null;
  const permissions = new Set(
    token.permissions.filter((one): one is Permission => grantedPermissions.has(one)),
  );
  return { apiToken: { id, name, permissions }, endsAt };
}

/** The end of one of a token's secrets; null for one before the last rotation but one. */
function endOfSecret(
  { generation, expiresAt, previousEndsAt }: ApiTokenState,
  number: number = generation,
): Date | null {
  if (number === generation) return expiresAt;
  if (number !== generation - 1 || !previousEndsAt) return null;
  return previousEndsAt < expiresAt ? previousEndsAt : expiresAt;
}
