import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getNamedType, isInterfaceType, isLeafType, isObjectType, isRequiredArgument } from 'graphql';
import { schema } from '../../src/schema.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { givenTo, type RootField, rootFields } from '../support/schema-walk.ts';
import { signInAgain, TwoTenants, type Walker } from '../support/two-tenants.ts';
import { attemptsOn, idsOfNobody, variablesOf } from '../support/wall-checker.ts';

/** All queries and mutations but those that answer with a value, of which nothing is selected. */
const roots = rootFields(schema).filter(
  ({ operation, field }) => operation !== 'subscription' && !isLeafType(getNamedType(field.type)),
);

/** Selects only `__typename`, of the answer and of each object directly below it. */
function selectionsOf({ field }: RootField): string[] {
  const type = getNamedType(field.type);
  if (!isObjectType(type) && !isInterfaceType(type)) throw new Error(`${field.name} answers with no object.`);
  const inner = Object.values(type.getFields()).filter((one) => isObjectType(getNamedType(one.type)));
  const bare = inner.map((one) => {
    const required = one.args.filter(isRequiredArgument).map((arg) => givenTo(one.name, arg));
    return `${one.name} ${required.length > 0 ? `(${required.join(', ')})` : ''} { __typename }`;
  });
  return ['__typename', bare.join(' ')].filter(Boolean);
}

function documentOf({ operation, field }: RootField, selection: string): string {
  const variables = field.args.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const args = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const inParentheses = (list: string) => (list ? `(${list})` : '');
  return `${operation} ${inParentheses(variables)} { ${field.name}${inParentheses(args)} { ${selection} } }`;
}

// The cache of a client sends such documents: a resolver that reads only the selected columns must still answer.
describeOnPostgres('an answer of which only __typename is selected', () => {
  let tenants: TwoTenants;

  beforeAll(async () => {
    tenants = await TwoTenants.start();
  });

  afterAll(() => tenants.stop());

  async function codesOf(walker: Walker, root: RootField): Promise<string[]> {
    const [attempt] = attemptsOn(root);
    if (!attempt) throw new Error(`${root.field.name}: the walk found no way to ask for it.`);
    const codes: string[] = [];
    for (const selection of selectionsOf(root)) {
      const variables = variablesOf(root, attempt, tenants.globex.ids, idsOfNobody());
      const { data, errors } = await walker.person.run(documentOf(root, selection), variables);
      codes.push(
        ...(errors ?? []).map(
          ({ extensions, message }) => `${root.field.name}: ${extensions.code} ${message}`,
        ),
      );
      if (!errors && data === null) codes.push(`${root.field.name}: nothing`);
      if (root.operation === 'mutation') await signInAgain(walker);
    }
    return codes;
  }

  test.each(['TENANT_ADMIN with every permission', 'OWNER'])(
    'is answered, to %s, without an error of another kind than FORBIDDEN',
    async (title) => {
      const walker = tenants.walkers.get(title) as Walker;
      const codes: string[] = [];
      for (const root of roots) codes.push(...(await codesOf(walker, root)));
      expect(codes.filter((code) => !/: FORBIDDEN |^totpEnroll: RATE_LIMITED /.test(code))).toEqual([]);
      expect(codes.length).toBeLessThan(roots.length * 2);
    },
    600_000,
  );
});
