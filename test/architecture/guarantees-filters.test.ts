import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  coerceInputValue,
  type GraphQLInputObjectType,
  getNamedType,
  isInputObjectType,
  isUnionType,
} from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { columnsOfImage, toSqlWhere } from '../../src/db/sql-where.ts';
import { Prisma } from '../../src/generated/prisma/client.ts';
import { type FilterShape, toWhere } from '../../src/graph/inputs/filter.ts';
import { grantedPermissions } from '../../src/rooms.ts';
import { schema } from '../../src/schema.ts';
import { untilJobsHaveEnded } from '../support/ended-jobs.ts';
import { type FilterTrial, filterTrials, type Image } from '../support/filter-trials.ts';
import { Installation } from '../support/installation.ts';
import { codes } from '../support/mutate.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { makeRows, placeOf } from '../support/sample-rows.ts';
import { leastRows } from '../support/samples.ts';
import { type RootField, rootFields } from '../support/schema-walk.ts';
import { type Around, MUTATIONS, Story } from '../support/story.ts';
import { storyIssuer } from '../support/story-issuer.ts';
import { TableDump } from '../support/table-dump.ts';
import { WIDE } from '../support/two-tenants.ts';
import { aViewer } from '../support/unit-group.ts';

const COPIES = 2;
const AT_ONCE = 50;

/** Rows with a list and a stream that take the same filter. */
interface Filtered {
  readonly type: string;
  readonly filter: GraphQLInputObjectType;
  readonly list: RootField['field'];
  readonly stream: RootField['field'];
}

const roots = rootFields(schema);

function filterOf({ args }: RootField['field']): GraphQLInputObjectType | null {
  const filter = args.find(({ name }) => name === 'filter');
  const type = filter && getNamedType(filter.type);
  return isInputObjectType(type) ? type : null;
}

/** Each list, with the stream of all changes of its rows. */
const filtered = roots.flatMap(({ operation, field: list }): Filtered[] => {
  const filter = operation === 'query' ? filterOf(list) : null;
  if (!filter) return [];
  const stream = roots.find(
    (root) =>
      root.operation === 'subscription' &&
      filterOf(root.field) === filter &&
      isUnionType(getNamedType(root.field.type)),
  );
  const type = filter.name.replace(/Filter$/, '');
  return stream ? [{ type, filter, list, stream: stream.field }] : [];
});

const everything = aViewer({
  role: 'PLATFORM_ADMIN',
  permissions: new Set(grantedPermissions.all),
  reach: 'EVERY_TENANT',
});

