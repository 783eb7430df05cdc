import type { KnownPath } from '../../../configuration/catalogue/catalogue.ts';
import { type LayersAt, NO_LAYERS } from '../../../configuration/layers/document.ts';
import { releasingAbove } from '../../../configuration/layers/held-paths.ts';
import {
  type Adopted,
  everyTypeAt,
  type Holds,
  inheritedIn,
} from '../../../configuration/layers/inherited.ts';
import { currentLayers, type LockedLayer, PLATFORM_LAYER } from '../../../configuration/layers/layers.ts';
import {
  ABOVE_TENANTS,
  type Grouping,
  type TenantGroup,
  tenantGroups,
  type UsersOfGroup,
  userGroups,
  usersAboveTenants,
  usersOfGroups,
} from '../../../configuration/layers/tenant-groups.ts';
import { RequestError } from '../../../core/requests/errors.ts';
import { sentences } from '../../../core/requests/fault.ts';
import type { Configuration } from '../../../generated/prisma/client.ts';
import { newestOf } from '../adoption.ts';
import type { Reading } from '../layers-above.ts';
import type { LedgerWithChanges } from './ledger-with-changes.ts';

const SIZE = sentences('QUERY_TOO_COMPLEX', {
  TOO_MANY_COMBINATIONS:
    'What the tenants and users below have set and adopted is in more than {max} combinations: name fewer paths at a time.',
});

/** The most groups of tenants of a preview, and of users. */
const MAX_GROUPS = 10_000;

/**
 * The kinds of an audience: tenants with all their users who have set nothing of the paths themselves; users of tenants who
 * have; users who belong to no tenant.
 */
export type AudienceKind = 'TENANTS' | 'USERS_WITH_SETTINGS' | 'USERS_ABOVE_TENANTS';

/** Tenants or users on whom the same acts, before a write and after it. */
export interface Audience {
  readonly kind: AudienceKind;
  /** The key of the group of tenants, or of the users above them. */
  readonly key: string;
  readonly before: LayersAt;
  /** Without the holds of open conflicts, which are decided again. */
  readonly after: LayersAt;
  readonly disputed: readonly string[];
  readonly proposed: readonly string[];
  /** The tenants; none for users that are looked at on their own. */
  readonly tenants: Pick<TenantGroup, 'count' | 'tenantIds' | 'businessTypeId'> | null;
  /** The users who have set nothing of the paths themselves, or all of whom have set the same. */
  readonly users: number;
  /** All users of the tenants by role, also those that have set something themselves. */
  readonly roles: readonly UsersOfGroup[];
}

const NO_CONFLICTS = { disputed: [], proposed: [] };

/** A question about a write. */
export interface Question {
  readonly layer: LockedLayer;
  readonly paths: readonly KnownPath[];
  readonly ledger: LedgerWithChanges;
  /** Whether there is an answer about any number of groups. */
  readonly isUnbounded: boolean;
}

/**
 * Finds on whom a write of a layer acts, in a number of statements that does not grow with the tenants. After it every
 * tenant below a layer of the platform or of a business type has adopted what is newest above it. Throws QUERY_TOO_COMPLEX
 * if they are in too many groups.
 */
export async function audiencesOf(tx: Reading, question: Question): Promise<readonly Audience[]> {
  const { scope, tenantId, userId } = question.layer.row;
  if (scope !== 'USER') return tenantsBelow(tx, question);
  if (!tenantId || !userId) return [];
  const before = await currentLayers(tx.db, tenantId, userId);
  const after = { ...before, user: question.ledger.next };
  const kind = 'USERS_WITH_SETTINGS';
  return [{ kind, key: userId, before, after, ...NO_CONFLICTS, tenants: null, users: 1, roles: [] }];
}

