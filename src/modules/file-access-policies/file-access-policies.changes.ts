import type { Entity } from '../../core/change.ts';
import type { FileAccessPolicy } from '../../generated/prisma/client.ts';

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
