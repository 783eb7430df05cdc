import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { schema } from '../../src/schema.ts';
import { Installation } from '../support/installation.ts';
import { documentOf, type RootField, rootFields } from '../support/schema-walk.ts';
import { attemptsOn, idsOfNobody, variablesOf } from '../support/wall-checker.ts';

/** The root fields for a client that has not signed in: those that sign in or lead there, and the viewer. */
const OPEN = [
  'emailChangeConfirm',
  'emailChangeWithdraw',
  'invitationAccept',
  'passwordReset',
  'passwordResetRequest',
  'signIn',
  'signInEnroll',
  'tokenRefresh',
  'viewer',
];

const isOpen = ({ field }: RootField) => OPEN.includes(field.name);
const roots = rootFields(schema);
const nobody = idsOfNobody();

function operationOf(root: RootField) {
  const [attempt] = attemptsOn(root);
  if (!attempt) throw new Error(`${root.field.name}: the walk found no way to ask for it.`);
  // Events alone make a long document.
  const depth = root.operation === 'subscription' ? 0 : 1;
  return { query: documentOf(schema, root, depth), variables: variablesOf(root, attempt, nobody, nobody) };
}

describe('a client that has not signed in', () => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await Installation.start();
  });

  afterAll(() => installation.stop());

  test('may use seven root fields', () => {
    expect(
      roots
        .filter(isOpen)
        .map(({ field }) => field.name)
        .toSorted(),
    ).toEqual(OPEN);
  });

  test('is refused every other query and mutation, and receives no data', async () => {
    const stranger = installation.stranger();
    for (const root of roots.filter((one) => !isOpen(one) && one.operation !== 'subscription')) {
      const { query, variables } = operationOf(root);
      const { data, errors } = await stranger.run(query, variables);
      expect([
        root.field.name,
        data?.[root.field.name] ?? null,
        errors?.map(({ extensions }) => extensions.code),
      ]).toEqual([root.field.name, null, ['UNAUTHENTICATED']]);
    }
  });

  test('is refused every subscription', async () => {
    const stranger = installation.stranger();
    for (const root of roots.filter(({ operation }) => operation === 'subscription')) {
      const { query, variables } = operationOf(root);
      const stream = stranger.follow(query, variables);
      const { errors } = await stream.next();
      await stream.close();
      expect([root.field.name, errors?.map(({ extensions }) => extensions.code)]).toEqual([
        root.field.name,
        ['UNAUTHENTICATED'],
      ]);
    }
  });
});