async function tenantsBelow({ db }: Reading, question: Question): Promise<Audience[]> {
  const { layer, paths, isUnbounded } = question;
  const { row } = layer;
  const max = isUnbounded ? null : MAX_GROUPS + 1;
  const grouping: Grouping = { below: row, paths, max };
  const platform = (await db.configuration.findFirst({ where: PLATFORM_LAYER })) ?? undefined;
  const tenants = await tenantGroups(db, grouping);
  const roles = await usersOfGroups(
    db,
    grouping,
    paths.some(({ type }) => type === 'PERMISSIONS'),
  );
  const isForUsers = paths.some(({ settableAt }) => settableAt.includes('USER'));
  const users = isForUsers ? await userGroups(db, grouping) : [];
  for (const groups of [tenants, roles, users]) requireFew(groups, max);
  const audiences = new Map(tenants.map((group) => [group.key, audienceOf(group, platform, question)]));
  const rolesOf = byKey(roles);
  const usersOf = byKey(users);
  return [
    ...[...audiences].map(([key, audience]) => {
      const all = rolesOf.get(key) ?? [];
      return { ...audience, roles: all, users: sum(all) - sum(usersOf.get(key) ?? []) };
    }),
    ...users.flatMap(({ key, layer: user, count }) => {
      const of = audiences.get(key);
      if (!of) return [];
      const before = { ...of.before, user };
      const after = { ...of.after, user };
      const kind = 'USERS_WITH_SETTINGS' as const;
      return [{ ...of, kind, before, after, tenants: null, users: count, roles: [] }];
    }),
    ...(row.scope === 'PLATFORM' ? [await aboveTenants({ db }, platform, question)] : []),
  ];
}

/** The layers of a group of tenants before a write and after it, when they have adopted it. */
function audienceOf(
  { key, count, tenantIds, businessTypeId, disputed, proposed, ...group }: TenantGroup,
  platform: Configuration | undefined,
  { layer: { row }, ledger: { next } }: Question,
): Omit<Audience, 'users' | 'roles'> {
  const known = inheritedIn(group.inherited);
  const businessType = group.businessType ?? undefined;
  const tenant = group.tenant ?? undefined;
  const before: LayersAt = {
    platform,
    businessType,
    adopted: known.adopted as Adopted,
    holds: known.holds as Holds,
    tenant,
  };
  const tenants = { count, tenantIds, businessTypeId };
  const own = tenant ?? { id: '', version: 0 };
  const freed = (holds: Holds) => releasingAbove(holds, own.id, disputed);
  const audience = { kind: 'TENANTS', key, before, disputed, proposed, tenants } as const;
  if (row.scope === 'TENANT') {
    return { ...audience, after: { ...before, holds: freed(before.holds), tenant: next } };
  }
  const above = {
    platform: row.scope === 'PLATFORM' ? next : platform,
    businessType: row.scope === 'BUSINESS_TYPE' ? next : businessType,
  };
  const { adopted, holds } = newestOf(own, known, above.platform ?? null, above.businessType ?? null);
  const after = { ...above, adopted: adopted as Adopted, holds: freed(holds as Holds), tenant };
  return { ...audience, after };
}

/** The users that belong to no tenant: the newest version of the platform acts on them. */
async function aboveTenants(
  { db }: Reading,
  platform: Configuration | undefined,
  { ledger: { next } }: Question,
): Promise<Audience> {
  const at = (layer: typeof next) => ({
    ...NO_LAYERS,
    platform: layer,
    adopted: { [layer.id]: everyTypeAt(layer.version) },
  });
  const users = await usersAboveTenants(db);
  const before = platform ? at(platform) : NO_LAYERS;
  return {
    kind: 'USERS_ABOVE_TENANTS',
    key: ABOVE_TENANTS,
    before,
    after: at(next),
    ...NO_CONFLICTS,
    tenants: null,
    users,
    roles: [],
  };
}

function requireFew(groups: readonly unknown[], max: number | null): void {
  if (max === null || groups.length < max) return;
  throw new RequestError(SIZE.TOO_MANY_COMBINATIONS({ max: max - 1 }));
}

function byKey<Group extends { readonly key: string }>(
  groups: readonly Group[],
): ReadonlyMap<string, Group[]> {
  const found = new Map<string, Group[]>();
  for (const group of groups) found.set(group.key, [...(found.get(group.key) ?? []), group]);
  return found;
}

function sum(groups: readonly { readonly count: number }[]): number {
  return groups.reduce((total, { count }) => total + count, 0);
}
