import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type GraphQLInputField, getNamedType, isInputObjectType, isNonNullType } from 'graphql';
import { declaredSentences, messageOf } from '../../src/core/requests/fault.ts';
import type { Installation } from '../support/installation.ts';
import type { Variables } from '../support/person.ts';
import type { Call, Place } from '../support/room-sample.ts';
import { withId } from '../support/sample-rows.ts';
import { rowSamples } from '../support/samples.ts';
import { MUTATIONS } from '../support/story.ts';
import { aSampledTenant, WIDE } from '../support/two-tenants.ts';

let installation: Installation;
let place: Place;

beforeAll(async () => {
  const sampled = await aSampledTenant(WIDE);
  installation = sampled.installation;
  place = sampled.tenant.place;
}, 600_000);

afterAll(() => installation.stop());

interface Refusal {
  readonly code: string;
  readonly rule: string;
  readonly message: string;
  readonly params: readonly { readonly name: string; readonly value: string }[];
  readonly path: string[];
}

/** Whether a client that has the sentences of docs/errors.md can make the message, but for the words of a library. */
function isTranslatable({ rule, message, params }: Refusal): boolean {
  const { sentence = '' } = declaredSentences().find((one) => one.rule === rule) ?? {};
  const made = messageOf({
    sentence,
    params: Object.fromEntries(params.map(({ name, value }) => [name, value])),
  });
  return sentence.endsWith('{explanation}') ? message.startsWith(made) : message === made;
}

/** Values that fit the type of a field, and that a command may refuse. */
function oddValuesOf({ type }: GraphQLInputField): unknown[] {
  const missing = isNonNullType(type) ? [] : [undefined, null];
  if (type === getNamedType(type) || isNonNullType(type)) {
    const name = getNamedType(type).name;
    if (name === 'String') return [...missing, '', '\u0007', 'x'.repeat(20_000)];
    if (name === 'ID') return [...missing, '', crypto.randomUUID()];
    if (name === 'Int') return [...missing, -1];
    if (name === 'MoneyInput')
      return [
        ...missing,
        ...['eur', 'ZZZ', 'XXX', ''].map((currency) => ({ amountMinor: 1, currency })),
        { amountMinor: -1, currency: 'EUR' },
      ];
  }
  return missing;
}

/** The calls of a sample, each with another odd value in one field of its input. */
function oddCallsOf(make: () => Call): { field: string; call: Call }[] {
  const [mutation] = make();
  const type = getNamedType(MUTATIONS[mutation]?.args.find(({ name }) => name === 'input')?.type ?? null);
  if (!isInputObjectType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) =>
    oddValuesOf(field).map((value) => {
      const [, args] = make();
      return {
        field: field.name,
        call: [mutation, { ...args, input: { ...(args.input as Variables), [field.name]: value } }] as const,
      };
    }),
  );
}

const calls = (): (() => Call)[] =>
  rowSamples.flatMap(({ type, create, change }) => [
    ...(create ? [() => create(place)] : []),
    ...(change ? [() => withId(change(place), place.ids[type])] : []),
  ]);

test('an input whose values fit their types is refused in userErrors, with the paths of its fields, and never in errors; rule and params make the message', async () => {
  const faults: string[] = [];
  const refused = new Set<string>();
  const all: Refusal[] = [];
  for (const { field, call } of calls().flatMap(oddCallsOf)) {
    const [mutation, args] = call;
    const declared = MUTATIONS[mutation]?.args.filter(({ name }) => name in args) ?? [];
    const { data, errors } = await installation.root.run(
      `mutation (${declared.map(({ name, type }) => `$${name}: ${type}`)}) {
        ${mutation}(${declared.map(({ name }) => `${name}: $${name}`)}) { userErrors { code rule message params { name value } path } } }`,
      args,
    );
    const refusals: Refusal[] = data?.[mutation]?.userErrors ?? [];
    all.push(...refusals);
    if (refusals.length > 0) refused.add(`${mutation}.${field}`);
    if (errors || refusals.some(({ path }) => path[0] !== 'input'))
      faults.push(
        `${mutation}.${field} ${JSON.stringify(args.input)}: ${JSON.stringify(errors ?? refusals)}`,
      );
  }
  expect(faults).toEqual([]);
  expect(all.filter((refusal) => !isTranslatable(refusal))).toEqual([]);
  expect(all.map(({ rule }) => rule)).toEqual(
    expect.arrayContaining(['EMPTY', 'TOO_LONG', 'CONTROL_CHARACTERS', 'NO_SUCH_ROW']),
  );
  expect([...refused]).toEqual(
    expect.arrayContaining(['planCreate.tenantId', 'planCreate.monthlyPrice', 'customerUpdate.planId']),
  );
}, 600_000);
