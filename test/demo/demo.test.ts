import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { modelOf } from '../../src/core/rows/models.ts';
import { loadDemo } from '../../src/demo/demo.ts';
import { greeting } from '../../src/demo/greeting.ts';
import { ConsentState } from '../../src/generated/prisma/enums.ts';
import { hashPassword, verifyPassword } from '../../src/modules/sessions/passwords.ts';
import { entities } from '../../src/rooms.ts';
import { anOpenDatabase, type OpenDatabase } from '../support/open-database.ts';

/** The files are looked at where a server has stored them. */
const keepFile = async () => {};
const PASSWORD = 'lockstep-demo';
const MAILBOXES = ['admin', 'admin2', 'support', 'csr', 'owner', 'manager', 'resident', 'owner2'];

/** A database that is loaded once. */
let loaded: OpenDatabase;
let complete: Record<string, number>;

beforeAll(async () => {
  loaded = await anOpenDatabase();
  await loadDemo({ ...loaded, hashPassword, keepFile });
  complete = await sizes(loaded);
});
afterAll(() => loaded.drop());

/** The number of rows of each kind, and the number of all changes. */
async function sizes({ prisma }: OpenDatabase): Promise<Record<string, number>> {
  return {
    organizations: await prisma.organization.count(),
    tenants: await prisma.tenant.count(),
    plans: await prisma.plan.count(),
    customers: await prisma.customer.count(),
    properties: await prisma.property.count(),
    units: await prisma.unit.count(),
    payments: await prisma.payment.count(),
    requests: await prisma.maintenanceRequest.count(),
    users: await prisma.user.count(),
    credentials: await prisma.credential.count(),
    attributes: await prisma.attribute.count(),
    policies: await prisma.fileAccessPolicy.count(),
    changes: await prisma.change.count(),
  };
}

test('each tenant has four purposes, personalization among them, and consents in every state', async () => {
  const tenants = await loaded.prisma.tenant.findMany();
  for (const { id: tenantId } of tenants) {
    const purposes = await loaded.prisma.consentPurpose.findMany({ where: { tenantId } });
    const consents = await loaded.prisma.consent.findMany({ where: { tenantId } });
    expect(purposes.map(({ key }) => key)).toContain('personalization');
    expect(purposes).toHaveLength(4);
    expect(new Set(consents.map(({ state }) => state))).toEqual(new Set(Object.values(ConsentState)));
  }
});

test('every row has as many changes in the log as its version says', async () => {
  expect(complete).toMatchObject({
    organizations: 2,
    tenants: 26,
    customers: 133,
    users: 212,
    credentials: 212,
    attributes: 55,
    policies: 130,
  });
  for (const { name } of entities.values()) {
    const { table } = modelOf(name);
    const untrue = await loaded.prisma.$queryRawUnsafe(
      `SELECT row.id, row.version, logged.count
       FROM "${table}" row LEFT JOIN LATERAL (
         SELECT count(*)::int, max(entity_version) AS latest FROM change
         WHERE entity = $1 AND entity_id = row.id AND projection_of IS NULL) logged ON true
       WHERE (logged.count, logged.latest) IS DISTINCT FROM (row.version, row.version)`,
      name,
    );
    expect({ name, untrue }).toEqual({ name, untrue: [] });
  }
});

test('the counts agree with the rows', async () => {
  const stats = await loaded.prisma.$queryRaw`
    SELECT stats.total, (SELECT count(*)::int FROM customer WHERE tenant_id = stats.id) AS actual
    FROM customer_stats stats WHERE total <> (SELECT count(*) FROM customer WHERE tenant_id = stats.id)`;
  const members = await loaded.prisma.$queryRaw`
    SELECT company FROM customer
    WHERE member_count <> (SELECT count(*) FROM "user" WHERE customer_id = customer.id)`;
  const properties = await loaded.prisma.$queryRaw`
    SELECT company FROM customer
    WHERE property_count <> (SELECT count(*) FROM property WHERE customer_id = customer.id)`;
  expect({ stats, members, properties }).toEqual({ stats: [], members: [], properties: [] });
});

test('every account that is documented can sign in, with its role', async () => {
  const users = await loaded.prisma.user.findMany({ include: { credential: true } });
  const roles = new Map(users.map(({ email, role }) => [email, role]));
  expect(roles.get('platform@demo.lockstep.dev')).toBe('PLATFORM_ADMIN');
  expect(roles.get('support@demo.lockstep.dev')).toBe('PLATFORM_SUPPORT');
  for (const { slug } of await loaded.prisma.tenant.findMany()) {
    expect(MAILBOXES.map((mailbox) => roles.get(`${mailbox}@${slug}.demo.lockstep.dev`))).toEqual([
      'TENANT_ADMIN',
      'TENANT_ADMIN',
      'SUPPORT',
      'CSR',
      'OWNER',
      'MANAGER',
      'RESIDENT',
      'OWNER',
    ]);
  }
  const hashes = new Set(users.map(({ credential }) => credential?.passwordHash ?? null));
  for (const hash of hashes) expect(await verifyPassword(hash, PASSWORD)).toBe(true);
  for (const [address] of greeting().matchAll(/\S+@\S+/g)) expect(roles.has(address)).toBe(true);
});