describeOnPostgres('the rows that a filter chooses', () => {
  let installation: Installation;
  let tables: TableDump;
  let client: ReturnType<typeof createClient>;
  const ids: Record<string, string> = {};
  /** The position and the rows of each list before the rows of the samples were made. */
  const before = new Map<string, { readonly cursor: string; readonly ids: readonly string[] }>();

  beforeAll(async () => {
    installation = await Installation.start({ ...WIDE, ...storyIssuer.settings });
    const { app, root } = installation;
    tables = await TableDump.open(app.config.databaseUrl);
    client = createClient({
      url: `${app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${root.token}` },
    });
    await new Story(installation, fromTheTenantOn).tell(ids);
    const place = placeOf(ids, 'filtered');
    for (let copy = 0; copy < COPIES; copy += 1) await makeRows(root, ids, place);
    await clearNullables();
    await untilJobsHaveEnded(root, ids.Tenant);
  }, 600_000);

  afterAll(async () => {
    await client.dispose();
    await tables.close();
    await installation.stop();
  });

  /** Looks at the lists as soon as the tenant exists. */
  const fromTheTenantOn: Around = async ({ name }, run) => {
    const answer = await run();
    if (name !== 'tenantCreate' || before.size > 0) return answer;
    ids.Tenant = (answer as { tenantId: string }).tenantId;
    for (const { type, list } of filtered) before.set(type, await look(list));
    return answer;
  };

  /** Clears the nullable columns of one row of each type. Columns that no mutation can clear are refused and remain. */
  async function clearNullables(): Promise<void> {
    for (const { type, filter } of filtered) {
      const mutation = `${type.charAt(0).toLowerCase()}${type.slice(1)}Update`;
      const input = MUTATIONS[mutation]?.args.find(({ name }) => name === 'input');
      const inputType = input && getNamedType(input.type);
      const fields = isInputObjectType(inputType) ? Object.keys(inputType.getFields()) : [];
      for (const name of fields.filter((field) => isNullable(filter, field)))
        await codes(installation.root, mutation, { id: ids[type], input: { [name]: null } });
    }
  }

  function isNullable(filter: GraphQLInputObjectType, column: string): boolean {
    const test = filter.getFields()[column];
    const type = test && getNamedType(test.type);
    return isInputObjectType(type) && 'isNull' in type.getFields();
  }

  const ofTenant = ({ args }: RootField['field']) =>
    args.some(({ name }) => name === 'tenantId') ? `tenantId: "${ids.Tenant}", ` : '';

  async function look(list: RootField['field']): Promise<{ cursor: string; ids: string[] }> {
    const { list: page } = await installation.root.ask(
      `{ list: ${list.name}(${ofTenant(list)} first: 100) { feedCursor nodes { id } } }`,
    );
    return { cursor: page.feedCursor, ids: page.nodes.map((node: { id: string }) => node.id) };
  }

  /** Queries a list with many filters in one request. */
  async function listed({ list, filter }: Filtered, trials: readonly FilterTrial[]): Promise<string[][]> {
    const declared = trials.map((_, at) => `$f${at}: ${filter.name}`);
    const fields = trials.map(
      (_, at) => `f${at}: ${list.name}(${ofTenant(list)} filter: $f${at}, first: 100) { nodes { id } }`,
    );
    const variables = Object.fromEntries(trials.map((trial, at) => [`f${at}`, trial.filter]));
    const found = await installation.root.ask(`query (${declared}) { ${fields.join(' ')} }`, variables);
    return trials.map((_, at) => found[`f${at}`].nodes.map((node: { id: string }) => node.id));
  }

  /** Subscribes from before the rows were made, and gives the rows that are in view after catching up. */
  async function inView(
    { type, stream, filter }: Filtered,
    chosen: FilterTrial['filter'],
  ): Promise<string[]> {
    const query = `subscription ($filter: ${filter.name}, $after: Cursor) {
      event: ${stream.name}(${ofTenant(stream)} filter: $filter, after: $after) {
        __typename ... on EntityEvent { entityId entity { id } } } }`;
    const variables = { filter: chosen, after: before.get(type)?.cursor };
    const view = new Set<string>();
    for await (const { data, errors } of client.iterate<{ event: Event }>({ query, variables })) {
      if (!data) throw new Error(JSON.stringify(errors));
      if (data.event.__typename === 'FeedPosition') break;
      const { entityId, entity } = data.event;
      if (entity) view.add(entityId);
      else view.delete(entityId);
    }
    return [...view];
  }

  /** Filters the images of the log, as the audit log does. */
  async function inLog({ type, filter }: Filtered, trial: FilterTrial, rows: readonly Image[]) {
    const asked = { schema, typeName: type, viewer: everything };
    const where = toWhere(coerceInputValue(trial.filter, filter) as FilterShape, asked);
    const { text, values } = Prisma.sql`
      SELECT image ->> 'id' AS id FROM jsonb_array_elements(${JSON.stringify(rows)}::jsonb) AS image
      WHERE ${toSqlWhere(where, columnsOfImage(Prisma.sql`image`))}`;
    return (await tables.run<{ id: string }>(text, values)).map(({ id }) => id);
  }

  /** The last images of the rows that were made since `before`. */
  async function imagesOf({ type, list }: Filtered): Promise<Image[]> {
    const { ids: all } = await look(list);
    // A row of which there is only one may be there before its sample writes it.
    const isThere = (id: string) => leastRows(type, COPIES) > 1 && before.get(type)?.ids.includes(id);
    const made = all.filter((id) => !isThere(id));
    const images = await tables.run<{ image: Image }>(
      `SELECT DISTINCT ON (entity_id) image FROM change WHERE entity = $1 AND projection_of IS NULL AND entity_id = ANY ($2)
       ORDER BY entity_id, entity_version DESC`,
      [type, made],
    );
    expect(images.length).toBeGreaterThanOrEqual(leastRows(type, COPIES));
    return images.map(({ image }) => image);
  }

  test('every list with a filter has a stream of its rows, except the activity feed and the audit log, which only grow, and the notifications, whose streams are those of one user', () => {
    const lists = roots.filter(({ operation, field }) => operation === 'query' && filterOf(field));
    expect(
      lists.map(({ field }) => field.name).filter((name) => !filtered.some(({ list }) => list.name === name)),
    ).toEqual(['activityFeed', 'auditLog', 'notifications']);
  });

  /** Tries some of the filters in the list, the stream and the log, and gives the answers that are wrong. */
  async function faultsOf(one: Filtered, rows: readonly Image[], trials: readonly FilterTrial[]) {
    const [list, stream] = await Promise.all([
      listed(one, trials),
      Promise.all(trials.map(({ filter }) => inView(one, filter))),
    ]);
    const log: string[][] = [];
    for (const trial of trials) log.push(await inLog(one, trial, rows));
    const known = new Set(rows.map(({ id }) => id));
    return Object.entries({ list, stream, log }).flatMap(([where, answers]) =>
      trials
        .map(({ filter, matching }, at) => {
          return { where, filter, matching, found: answers[at]?.filter((id) => known.has(id)).toSorted() };
        })
        .filter(({ found, matching }) => found?.join() !== matching.join()),
    );
  }

  test.each(filtered.map((one) => [one.filter.name, one] as const))(
    '%s, by every operator of every column, are the same in the list, in the stream and in the log',
    async (_name, one) => {
      const rows = await imagesOf(one);
      const trials = filterTrials(one.filter, rows);
      const faults: object[] = [];
      for (let at = 0; at < trials.length; at += AT_ONCE)
        faults.push(...(await faultsOf(one, rows, trials.slice(at, at + AT_ONCE))));
      expect(trials.length).toBeGreaterThan(10);
      expect(faults).toEqual([]);
    },
    120_000,
  );
});

interface Event {
  readonly __typename: string;
  readonly entityId: string;
  readonly entity: { readonly id: string } | null;
}
