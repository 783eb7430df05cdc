import type { FileAccessPolicy } from '../../generated/prisma/client.ts';
import type { Deciding } from './decision.ts';

/** A stored policy, or a draft. */
export type TriedPolicy = Deciding & Pick<FileAccessPolicy, 'conditionCost'>;

/** Returns the stored policy; null for a draft, which has no id. */
export function storedPolicy(policy: TriedPolicy): FileAccessPolicy | null {
  return 'id' in policy ? (policy as FileAccessPolicy) : null;
}
