import { columnNamesOf } from '../../src/core/rows/models.ts';
import { entities } from '../../src/rooms.ts';
import { untilJobsHaveEnded } from '../../test/support/ended-jobs.ts';
import type { Installation } from '../../test/support/installation.ts';
import { mutate } from '../../test/support/mutate.ts';
import type { Person } from '../../test/support/person.ts';
import type { RowSample } from '../../test/support/room-sample.ts';
import { makeRows, placeOf, stirRows } from '../../test/support/sample-rows.ts';
import { rowSamples } from '../../test/support/samples.ts';
import type { Ids } from '../../test/support/schema-values.ts';
import type { Populated } from '../../test/support/two-tenants.ts';
import { type Asker, isMember } from './asker.ts';
import { STIRRED } from './stirred-rows.ts';

/** Rows that some askers must never learn of. */
export interface Realm {
  /** Its name in a report. */
  readonly title: string;
  /** The beginning of its texts, by which a filter could find them. */
  readonly canary: string;
  /** Parts of its texts that are in no other text. */
  readonly texts: readonly string[];
  /** The ids that an attack on it names, those of globex among them. */
  readonly ids: Ids;
  readonly rowIds: readonly string[];
  readonly isHiddenFrom: (asker: Asker) => boolean;
  /** Changes its rows, and makes and deletes others. */
  readonly stir: (by: Person) => Promise<void>;
}

/** The realm of another tenant in another organization. */
export function strangers({ canary, place, ids, rowIds }: Populated): Realm {
  return {
    title: 'another tenant',
    canary,
    texts: [canary],
    ids,
    rowIds,
    isHiddenFrom: () => true,
    stir: (by) => stirRows(by, place, undefined, STIRRED),
  };
}

/** Makes a tenant of the same organization: only the users of the organization see both. */
export function sisters(installation: Installation, { Organization = '', cursor }: Ids): Promise<Realm> {
  return aRealm(installation, {
    title: 'another tenant of the organization',
    canary: canaryOf('sister'),
    shared: { Organization, cursor },
    samples: rowSamples.filter(({ type }) => type !== 'Organization'),
    isHiddenFrom: ({ viewer }) => viewer.organizationId === null,
  });
}

/** Makes another customer of the tenant: the staff sees it, and the users of the first customer do not. */
export function neighbours(installation: Installation, own: Ids): Promise<Realm> {
  const samples = rowSamples.filter(isOfCustomer);
  return aRealm(installation, {
    title: 'another customer',
    canary: canaryOf('neighbour'),
    shared: neededBy(samples, own),
    samples,
    isHiddenFrom: isMember,
  });
}

/** Makes a unit of the same property, with a resident: the other residents of the customer do not see it. */
export function nextUnit(installation: Installation, own: Ids): Promise<Realm> {
  const { Unit: _unit, Payment: _payment, MaintenanceRequest: _request, User: _user, ...others } = own;
  const shared: Ids = { ...others, cursor: own.cursor };
  return aRealm(installation, {
    title: 'the next unit',
    canary: canaryOf('next-unit'),
    shared,
    samples: rowSamples.filter((sample) => isOfCustomer(sample) && !shared[sample.type]),
    // With `users:read` a resident sees the other users of its customer.
    isHiddenFrom: ({ viewer }) => viewer.role === 'RESIDENT' && !viewer.permissions.has('users:read'),
  });
}

/** The password of the administrator that `platformStaff` makes. */
export const STAFF_PASSWORD = 'a password of the staff';

/** Makes an administrator of the platform: tenants do not learn who works there. */
export async function platformStaff({ root }: Installation, own: Ids): Promise<Realm> {
  const canary = canaryOf('staff');
  const { viewer: first } = await root.ask('{ viewer { id email } }');
  const texts = { name: canary, email: `${canary}@lockstep.test`, company: canary };
  const input = { ...texts, role: 'PLATFORM_ADMIN', password: STAFF_PASSWORD };
  const { userId } = await mutate(root, 'userCreate', { input }, 'userId');
  return {
    title: 'the platform',
    canary,
    texts: [canary, first.email],
    ids: { ...own, User: userId },
    rowIds: [userId, first.id],
    isHiddenFrom: () => true,
    stir: async (by) => {
      await mutate(by, 'userUpdate', {
        id: userId,
        input: { department: `${canary}-${crypto.randomUUID()}` },
      });
    },
  };
}

/** The parts in which realms differ. */
interface RealmParts extends Pick<Realm, 'title' | 'canary' | 'isHiddenFrom'> {
  /** The rows of globex that rows of the realm refer to. */
  readonly shared: Ids;
  readonly samples: readonly RowSample[];
}

async function aRealm({ root }: Installation, parts: RealmParts): Promise<Realm> {
  const { title, canary, isHiddenFrom, shared, samples } = parts;
  const ids: Record<string, string> & Ids = { ...shared };
  const place = placeOf(ids, canary);
  const rowIds = await makeRows(root, ids, place, undefined, samples);
  await untilJobsHaveEnded(root, ids.Tenant);
  const stirred = samples.filter((sample) => STIRRED.includes(sample));
  const stir = (by: Person) => stirRows(by, place, undefined, stirred);
  return { title, canary, texts: [canary], ids, rowIds, isHiddenFrom, stir };
}

/** Makes a text that begins the texts of one realm. A slug has room for no more. */
function canaryOf(name: string): string {
  return `canary-of-${name}-${crypto.randomUUID().slice(0, 8)}`;
}

/** The rows to which those of the samples refer, and which the samples do not make. */
function neededBy(samples: readonly RowSample[], { cursor, ...own }: Ids): Ids {
  const made = samples.map(({ type }) => type);
  const needed = new Set<string>();
  const add = (type: string) => {
    if (made.includes(type) || needed.has(type)) return;
    needed.add(type);
    for (const sample of rowSamples) if (sample.type === type) sample.needs?.forEach(add);
  };
  for (const { needs = [] } of samples) needs.forEach(add);
  return { ...Object.fromEntries(Object.entries(own).filter(([type]) => needed.has(type))), cursor };
}

/** Says whether the rows of a sample belong to a customer. */
function isOfCustomer({ type, create }: RowSample): boolean {
  const entity = entities.get(type);
  if (!entity || !create) return false;
  return type === 'Customer' || columnNamesOf(entity.name).includes('customerId');
}
