import { grantedPermissions } from '../../src/rooms.ts';
import { aPayment, type Home, someHomes } from './homes.ts';
import type { Installation, TestUser } from './installation.ts';
import { mutate } from './mutate.ts';
import type { Person } from './person.ts';
import type { Ids } from './schema-values.ts';
import { idsOfNobody } from './wall-checker.ts';

// Whoever is let read users is shown the members of the customer. All else that can be granted shows no neighbour.
const GRANTED: readonly string[] = [
  ...grantedPermissions.of('PLATFORM_ADMIN').filter((one) => one.endsWith(':read') && one !== 'users:read'),
  'properties:write',
  'payments:write',
  'maintenance:write',
];

/** The kinds of residents there are, and what each may do beside what its role grants. */
export const RESIDENTS: [who: string, permissions: readonly string[]][] = [
  ['a resident', []],
  ['a resident with permissions beside its role', GRANTED],
];

/** Two homes of one property. Everything of the second, and of whoever lives there, carries a canary. */
export interface NextDoor {
  readonly canary: string;
  readonly tenantId: string;
  readonly customerId: string;
  readonly home: Home;
  readonly neighbours: Home;
  /** Somebody who may be assigned what is reported. */
  readonly assignee: TestUser;
  /** What the resident may name as its own, and what both share. */
  readonly own: Ids;
  /** The same, with the next home's rows in the places of its own ones. */
  readonly theirs: Ids;
  /** The same, with ids of no rows in those places. */
  readonly nobodys: Ids;
  /** Every row that is the next home's alone, also those that are made later on. */
  readonly rowIds: string[];
}

/**
 * Builds the two homes in a tenant of their own, each with a resident, a payment and a maintenance request. The
 * resident of the first is given `permissions`.
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

/** The entry of the audit log that tells of a row's beginning. */
async function entryOf(root: Person, tenantId: string, entityId: string): Promise<string> {
  const { auditLog } = await root.ask(
    `query ($tenantId: ID, $id: ID) {
      auditLog(tenantId: $tenantId, filter: { entityId: { equals: $id } }, last: 1) { nodes { id } } }`,
    { tenantId, id: entityId },
  );
  return auditLog.nodes[0].id;
}

/** Has a resident report something about its home. */
export async function aRequest({ id: unitId, resident }: Home, text: string): Promise<string> {
  const input = { unitId, title: text, description: text };
  const made = await mutate(resident, 'maintenanceRequestCreate', { input }, 'maintenanceRequestId');
  return made.maintenanceRequestId;
}
