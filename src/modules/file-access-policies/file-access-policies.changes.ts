import type { Entity } from '../../core/rows/change.ts';
import type { FileAccessPolicy } from '../../generated/prisma/client.ts';

/** Replaces the name of an attribute if a condition computes names, so that it may read any attribute. */
export const ANY_ATTRIBUTE = '*';

/** The change-log entity of file-access policies. */
export const fileAccessPolicyEntity: Entity<FileAccessPolicy> = {
  name: 'FileAccessPolicy',
  noun: 'file-access policy',
  feeds: ({ tenantId }) => [tenantId],
};
