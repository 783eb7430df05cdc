import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { staffMay } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { WritableRows } from '../../core/rows/rows.ts';
import { staffRows } from '../../core/rows/visibility.ts';
import type { Webhook } from '../../generated/prisma/client.ts';
import { webhookEntity } from './webhooks.changes.ts';

export const permissions = {
  /** Reads the webhooks of a tenant with their deliveries. */
  'webhooks:read': READERS,
  /** Makes webhooks, and stops those of others. */
  'webhooks:write': [...ADMINS, 'ORGANIZATION_ADMIN'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Staff see the webhooks of the tenants in their reach. */
export const webhooks: WritableRows<Webhook> = {
  ...staffRows(webhookEntity, 'webhooks:read', 'webhooks:write'),
  rule: staffMay('webhooks:read'),
  writeRule: staffMay('webhooks:write'),
};

/**
 * Tells whether a viewer has made a webhook. In a session a user is the maker of what its API tokens have made, too; a
 * token is that of its own alone, as a webhook would lend it the rights of another.
 */
export function isMaker({ userId, apiToken }: Viewer, { makerId, apiTokenId }: Maker): boolean {
  return userId === makerId && (apiToken === null || apiToken.id === apiTokenId);
}

type Maker = Pick<Webhook, 'makerId' | 'apiTokenId'>;
