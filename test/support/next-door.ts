import { grantedPermissions } from '../../src/rooms.ts';
import { aPayment, type Home, someHomes } from './homes.ts';
import type { Installation, TestUser } from './installation.ts';
import { mutate } from './mutate.ts';
import type { Person } from './person.ts';
import type { Ids } from './schema-values.ts';
import { idsOfNobody } from './wall-checker.ts';

// A user with `users:read` sees the members of the customer; the health of the installation counts the work of all its
// users. No other permission shows a neighbour.
const SHOWS_NEIGHBOURS = ['users:read', 'system-health:read'];
const GRANTED: readonly string[] = [
  ...grantedPermissions
    .of('PLATFORM_ADMIN')
    .filter((one) => one.endsWith(':read') && !SHOWS_NEIGHBOURS.includes(one)),
  'properties:write',
  'payments:write',
  'maintenance:write',
];

/** The kinds of residents, and the permissions that each has beside those of its role. */
export const RESIDENTS: [who: string, permissions: readonly string[]][] = [
  ['a resident', []],
  ['a resident with permissions beside its role', GRANTED],
];

/** Two homes of one property. All texts of the second home and its resident carry a canary. */
export interface NextDoor {
  readonly canary: string;
  readonly tenantId: string;
  readonly customerId: string;
  readonly home: Home;
  readonly neighbours: Home;
  /** A user to whom requests can be assigned. */
  readonly assignee: TestUser;
  /** The ids that the resident may name: its own rows, and the rows that both homes share. */
  readonly own: Ids;
  /** The same ids, with the rows of the next home instead of its own. */
  readonly theirs: Ids;
  /** The same ids, with ids of no rows instead of its own. */
  readonly nobodys: Ids;
  /** Every row that belongs to the next home alone. Rows that are created later are added. */
  readonly rowIds: string[];
}

/**
 * Builds the two homes in a tenant of their own, each with a resident, a payment and a maintenance request. The
 * resident of the first home gets `permissions`.
 */
export async function nextDoor(
  installation: Installation,
  permissions: readonly string[],
): Promise<NextDoor> {
  const { root } = installation;
  const canary = `canary-of-next-door-${crypto.randomUUID().slice(0, 8)}`;
  const acme = await installation.aTenant();
  const homes = await someHomes(installation, acme, 'Elm');
  const { customerId, propertyId, units } = homes;
  const [home, neighbours] = units;
  const own = {
    ...idsOfNobody(),
    Organization: acme.organizationId,
    Tenant: acme.id,
    Customer: customerId,
    Property: propertyId,
    User: home.resident.userId,
    Unit: home.id,
    Payment: await aPayment(root, { unitId: home.id, reference: 'own rent' }),
    MaintenanceRequest: await aRequest(home, 'own drip'),
  };
  const { userId: id } = neighbours.resident;
  if (permissions.length > 0) {
    await mutate(root, 'userUpdate', { id: home.resident.userId, input: { permissions } });
  }
  const name = { name: canary, department: canary, company: canary, email: `${canary}@lockstep.test` };
  await mutate(root, 'userUpdate', { id, input: name });
  await mutate(root, 'userAttributesSet', { id, add: [canary] });
  await mutate(root, 'unitUpdate', { id: neighbours.id, input: { label: canary } });
  const theirPayment = await aPayment(root, { unitId: neighbours.id, reference: canary });
  const rows = {
    User: id,
    Unit: neighbours.id,
    Payment: theirPayment,
    MaintenanceRequest: await aRequest(neighbours, canary),
    AuditEntry: await entryOf(root, acme.id, theirPayment),
  };
  const nobodys = idsOfNobody();
  const unknown = Object.fromEntries(Object.keys(rows).map((type) => [type, nobodys[type] ?? '']));
  const cursor = await root.now(acme.id);
  return {
    canary,
    tenantId: acme.id,
    customerId,
    home,
    neighbours,
    assignee: homes.owner,
    own: { ...own, cursor },
    theirs: { ...own, ...rows, cursor },
    nobodys: { ...own, ...unknown, cursor },
    rowIds: Object.values(rows),
  };
}

/** The entry of the audit log for the creation of a row. */
async function entryOf(root: Person, tenantId: string, entityId: string): Promise<string> {
  const { auditLog } = await root.ask(
    `query ($tenantId: ID, $id: ID) {
      auditLog(tenantId: $tenantId, filter: { entityId: { equals: $id } }, last: 1) { nodes { id } } }`,
    { tenantId, id: entityId },
  );
  return auditLog.nodes[0].id;
}

/** Reports a problem of a home as its resident. */
export async function aRequest({ id: unitId, resident }: Home, text: string): Promise<string> {
  const input = { unitId, title: text, description: text };
  const made = await mutate(resident, 'maintenanceRequestCreate', { input }, 'maintenanceRequestId');
  return made.maintenanceRequestId;
}
