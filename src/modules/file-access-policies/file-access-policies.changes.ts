import type { Entity } from '../../core/change.ts';
import type { FileAccessPolicy } from '../../generated/prisma/client.ts';

/** Stands among the names of attributes where a condition makes up names, so that it may ask for any. */
export const ANY_ATTRIBUTE = '*';

/** How a file-access policy enters the change log. */
export const fileAccessPolicyEntity: Entity<FileAccessPolicy> = {
  name: 'FileAccessPolicy',
  table: 'file_access_policy',
  columns: [
    'id',
    'tenantId',
    'name',
    'filePattern',
    'condition',
    'attributeNames',
    'conditionCost',
    'effect',
    'isEnabled',
    'version',
    'createdAt',
    'updatedAt',
  ],
  times: ['createdAt', 'updatedAt'],
  feeds: ({ tenantId }) => [tenantId],
  concerns: () => ({}),
};
