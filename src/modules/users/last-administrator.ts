import { forbiddenChange } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { isPlatformRole, type Viewer } from '../../core/rights/viewer.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Role, User } from '../../generated/prisma/client.ts';
import { isBarred } from './users.access.ts';
import { homeFeedOf } from './users.changes.ts';

const LAST = sentences('FORBIDDEN_CHANGE', {
  LAST_ADMINISTRATOR: 'No other {role} could sign in any more: make another one first.',
});

/** The roles that can mend a level: their templates keep the rights to do so. */
const MENDERS: readonly Role[] = ['PLATFORM_ADMIN', 'TENANT_ADMIN'];

type Standing = Pick<User, 'role' | 'isActive' | 'status' | 'isServiceAccount'>;

/**
 * Refuses a change that leaves no administrator of a locked user's level who could sign in. Changes of two administrators
 * at the same time wait for each other, so one of them sees the other. The platform may take the last one of a tenant,
 * because its own administrators can make another, and of these the last one stays.
 */
export async function requireAnotherAdministrator(
  { db }: Transaction,
  viewer: Viewer,
  before: User,
  after: Standing | null,
  ...path: string[]
): Promise<void> {
  const { id, role, tenantId, organizationId } = before;
  if (!canMend(before) || (after && after.role === role && canMend(after))) return;
  if (tenantId && isPlatformRole(viewer.role)) return;
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('administrators'), hashtext(${homeFeedOf(before)}))`;
  const others = {
    tenantId,
    organizationId,
    role,
    isActive: true,
    isServiceAccount: false,
    status: { not: 'LOCKED' },
    id: { not: id },
  };
  const other = await db.user.findFirst({ where: others as object, select: { id: true } });
  if (!other) throw forbiddenChange(LAST.LAST_ADMINISTRATOR({ role }), ...path);
}

function canMend(user: Standing): boolean {
  return MENDERS.includes(user.role) && !user.isServiceAccount && !isBarred(user);
}