test('members belong to the first and second customer of their tenant', async () => {
  const tenants = await loaded.prisma.tenant.findMany({
    include: {
      customers: {
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take: 2,
        include: { members: { select: { email: true } } },
      },
    },
  });
  for (const { slug, customers } of tenants) {
    const mailboxes = customers.map(({ members }) => members.map(({ email }) => email.split('@')[0]).sort());
    expect({ slug, mailboxes }).toEqual({ slug, mailboxes: [['manager', 'owner', 'resident'], ['owner2']] });
  }
});

test('the resident of each tenant rents a unit of the first customer, with a payment of every status', async () => {
  const residents = await loaded.prisma.user.findMany({
    where: { role: 'RESIDENT' },
    include: { units: { include: { payments: { orderBy: { status: 'asc' } } } } },
  });
  expect(residents).toHaveLength(26);
  for (const { id, customerId, units } of residents) {
    expect(units).toMatchObject([{ customerId }]);
    expect(units[0]?.payments.map(({ status, residentId }) => [status, residentId])).toEqual(
      ['PENDING', 'RECEIVED', 'FAILED', 'REFUNDED'].map((status) => [status, id]),
    );
  }
});

test('the resident of each tenant has a request of every status, and every assignee can work on its request', async () => {
  const requests = await loaded.prisma.maintenanceRequest.findMany({
    where: { residentId: { not: null } },
    orderBy: { status: 'asc' },
    include: { assignee: true },
  });
  expect(requests).toHaveLength(26 * 5);
  const ofOne = requests.filter(({ residentId }) => residentId === requests[0]?.residentId);
  expect(ofOne.map(({ status, assignee }) => [status, assignee?.role])).toEqual([
    ['OPEN', undefined],
    ['ASSIGNED', 'MANAGER'],
    ['IN_PROGRESS', 'MANAGER'],
    ['RESOLVED', 'MANAGER'],
    ['CLOSED', 'MANAGER'],
  ]);
  for (const { customerId, assignee } of requests) {
    if (assignee) expect(assignee.customerId).toBe(customerId);
  }
});

test('a second load changes nothing', async () => {
  await loadDemo({ ...loaded, hashPassword, keepFile });

  expect(await sizes(loaded)).toEqual(complete);
});

describe('an empty database', () => {
  let database: OpenDatabase;

  beforeEach(async () => {
    database = await anOpenDatabase();
  });
  afterEach(() => database.drop());

  const load = () => loadDemo({ ...database, hashPassword, keepFile });

  /** Loads until the process dies before the transaction of this number. */
  async function loadAndDieAt(number: number): Promise<void> {
    let left = number;
    const transactions: Pick<typeof database.transactions, 'of'> = {
      of: (origin) => (work) => {
        left -= 1;
        if (left < 0) throw new Error('killed');
        return database.transactions.of(origin)(work);
      },
    };
    await expect(loadDemo({ ...database, transactions, hashPassword, keepFile })).rejects.toThrow('killed');
  }

  test('that a load has left after 1, 2, 20 and 28 transactions is completed by the next one', async () => {
    // Each load begins with what the one before it has left, and is cut short in its turn.
    for (const number of [1, 2, 20, 28]) await loadAndDieAt(number);
    await load();

    expect(await sizes(database)).toEqual(complete);
  });

  test('that nodes load at the same time has one set of data', async () => {
    await Promise.all([load(), load()]);

    expect(await sizes(database)).toEqual(complete);
  });

  test('with any other user is left as it is', async () => {
    await database.prisma.user.create({ data: { name: 'Cy', email: 'cy@lockstep.test', role: 'CSR' } });
    await load();

    expect(await sizes(database)).toMatchObject({ users: 1, tenants: 0, changes: 0 });
  });
});

// The last test: the loaded database is another one after it.
test('the demo administrator does not come back after another one took over', async () => {
  const { prisma } = loaded;
  await prisma.user.create({ data: { name: 'Cy', email: 'cy@lockstep.test', role: 'PLATFORM_ADMIN' } });
  await prisma.user.delete({ where: { email: 'platform@demo.lockstep.dev' } });
  await loadDemo({ ...loaded, hashPassword, keepFile });

  expect(await prisma.user.count({ where: { email: 'platform@demo.lockstep.dev' } })).toBe(0);
});
