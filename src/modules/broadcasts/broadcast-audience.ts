import type { ViewerContext } from '../../core/context.ts';
import { forbiddenChange, invalidInput, notFound } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, type OutputOf } from '../../core/requests/input.ts';
import { choice, idOf, optional } from '../../core/requests/input-fields.ts';
import { asRowId } from '../../core/requests/row-id.ts';
import { reaches, sharesOf } from '../../core/rights/viewer.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Broadcast, Prisma } from '../../generated/prisma/client.ts';
import { customers } from '../customers/customers.access.ts';
import { usersVisibleTo } from '../users/users.access.ts';
import { levelOf } from './broadcasts.access.ts';

export const broadcastAudienceInput = createInput({
  kind: choice('BroadcastAudience', 'The users it addresses'),
  tenantId: optional(
    idOf('Tenant', 'The tenant of TENANT, or the one to whose users with a role ROLE is limited'),
    'for users of a tenant their own',
  ),
  organizationId: optional(
    idOf('Organization', 'The organization of ORGANIZATION, or the one to which ROLE is limited'),
    'for users of an organization their own',
  ),
  customerId: optional(idOf('Customer', 'The customer of CUSTOMER')),
  role: optional(choice('Role', 'The role of ROLE')),
  userId: optional(idOf('User', 'The user of USER')),
});

type Named = OutputOf<typeof broadcastAudienceInput>;

/** The columns of a broadcast that say whom it addresses. */
export type Audience = Pick<
  Broadcast,
  'audience' | 'tenantId' | 'organizationId' | 'audienceRole' | 'customerId' | 'userId'
>;

const AUDIENCE = sentences('INVALID_INPUT', {
  AUDIENCE_FIELD_MISSING: 'An audience {audience} needs "{name}".',
  AUDIENCE_FIELD_UNUSED: 'An audience {audience} takes no "{name}": leave it out.',
  AUDIENCE_OF_ONE_LEVEL: 'An audience is of a tenant or of an organization: name one of them.',
});

const ABOVE = sentences('FORBIDDEN_CHANGE', {
  AUDIENCE_ABOVE_SENDER:
    'You cannot send to an audience {audience}: it is above your level, or of a part of it that you do not address.',
});

type Field = Exclude<keyof Named, 'kind'>;

/** The fields that each kind of audience takes. */
const FIELDS: Readonly<Record<Audience['audience'], readonly Field[]>> = {
  PLATFORM: [],
  ORGANIZATION: ['organizationId'],
  TENANT: ['tenantId'],
  CUSTOMER: ['customerId'],
  ROLE: ['role', 'tenantId', 'organizationId'],
  USER: ['userId'],
};

/** The kinds of audience of each level; those of an organization inform tenants and address no customer and no user. */
const KINDS = {
  PLATFORM: ['PLATFORM', 'ORGANIZATION', 'TENANT', 'CUSTOMER', 'ROLE', 'USER'],
  ORGANIZATION: ['ORGANIZATION', 'TENANT', 'ROLE'],
  TENANT: ['TENANT', 'CUSTOMER', 'ROLE', 'USER'],
} as const satisfies Record<Broadcast['senderLevel'], readonly Audience['audience'][]>;

const NONE = { tenantId: null, organizationId: null, audienceRole: null, customerId: null, userId: null };

/**
 * Finds out whom an audience consists of. Throws UserErrors for fields that its kind does not take or lacks, for a kind
 * above the viewer's level, and for a tenant, an organization, a customer or a user that the viewer does not address, in
 * the same words as for one that does not exist.
 */
export async function audienceOf(
  db: Prisma.TransactionClient,
  ctx: Pick<ViewerContext, 'viewer'>,
  named: Named,
  ...path: string[]
): Promise<Audience> {
  const { kind } = named;
  const given = (Object.keys(named) as (keyof Named)[]).filter(
    (name) => name !== 'kind' && named[name] != null,
  );
  const unused = given.find((name) => !FIELDS[kind].includes(name as Field));
  if (unused)
    throw invalidInput(AUDIENCE.AUDIENCE_FIELD_UNUSED({ audience: kind, name: unused }), ...path, unused);
  requireKind(ctx, kind, ...path);
  return { ...NONE, audience: kind, ...(await FIND[kind](db, ctx, named, path)) };
}

/** Refuses a kind of audience that the viewer's level does not address; throws FORBIDDEN_CHANGE. */
function requireKind(
  { viewer }: Pick<ViewerContext, 'viewer'>,
  kind: Audience['audience'],
  ...path: string[]
): void {
  if ((KINDS[levelOf(viewer)] as readonly string[]).includes(kind)) return;
  throw forbiddenChange(ABOVE.AUDIENCE_ABOVE_SENDER({ audience: kind }), ...path);
}

