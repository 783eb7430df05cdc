import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import {
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';
import { MODULE_NAMES, type ModuleName } from '../../src/core/rights/modules.ts';
import { permissionOf } from '../../src/core/rights/rules.ts';
import type { Viewer } from '../../src/core/rights/viewer.ts';
import { rooms } from '../../src/core/rows/room.ts';
import { followedRows } from '../../src/graph/rows/followed-rows.ts';
import type { FieldAccess } from '../../src/graph/schema/field-rules.ts';
import { schema } from '../../src/schema.ts';
import { codes, mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { makeRows, placeOf } from '../support/sample-rows.ts';
import { rowSamples } from '../support/samples.ts';
import { isIdentity, valueFor } from '../support/schema-values.ts';
import { argumentsOf, documentOf, givenTo, type RootField, rootFields } from '../support/schema-walk.ts';
import { aStage } from '../support/stage.ts';

// The fields of a module are found from the manifests of its rooms: those that lead to rows of their entities, and those
// that ask for one of their permissions. So a room is held to this as soon as its manifest names a module.

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const customerId = await installation.aCustomer(acme.id);
const owner = await installation.aUser('OWNER', { tenantId: acme.id, customerId });
const root = await installation.aUser('PLATFORM_ADMIN', {});

const everyRoot = rootFields(schema as GraphQLSchema);

const everySeer = { role: 'TENANT_ADMIN', permissions: new Set(rooms.permissions.all) } as unknown as Viewer;

/** The types that show rows of the entities of each module. */
const moduleOfType = new Map<string, ModuleName>(
  followedRows.for(everySeer).flatMap(({ type, entity }) => {
    const module = rooms.moduleOf(entity.name);
    return module ? [[type, module] as const] : [];
  }),
);

function modulesOfField(field: GraphQLField<unknown, unknown>): Set<ModuleName> {
  const { rules } = field.extensions as unknown as FieldAccess;
  const ofRules = rules.flatMap((rule) => rooms.moduleOf(permissionOf(rule) ?? '') ?? []);
  return new Set([...ofRules, ...typesShownBy(field.type).flatMap((name) => moduleOfType.get(name) ?? [])]);
}

/** The types of rows to which a root field leads: its own, that of a page, that of a payload or an event. */
function typesShownBy(type: Parameters<typeof getNamedType>[0]): string[] {
  const named = getNamedType(type);
  if (!named) return [];
  if (isUnionType(named)) return named.name === 'AnyChange' ? [] : named.getTypes().flatMap(typesShownBy);
  const { shows = [] } = named.extensions as { shows?: string[] };
  // The stream of the audit log shows rows of all rooms, and belongs to no module.
  const shown = shows.every((name) => moduleOfType.has(name)) ? shows : [];
  const ofPage = /^(\w+)Connection$/.exec(named.name)?.[1] ?? named.name;
  const fields = isObjectType(named) ? named.getFields() : {};
  const ofPayload = Object.values(fields).filter(({ name }) => `${name}Id` in fields);
  return [
    ...shown,
    ofPage,
    ...(named.name.endsWith('Payload') ? ofPayload.map(({ type: row }) => getNamedType(row).name) : []),
  ];
}

async function switchAll(isOn: boolean): Promise<void> {
  const set = MODULE_NAMES.map((name) => ({ path: `modules.${name}.enabled`, value: isOn }));
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', set } });
}

/** The codes with which a root field is refused; none if it is answered. */
async function refusalsOf(who: Person, root: RootField): Promise<readonly string[]> {
  const { operation, field } = root;
  const variables = argumentsOf(root, [], (leaf) => (isIdentity(leaf) ? randomUUID() : valueFor(leaf)));
  if (operation === 'mutation') return codes(who, field.name, variables);
  const document = documentOf(schema as GraphQLSchema, root, 0);
  if (operation === 'query') return codesOf((await who.run(document, variables)).errors);
  const stream = who.follow(document, variables);
  const { errors } = await stream.next();
  await stream.close();
  return codesOf(errors);
}

function codesOf(errors: readonly { readonly extensions?: unknown }[] = []): string[] {
  return errors.map(({ extensions }) => (extensions as { code: string }).code);
}

test('every root field of a module answers MODULE_DISABLED in a tenant without it', async () => {
  await switchAll(false);
  const own = everyRoot.filter((root) => modulesOfField(root.field).size > 0);
  expect(new Set(own.flatMap((root) => [...modulesOfField(root.field)]))).toEqual(new Set(MODULE_NAMES));
  const answers: string[] = [];
  for (const one of own) {
    const ofAda = await refusalsOf(ada, one);
    const refused = ofAda.includes('FORBIDDEN') ? await refusalsOf(owner, one) : ofAda;
    answers.push(`${one.field.name}: ${refused}`);
  }
  // The key that signs the receipts of all tenants is the platform's.
  expect(answers.filter((answer) => !answer.endsWith(': MODULE_DISABLED'))).toEqual([
    'receiptKeyRotate: FORBIDDEN',
  ]);
}, 120_000);

test('so does every field that leads from rows of other rooms to it, and the rest of the query is answered', async () => {
  await switchAll(true);
  const ids: Record<string, string> = { Tenant: acme.id, Organization: acme.organizationId };
  const others = rowSamples.filter(
    ({ type, create, needs = [] }) =>
      create && ![type, ...needs].some((one) => moduleOfType.has(one)) && !ids[type],
  );
  await makeRows(root, ids, placeOf(ids, 'canary'), undefined, others);
  await switchAll(false);
  const answers: string[] = [];
  for (const { operation, field } of everyRoot) {
    const type = getNamedType(field.type);
    const id = ids[type.name === 'Account' ? 'Customer' : type.name];
    if (operation !== 'query' || !isObjectType(type) || !id || moduleOfType.has(type.name)) continue;
    for (const leading of Object.values(type.getFields()).filter((one) => modulesOfField(one).size > 0)) {
      answers.push(`${type.name}.${leading.name}: ${await refusalsBelow(field, leading, id)}`);
    }
  }
  expect(answers.length).toBeGreaterThan(5);
  expect(answers.filter((answer) => !answer.endsWith(': MODULE_DISABLED'))).toEqual([]);
}, 120_000);

/** The codes with which a field below a root field is refused, while the row itself is shown. */
async function refusalsBelow(
  field: GraphQLField<unknown, unknown>,
  leading: GraphQLField<unknown, unknown>,
  id: string,
): Promise<readonly string[]> {
  const given = field.args.length > 0 ? `(id: "${id}")` : '';
  const required = leading.args.filter(isRequiredArgument).map((arg) => givenTo(field.name, arg));
  const args = required.length > 0 ? `(${required.join(', ')})` : '';
  const selection = isLeafType(getNamedType(leading.type)) ? '' : '{ __typename }';
  const { data, errors } = await (field.name === 'account' ? owner : ada).run(
    `query { ${field.name}${given} { __typename ${leading.name}${args} ${selection} } }`,
  );
  expect(data[field.name]).toMatchObject({ [leading.name]: null });
  return codesOf(errors);
}
