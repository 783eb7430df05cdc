import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { modelOf } from '../../src/core/rows/models.ts';
import { entities } from '../../src/rooms.ts';
import { Installation } from '../support/installation.ts';
import { mutate, refusals } from '../support/mutate.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import type { Place } from '../support/room-sample.ts';
import { idField, makeRows, placeOf } from '../support/sample-rows.ts';
import { rowSamples, sampleOf } from '../support/samples.ts';
import { TableDump } from '../support/table-dump.ts';

interface Hold {
  readonly child: string;
  readonly column: string;
  readonly parent: string;
}

const RESTRICTING = `
  SELECT child.relname AS child, parent.relname AS parent, attribute.attname AS column
  FROM pg_constraint
  JOIN pg_class child ON child.oid = conrelid
  JOIN pg_class parent ON parent.oid = confrelid
  JOIN pg_attribute attribute ON attribute.attrelid = conrelid AND attribute.attnum = conkey[1]
  WHERE contype = 'f' AND confdeltype = 'r' ORDER BY child, attribute.attname`;

/** Says whether making rows of a type requires rows of another type, directly or not. */
function dependsOn(type: string, other: string): boolean {
  const needs = rowSamples.filter((sample) => sample.type === type).flatMap((sample) => sample.needs ?? []);
  return needs.some((one) => one === other || dependsOn(one, other));
}

describeOnPostgres('a row that another row refers to', () => {
  let installation: Installation;
  let tables: TableDump;
  let place: Place;

  beforeAll(async () => {
    installation = await Installation.start();
    tables = await TableDump.open(installation.app.config.databaseUrl);
    const ids: Record<string, string> = {};
    place = placeOf(ids, 'held');
    await makeRows(installation.root, ids, place);
  }, 600_000);

  afterAll(async () => {
    await tables.close();
    await installation.stop();
  });

  const typeOfTable = (table: string) =>
    [...entities.values()].find(({ name }) => modelOf(name).table === table)?.name;

  /** Creates a row of the type whose column refers to a row, and gives its id; null if no sample can. */
  async function hold({ child, column }: Hold, type: string, held: Place): Promise<string | null> {
    for (const { create } of rowSamples.filter((sample) => sample.type === type)) {
      const made =
        create && (await mutate(installation.root, ...create(held), idField(type)).catch(() => null));
      const [row] = await tables.run(
        `SELECT 1 FROM "${child}" WHERE id = $1 AND "${column}"::text = ANY ($2)`,
        [made?.[idField(type)] ?? null, Object.values(held.ids)],
      );
      if (row) return made[idField(type)];
    }
    return null;
  }

  /** Makes a row that only one column of one other row refers to, and tries to delete it. */
  async function faultOf(found: Hold): Promise<string[]> {
    const [type, child] = [String(typeOfTable(found.parent)), String(typeOfTable(found.child))];
    const { create, remove } = sampleOf(type);
    const title = `a ${type} that ${found.child}.${found.column} holds`;
    if (!create || !remove) return [`${title}: no sample makes and deletes a ${type}`];
    const { [idField(type)]: id } = await mutate(installation.root, ...create(place), idField(type));
    const apart = Object.entries(place.ids).filter(([other]) => !dependsOn(other, type));
    const holder = await hold(found, child, placeOf({ ...Object.fromEntries(apart), [type]: id }, 'holding'));
    if (!holder) return [`${title}: no sample makes one`];
    const refused = await refusals(installation.root, remove, { id });
    const rows = await tables.run(
      `SELECT 1 FROM "${found.parent}" WHERE id = $1 UNION ALL SELECT 1 FROM "${found.child}" WHERE id = $2`,
      [id, holder],
    );
    const isInUse = refused.length === 1 && refused[0]?.code === 'IN_USE' && rows.length === 2;
    return isInUse ? [] : [`${title}: ${remove} answered ${JSON.stringify(refused)}`];
  }

  test('cannot be deleted: the refusal is IN_USE, and both rows remain', async () => {
    const holds = await tables.run<Hold>(RESTRICTING);
    const ofEntities = holds.filter(({ child, parent }) => typeOfTable(child) && typeOfTable(parent));
    expect(ofEntities.length).toBeGreaterThan(8);
    const faults: string[] = [];
    for (const hold of ofEntities) faults.push(...(await faultOf(hold)));
    expect(faults).toEqual([]);
  }, 600_000);
});
