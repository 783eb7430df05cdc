import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { modelOf } from '../../src/core/rows/models.ts';
import { entities } from '../../src/rooms.ts';
import { schema } from '../../src/schema.ts';
import { RepeatedField } from '../support/asked-together.ts';
import { attack, isOnOneself } from '../support/attack.ts';
import { untilJobsHaveEnded } from '../support/ended-jobs.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { boldest, isClosedTo, rightsOf, unlessClosed } from '../support/refused-roots.ts';
import { rowTypes } from '../support/samples.ts';
import { rootFields } from '../support/schema-walk.ts';
import { TableDump } from '../support/table-dump.ts';
import { signInAgain, TwoTenants, WALKER_TITLES, type Walker } from '../support/two-tenants.ts';
import { type Attempt, attemptsOn, idsOfNobody, leaksIn, variablesOf } from '../support/wall-checker.ts';

// Viewers with every permission read deeply. Others are refused most fields on the way, so they ask for less.
const DEEP = 4;
const SHALLOW = 2;
const depthFor = ({ title }: Walker) => (title.endsWith('with every permission') ? DEEP : SHALLOW);

/**
 * A filter, an order and a size decide which rows are shown, not what they lead to: the attempts without them have read
 * that deeply.
 */
const isOfRowsAlone = ({ chosen }: Attempt) =>
  chosen.some((path) => /^(filter\.|orderBy\.|first$|last$)/.test(path));

/** Types of which the sample makes a row that belongs to no tenant. */
const OF_THE_PLATFORM = ['BroadcastAcknowledgement'];

const requests = rootFields(schema)
  .filter(({ operation }) => operation !== 'subscription')
  .map((root) => ({
    root,
    fields: new Map([DEEP, SHALLOW].map((depth) => [depth, new RepeatedField(schema, root, depth)])),
    attempts: attemptsOn(root),
  }));

describeOnPostgres('the wall between tenants', () => {
  let tenants: TwoTenants;
  let tables: TableDump;

  beforeAll(async () => {
    tenants = await TwoTenants.start();
    tables = await TableDump.open(tenants.installation.app.config.databaseUrl);
  });

  afterAll(async () => {
    await tables.close();
    await tenants.stop();
  });

  /** The rows of acme, without items of jobs: an item of a foreign job contains the requested id, and an error. */
  async function rowsOfAcme(): Promise<Record<string, string[]>> {
    const { bulk_job_item: _items, ...dump } = await tables.mentioning(tenants.acme.rowIds);
    return dump;
  }

  const walkerOf = (title: string) => tenants.walkers.get(title) as Walker;

  /** Attacks acme through one field in every way, and lists the faults. */
  async function attackThrough(
    walker: Walker,
    { root, fields, attempts }: (typeof requests)[number],
  ): Promise<string[]> {
    const { acme, globex } = tenants;
    const depthOf = (attempt: Attempt) => (isOfRowsAlone(attempt) ? SHALLOW : depthFor(walker));
    const sides = { theirs: acme, nobodys: idsOfNobody(), own: globex.ids };
    const ask = (depth: number, asked: readonly Attempt[]) =>
      attack(walker.person, fields.get(depth) as RepeatedField, asked, sides);
    const faults: string[] = [];
    for (const depth of [DEEP, SHALLOW]) {
      const together = attempts.filter((one) => depthOf(one) === depth && !isOnOneself(root, one));
      faults.push(...(await ask(depth, together)));
    }
    for (const one of attempts.filter((attempt) => isOnOneself(root, attempt))) {
      faults.push(...(await ask(depthOf(one), [one])));
      await signInAgain(walker);
    }
    return faults;
  }

  /** Asks a field whose rule refuses the walker once. */
  async function attackClosed(walker: Walker, request: (typeof requests)[number]): Promise<string[]> {
    const [attempt] = boldest(request.attempts);
    if (!attempt) return [];
    const field = request.fields.get(SHALLOW) as RepeatedField;
    const { acme, globex } = tenants;
    const asked = variablesOf(request.root, attempt, acme.ids, globex.ids);
    const [answer = ''] = await field.ask(walker.person, [asked]);
    return [
      ...unlessClosed(request.root.field.name, answer),
      ...leaksIn(answer, JSON.stringify(asked), acme),
    ];
  }

  test.each(WALKER_TITLES)(
    '%s learns nothing of another tenant by any query or mutation, and changes nothing there',
    async (title) => {
      const walker = walkerOf(title);
      const before = await rowsOfAcme();
      const faults: string[] = [];
      const rights = await rightsOf(walker.person);
      for (const request of requests) {
        const by = isClosedTo(rights, request.root) ? attackClosed : attackThrough;
        faults.push(...(await by(walker, request)));
      }
      // Bulk jobs make their changes later.
      await untilJobsHaveEnded(tenants.installation.root, tenants.globex.ids.Tenant);
      expect(faults).toEqual([]);
      expect(await rowsOfAcme()).toEqual(before);
    },
    600_000,
  );

  test('the comparison is not of empty answers: both tenants have rows of every type, and staff sees its own', async () => {
    const dump = await tables.mentioning(tenants.acme.rowIds);
    const filled = rowTypes.flatMap((type) => {
      const entity = entities.get(type);
      return entity && !OF_THE_PLATFORM.includes(type) ? [modelOf(entity.name).table] : [];
    });
    expect(filled.length).toBeGreaterThan(10);
    expect([...filled, 'change', 'credential', 'feed_head'].filter((table) => !dump[table]?.length)).toEqual(
      [],
    );
    const { person } = walkerOf('TENANT_ADMIN');
    const own = JSON.stringify(
      await person.run(
        '{ customers { nodes { company } } users { nodes { name } } plans { nodes { name } } }',
      ),
    );
    expect(own.split(tenants.globex.canary).length).toBeGreaterThan(3);
  });
});