type Find = (
  db: Prisma.TransactionClient,
  by: Pick<ViewerContext, 'viewer'>,
  named: Named,
  path: readonly string[],
) => Promise<Partial<Audience>>;

const FIND: Readonly<Record<Audience['audience'], Find>> = {
  PLATFORM: async () => ({}),
  ORGANIZATION: async (db, { viewer }, { kind, organizationId }, path) => {
    const meant = organizationId ? asRowId(organizationId) : viewer.organizationId;
    if (!meant) throw missing(kind, 'organizationId', path);
    if (viewer.tenantId !== null || !sharesOf(viewer, meant) || !(await isThere(db, 'organization', meant)))
      throw notFound('Organization', ...path, 'organizationId');
    return { organizationId: meant };
  },
  TENANT: async (db, { viewer }, { kind, tenantId }, path) => {
    const meant = tenantId ? asRowId(tenantId) : viewer.tenantId;
    if (!meant) throw missing(kind, 'tenantId', path);
    if (!reaches(viewer, meant) || !(await isThere(db, 'tenant', meant)))
      throw notFound('Tenant', ...path, 'tenantId');
    return { tenantId: meant };
  },
  CUSTOMER: async (db, { viewer }, { kind, customerId }, path) => {
    if (!customerId) throw missing(kind, 'customerId', path);
    const visible = toPrismaWhere(customers.visibleTo(viewer)) as Prisma.CustomerWhereInput;
    const found = await db.customer.findFirst({ where: { AND: [{ id: asRowId(customerId) }, visible] } });
    if (!found) throw notFound('Customer', ...path, 'customerId');
    return { tenantId: found.tenantId, customerId: found.id };
  },
  ROLE: async (db, by, named, path) => {
    const { kind, role, tenantId, organizationId } = named;
    if (!role) throw missing(kind, 'role', path);
    if (tenantId && organizationId)
      throw invalidInput(AUDIENCE.AUDIENCE_OF_ONE_LEVEL(), ...path, 'organizationId');
    const { viewer } = by;
    if (tenantId || (!organizationId && viewer.tenantId)) {
      return { audienceRole: role, ...(await FIND.TENANT(db, by, named, path)) };
    }
    if (!organizationId && levelOf(viewer) === 'PLATFORM') return { audienceRole: role };
    return { audienceRole: role, ...(await FIND.ORGANIZATION(db, by, named, path)) };
  },
  USER: async (db, { viewer }, { kind, userId }, path) => {
    if (!userId) throw missing(kind, 'userId', path);
    const visible = toPrismaWhere(usersVisibleTo(viewer)) as Prisma.UserWhereInput;
    const found = await db.user.findFirst({
      where: { AND: [{ id: asRowId(userId), erasedAt: null }, visible] },
    });
    if (!found) throw notFound('User', ...path, 'userId');
    const { tenantId, organizationId } = found;
    return { tenantId, organizationId: tenantId === null ? organizationId : null, userId: found.id };
  },
};

function missing(kind: Audience['audience'], name: Field, path: readonly string[]) {
  return invalidInput(AUDIENCE.AUDIENCE_FIELD_MISSING({ audience: kind, name }), ...path, name);
}

async function isThere(
  db: Prisma.TransactionClient,
  of: 'tenant' | 'organization',
  id: string,
): Promise<boolean> {
  const found =
    of === 'tenant'
      ? await db.tenant.count({ where: { id } })
      : await db.organization.count({ where: { id } });
  return found > 0;
}

/** The most users that are counted: beyond it the number says nothing more to a sender. */
export const MAX_PEOPLE = 10_000;

/** The number of users who can sign in and whom an audience addresses, at most MAX_PEOPLE: one statement. */
export async function countPeople(db: Prisma.TransactionClient, audience: Audience): Promise<number> {
  const found = await db.user.findMany({
    where: {
      AND: [
        usersOf(audience),
        { isActive: true, isServiceAccount: false, erasedAt: null, NOT: { status: 'LOCKED' } },
        { OR: [{ tenantId: null }, { tenant: { status: 'ACTIVE' } }] },
      ],
    },
    select: { id: true },
    take: MAX_PEOPLE,
  });
  return found.length;
}

function usersOf({
  audience,
  tenantId,
  organizationId,
  audienceRole,
  customerId,
  userId,
}: Audience): Prisma.UserWhereInput {
  if (audience === 'USER') return { id: userId ?? '' };
  const role: Prisma.UserWhereInput = audienceRole ? { role: audienceRole } : {};
  if (customerId) return { customerId };
  if (tenantId) return { ...role, tenantId };
  if (organizationId) return { ...role, OR: [{ organizationId }, { tenant: { organizationId } }] };
  return role;
}
