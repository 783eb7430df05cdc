import { obeyedSettingsOf } from '../../configuration/layers/obeyed-settings.ts';
import { forbiddenChange } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { isPlatformRole } from '../../core/rights/viewer.ts';
import type { Acting } from '../../core/rows/bulk-action.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Prisma, Role, User } from '../../generated/prisma/client.ts';
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
  { viewer, authentication }: Acting,
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
    ...(await withWayIn(db, tenantId, authentication)),
    NOT: { id: { in: await idsToErase(db, tenantId) } },
  } as const;
  const other = await db.user.findFirst({ where: others, select: { id: true } });
  if (!other) throw forbiddenChange(LAST.LAST_ADMINISTRATOR({ role }), ...path);
}

/** Those who have a way to sign in: a password, or an outside issuer, which knows users by their address. */
async function withWayIn(
  db: Transaction['db'],
  tenantId: string | null,
  { acceptedIssuers }: Acting['authentication'],
): Promise<Prisma.UserWhereInput> {
  const { providers } = (await obeyedSettingsOf(db, tenantId)).signIn;
  const byIssuer = acceptedIssuers.length > 0 && providers.includes('OIDC');
  return byIssuer ? {} : { credential: { isNot: null } };
}

/** The users whose erasure was asked for: each is barred soon. */
async function idsToErase(db: Transaction['db'], tenantId: string | null): Promise<string[]> {
  if (!tenantId) return [];
  const erasures = await db.personErasure.findMany({
    where: { tenantId, status: { not: 'COMPLETED' } },
    select: { userId: true },
  });
  return erasures.flatMap(({ userId }) => userId ?? []);
}

function canMend(user: Standing): boolean {
  return MENDERS.includes(user.role) && !user.isServiceAccount && !isBarred(user);
}
