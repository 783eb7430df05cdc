import type { Entity } from '../../core/rows/change.ts';
import type { FileAccessPolicy } from '../../generated/prisma/client.ts';

/** Stands among the names of attributes where a condition makes up names, so that it may ask for any. */
export const ANY_ATTRIBUTE = '*';

/** How a file-access policy enters the change log. */
export const fileAccessPolicyEntity: Entity<FileAccessPolicy> = {
  name: 'FileAccessPolicy',
  noun: 'file-access policy',
  feeds: ({ tenantId }) => [tenantId],
};
