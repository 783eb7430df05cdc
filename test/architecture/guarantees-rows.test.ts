import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ModelName, modelOf } from '../../src/core/rows/models.ts';
import { entities } from '../../src/rooms.ts';
import type { Installation } from '../support/installation.ts';
import { mutate, refusals } from '../support/mutate.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import type { Place } from '../support/room-sample.ts';
import { idField, makeRows, placeOf } from '../support/sample-rows.ts';
import { rowSamples, sampleOf } from '../support/samples.ts';
import { TableDump } from '../support/table-dump.ts';
import { aSampledTenant } from '../support/two-tenants.ts';

interface Hold {
  readonly child: string;
  readonly column: string;
  readonly parent: string;
}

/** The row that was made to refer to another one, or the reasons why none was. */
interface Held {
  readonly holder: string | null;
  readonly reasons: readonly string[];
}

const RESTRICTING = `
  SELECT child.relname AS child, parent.relname AS parent, attribute.attname AS column
  FROM pg_constraint
  JOIN pg_class child ON child.oid = conrelid
  JOIN pg_class parent ON parent.oid = confrelid
  JOIN pg_attribute attribute ON attribute.attrelid = conrelid AND attribute.attnum = conkey[1]
  WHERE contype = 'f' AND confdeltype = 'r' ORDER BY child, attribute.attname`;

/** The types whose rows a row of a type needs, those first that the others need. */
function needsOf(type: string): string[] {
  const needs = rowSamples.filter((sample) => sample.type === type).flatMap((sample) => sample.needs ?? []);
  return [...new Set(needs.filter((one) => one !== type).flatMap((one) => [...needsOf(one), one]))];
}

describeOnPostgres('a row that another row refers to', () => {
  let installation: Installation;
  let tables: TableDump;
  let place: Place;

  beforeAll(async () => {
    const sampled = await aSampledTenant();
    installation = sampled.installation;
    place = sampled.tenant.place;
    tables = await TableDump.open(installation.app.config.databaseUrl);
  }, 600_000);

  afterAll(async () => {
    await tables.close();
    await installation.stop();
  });

  const typeOfTable = (table: string) =>
    [...entities.values()].find(({ name }) => modelOf(name).table === table)?.name;

  /** Creates a row of the type whose column refers to the row `id`, and gives its id, or the reasons why none does. */
  async function hold({ child, column }: Hold, type: string, id: string, around: Place): Promise<Held> {
    const reasons: string[] = [];
    for (const { create } of rowSamples.filter((sample) => sample.type === type)) {
      if (!create) continue;
      try {
        const { [idField(type)]: made } = await mutate(installation.root, ...create(around), idField(type));
        const refers = `SELECT 1 FROM "${child}" WHERE id = $1 AND "${column}" = $2`;
        if ((await tables.run(refers, [made, id])).length > 0) return { holder: made, reasons };
        reasons.push(`${create(around)[0]} made one that does not refer to it`);
      } catch (error) {
        reasons.push(error instanceof Error ? error.message : String(error));
      }
    }
    return { holder: null, reasons };
  }

  /** Deletes rows without the server, whatever refers to them. */
  async function erase(rows: readonly (readonly [type: string, id: string])[]): Promise<void> {
    await tables.run("SET session_replication_role = 'replica'");
    for (const [type, id] of rows)
      await tables.run(`DELETE FROM "${modelOf(type as ModelName).table}" WHERE id = $1`, [id]);
    await tables.run("SET session_replication_role = 'origin'");
  }

  /** Makes a row that only one column of one other row refers to, and tries to delete it. */
  async function faultOf(found: Hold): Promise<string[]> {
    const [type, child] = [String(typeOfTable(found.parent)), String(typeOfTable(found.child))];
    const { create, remove } = sampleOf(type);
    const title = `a ${type} that ${found.child}.${found.column} holds`;
    if (!create || !remove) return [`${title}: no sample makes and deletes a ${type}`];
    const { [idField(type)]: id } = await mutate(installation.root, ...create(place), idField(type));
    // Rows that the child needs, e.g. the users of a new tenant, are made again where they belong to this row.
    const within = needsOf(child).filter((one) => needsOf(one).includes(type));
    const apart = Object.entries(place.ids).filter(([other]) => !needsOf(other).includes(type));
    const ids: Record<string, string> = { ...Object.fromEntries(apart), [type]: id };
    const around = placeOf(ids, 'holding');
    for (const one of within) await makeRows(installation.root, ids, around, undefined, [sampleOf(one)]);
    const { holder, reasons } = await hold(found, child, id, around);
    if (!holder) return [`${title}: the sample of ${child} makes none: ${reasons.join('; ')}`];
    await erase(within.map((one) => [one, String(ids[one])] as const));
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
