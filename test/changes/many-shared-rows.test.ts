import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SharedTeams } from '../support/shared-teams.ts';
import { watchStatements } from '../support/watched-statements.ts';

const MANY = 2_000;
const ROWS_AT_ONCE = 200;
const BYTES_AT_ONCE = 3_000_000;

let world: SharedTeams;

beforeAll(async () => {
  world = await SharedTeams.open();
});

afterAll(() => world.close());

/** A projector that is killed after a number of statements, and what it read until then. */
function killedAfter(statements: number) {
  const { prisma, seen } = watchStatements(world.open.prisma, statements);
  return { projector: world.projector(world.log, prisma), seen };
}

/** Projects with one node after the other, each killed after more statements than the one before, until all is done. */
async function projectWithKills(first: number): Promise<{ kills: number; rows: number }> {
  let [kills, rows] = [0, 0];
  for (let statements = first; ; statements *= 2) {
    const { projector, seen } = killedAfter(statements);
    const isDone = await world.project(projector).then(
      () => true,
      () => false,
    );
    rows = Math.max(rows, seen.rows);
    if (isDone) return { kills, rows };
    kills += 1;
  }
}

test('45 S D O: a tenant gains and loses thousands of shared rows, each once and in order, some at a time, whenever a node is killed', async () => {
  const [acme, globex] = [await world.organization(), await world.organization()];
  const tenant = await world.tenant(globex);
  const names = await world.teams(acme, MANY);
  await world.project();

  await world.move(tenant, acme);
  const joining = await projectWithKills(5);
  expect(await world.told(tenant)).toEqual(names.map((name) => `CREATED ${name}`));
  const end = await world.end(tenant);
  await world.move(tenant, globex);
  const leaving = await projectWithKills(9);
  expect(await world.told(tenant, end)).toEqual(names.toReversed().map((name) => `LOST ${name}`));

  for (const { kills, rows } of [joining, leaving]) {
    expect(kills).toBeGreaterThan(3);
    expect(rows).toBeLessThanOrEqual(ROWS_AT_ONCE);
  }
}, 240_000);

test('45 S: rows that are deleted, changed and created while a tenant gains thousands of them leave it with those of its joining', async () => {
  const [acme, globex] = [await world.organization(), await world.organization()];
  const tenant = await world.tenant(globex);
  const names = await world.teams(acme, 250);
  const [changed, gone] = [
    await world.team({ organizationId: acme }),
    await world.team({ organizationId: acme }),
  ];
  await world.project();
  await world.move(tenant, acme);
  await expect(world.project(killedAfter(12).projector)).rejects.toThrow('The node was killed.');
  const sofar = (await world.told(tenant)).length;
  expect(sofar).toBeGreaterThan(0);
  expect(sofar).toBeLessThan(names.length);
  await world.rename(changed);
  await world.remove(gone);
  const [late] = await world.teams(acme, 1);
  await world.project();
  const told = await world.told(tenant);
  expect(told.slice(0, names.length)).toEqual(names.map((name) => `CREATED ${name}`));
  const kinds = told.slice(names.length).map((text) => text.split(' ')[0]);
  expect(kinds).toEqual(['CREATED', 'CREATED', 'UPDATED', 'DELETED', 'CREATED']);
  expect(told.at(-1)).toBe(`CREATED ${late}`);
});

test('45 S: large rows are read and written some at a time, by their bytes', async () => {
  const [acme, globex] = [await world.organization(), await world.organization()];
  const tenant = await world.tenant(globex);
  const names = await world.teams(acme, 90, 'x'.repeat(100_000));
  await world.project();
  await world.move(tenant, acme);
  await world.move(tenant, globex);
  const { projector, seen } = killedAfter(Number.POSITIVE_INFINITY);
  await world.project(projector);
  expect(await world.told(tenant)).toEqual([
    ...names.map((name) => `CREATED ${name}`),
    ...names.toReversed().map((name) => `LOST ${name}`),
  ]);
  expect(Math.max(seen.bytesRead, seen.bytesGiven)).toBeLessThan(BYTES_AT_ONCE);
}, 240_000);
