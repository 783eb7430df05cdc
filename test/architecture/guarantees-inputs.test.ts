import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getNamedType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import type { Installation } from '../support/installation.ts';
import type { Variables } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import type { Call, Place } from '../support/room-sample.ts';
import { withId } from '../support/sample-rows.ts';
import { rowSamples } from '../support/samples.ts';
import { MUTATIONS } from '../support/story.ts';
import { TableDump } from '../support/table-dump.ts';
import { aSampledTenant, WIDE } from '../support/two-tenants.ts';

type Input = (typeof MUTATIONS)[string]['args'][number];

/** An input with one unusual field. */
interface Odd {
  readonly title: string;
  readonly args: Variables;
  readonly isRefused: boolean;
}

/** The valid arguments of a mutation, with each field in turn null, absent or empty. */
function oddsOf([mutation, args]: Call): Odd[] {
  const input = MUTATIONS[mutation]?.args.find(({ name }) => name === 'input');
  const type = input && getNamedType(input.type);
  if (!isInputObjectType(type)) return [];
  const given = args.input as Variables;
  return Object.values(type.getFields()).flatMap((field) =>
    waysOf(field as Input).map(([way, value]): Odd => {
      const { [field.name]: _, ...others } = given;
      return {
        title: `${mutation} with ${field.name} ${way}`,
        args: { ...args, input: way === 'absent' ? others : { ...others, [field.name]: value } },
        isRefused:
          isNonNullType(field.type) && (way !== 'empty' || String(getNamedType(field.type)) === 'String'),
      };
    }),
  );
}

function waysOf({ type }: Input): ['null' | 'absent' | 'empty', unknown][] {
  const nullable = isNonNullType(type) ? type.ofType : type;
  const empty = isListType(nullable) ? [] : isInputObjectType(nullable) ? {} : '';
  return [
    ['null', null],
    ['absent', undefined],
    ['empty', empty],
  ];
}

describeOnPostgres('every field of the inputs that create and change rows, null, absent and empty', () => {
  let installation: Installation;
  let tables: TableDump;
  let place: Place;

  beforeAll(async () => {
    const sampled = await aSampledTenant(WIDE);
    installation = sampled.installation;
    place = sampled.tenant.place;
    tables = await TableDump.open(installation.app.config.databaseUrl);
  }, 600_000);

  afterAll(async () => {
    await tables.close();
    await installation.stop();
  });

  /** Counts the changes by users: bulk jobs and due work continue meanwhile. */
  async function changes(): Promise<number> {
    const [row] = await tables.run<{ count: number }>(
      "SELECT count(*)::int AS count FROM change WHERE entity <> 'BulkJob' AND actor_kind = 'USER' AND projection_of IS NULL",
    );
    return row?.count ?? 0;
  }

  /** Sends the odd input and lists the faults of the answer. */
  async function faultsOf(mutation: string, { title, args, isRefused }: Odd): Promise<string[]> {
    const declared = MUTATIONS[mutation]?.args.filter(({ name }) => name in args) ?? [];
    const before = await changes();
    const { data, errors } = await installation.root.run(
      `mutation (${declared.map(({ name, type }) => `$${name}: ${type}`)}) {
        ${mutation}(${declared.map(({ name }) => `${name}: $${name}`)}) { cursor userErrors { code message path } } }`,
      args,
    );
    const refusals: { code?: string; message: string; extensions?: { code: string } }[] =
      errors ?? data?.[mutation]?.userErrors ?? [];
    const codes = refusals.map((refusal) => refusal.code ?? refusal.extensions?.code);
    const said = `${title}: ${JSON.stringify(refusals)}`;
    return [
      ...(codes.includes('INTERNAL_SERVER_ERROR') ? [`${said} is no clear refusal`] : []),
      ...(isRefused && refusals.length === 0 ? [`${said} was not refused`] : []),
      ...(refusals.some(({ message }) => !message) ? [`${said} says nothing`] : []),
      ...(refusals.some(({ message }) => message.startsWith('Invalid'))
        ? [`${said} has the words of a library`]
        : []),
      ...(refusals.length > 0 && (await changes()) !== before ? [`${said} was refused, and written`] : []),
    ];
  }

  test('are done or refused with a reason, never in part, and a missing required field is refused', async () => {
    const faults: string[] = [];
    let count = 0;
    for (const call of callsOfRows(place)) {
      for (const at of oddsOf(call()).keys()) {
        // Each attempt has fresh texts, so that no name is taken.
        const again = call();
        faults.push(...(await faultsOf(again[0], oddsOf(again)[at] as Odd)));
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(100);
    expect(faults).toEqual([]);
  }, 600_000);
});

/** The calls that create and change the rows of the samples. */
function callsOfRows(place: Place): (() => Call)[] {
  return rowSamples.flatMap(({ type, create, change }) => [
    ...(create ? [() => create(place)] : []),
    ...(change ? [() => withId(change(place), place.ids[type])] : []),
  ]);
}
