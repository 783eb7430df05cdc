import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { hashPassword, verifyPassword } from '../../../src/modules/sessions/passwords.ts';
import { createFirstAdmin } from '../../../src/modules/users/first-admin.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';

let database: OpenDatabase;

beforeEach(async () => {
  database = await anOpenDatabase();
});
afterEach(() => database.drop());

const GIVEN = { email: 'ada@lockstep.test', password: 'a-given-password' };
const create = (admin?: typeof GIVEN) => createFirstAdmin({ ...database, admin, hashPassword });

const everybody = () => database.prisma.user.findMany({ include: { credential: true } });

test('a generated password is shown to the operator who starts the server, and is that of the administrator', async () => {
  const told = await create();

  const [admin, ...others] = await everybody();
  expect(others).toEqual([]);
  expect(admin).toMatchObject({ email: told?.email, role: 'PLATFORM_ADMIN', tenantId: null, version: 1 });
  expect(told?.password).toMatch(/^[\w-]{24}$/);
  expect(await verifyPassword(admin?.credential?.passwordHash ?? null, told?.password ?? '')).toBe(true);
  const changes = await database.prisma.change.findMany({ omit: { id: true } });
  expect(changes).toMatchObject([{ kind: 'CREATED', entityId: admin?.id, actorKind: 'SYSTEM' }]);
  expect(JSON.stringify({ ...changes[0], seq: null })).not.toContain(told?.password);
});

test('a given account is created and not repeated', async () => {
  expect(await create(GIVEN)).toBeNull();

  const [admin] = await everybody();
  expect(admin).toMatchObject({ email: GIVEN.email, role: 'PLATFORM_ADMIN' });
  expect(await verifyPassword(admin?.credential?.passwordHash ?? null, GIVEN.password)).toBe(true);
});

test('of nodes that start at the same time one creates the account', async () => {
  const told = await Promise.all([create(), create(), create(), create()]);

  expect(told.filter((account) => account !== null)).toHaveLength(1);
  expect(await everybody()).toHaveLength(1);
});

test('nodes that are given different accounts also create one', async () => {
  await Promise.all([create(GIVEN), create({ ...GIVEN, email: 'bob@lockstep.test' })]);

  expect(await everybody()).toHaveLength(1);
});

test('no account is created once there is any user', async () => {
  await database.prisma.user.create({
    data: { name: 'Cy', email: 'cy@lockstep.test', role: 'PLATFORM_SUPPORT' },
  });

  expect([await create(), await create(GIVEN)]).toEqual([null, null]);
  expect(await everybody()).toHaveLength(1);
});
