import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import type { Entity, RightsChange } from '../../core/rows/change.ts';
import type { PartialView } from '../../core/rows/partial-view.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import { isObeyed } from '../catalogue/catalogue.ts';

/** The part of a layer that users see who may not read all of the configuration. */
export const memberView: PartialView<Configuration> = {
  version: 'memberVersion',
  updatedAt: 'updatedAt',
  hidden: ['paths', 'changes', 'grants'],
};

/** The change-log entity of layers. Their settings are in ledgers, which are no entities: an image holds no value. */
export const configurationEntity: Entity<Configuration> = {
  name: 'Configuration',
  feeds: ({ tenantId }) => [tenantId ?? PLATFORM_FEED],
  rights: rightsAltered,
  views: [memberView],
};

/**
 * A version that wrote a path which the server obeys, or that asks users to sign in again, alters what the users of the
 * tenant may do; one of a layer above tenants what all users may do, because its locks and floors act immediately. A
 * layer that is deleted goes with its tenant or user.
 */
function rightsAltered(before: Configuration | null, after: Configuration | null): RightsChange | null {
  if (!after || after.userId) return null;
  if (!after.paths.some(isObeyed) && !asksToSignInAgain(before, after)) return null;
  return after.tenantId ? { tenant: after.tenantId } : { everyone: true };
}

/** Tells whether a version asks the users on whom the layer acts to sign in again. Older images do not have the column. */
export function asksToSignInAgain(before: Configuration | null, after: Configuration): boolean {
  const now = after.reauthenticateSince?.getTime();
  return now !== undefined && now !== before?.reauthenticateSince?.getTime();
}
