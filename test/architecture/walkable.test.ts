import { expect, test } from '@jest/globals';
import { getNamedType, isInterfaceType, isObjectType, isRequiredArgument } from 'graphql';
import { schema } from '../../src/schema.ts';
import { rowTypes } from '../support/samples.ts';
import { isIdentity, typeOf, valueFor } from '../support/schema-values.ts';
import { allLeaves, givenTo, type Leaf, rootFields } from '../support/schema-walk.ts';

// The gaps of the walks over the schema are all listed here, before a walk runs into one.

const leaves = rootFields(schema).flatMap((root) => allLeaves(root));

/** Gives the message of the error that is thrown, if any. */
function faultOf(run: () => unknown): string[] {
  try {
    run();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

const ofIds = leaves.filter((leaf) => isIdentity(leaf) && leaf.type.name !== 'Cursor');

test('every argument that is an id names its type, and a sample makes rows of that type', () => {
  const unknown = (leaf: Leaf) => {
    const type = typeOf(leaf);
    if (!rowTypes.includes(type)) throw new Error(`${leaf.root}(${leaf.path}): no sample makes a ${type}.`);
  };
  expect(ofIds.length).toBeGreaterThan(100);
  expect(ofIds.flatMap((leaf) => faultOf(() => unknown(leaf)))).toEqual([]);
});

test('every other argument can be filled with a value', () => {
  const others = leaves.filter((leaf) => !isIdentity(leaf));
  expect(others.flatMap((leaf) => faultOf(() => valueFor(leaf)))).toEqual([]);
});

test('every required argument below the root can be filled', () => {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__'),
  );
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  const required = types
    .filter((type) => isObjectType(type) && !roots.has(type))
    .flatMap((type) => (isObjectType(type) ? Object.values(type.getFields()) : []))
    .flatMap((field) => field.args.filter(isRequiredArgument).map((arg) => ({ field, arg })));
  const faults = required.flatMap(({ field, arg }) =>
    faultOf(() => givenTo(`${getNamedType(field.type).name}.${field.name}`, arg)),
  );
  expect(faults).toEqual([]);
});
