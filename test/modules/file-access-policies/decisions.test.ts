import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Installation, type TestTenant, type TestUser } from '../../support/installation.ts';
import type { Person } from '../../support/person.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';

const installation = await Installation.start();
let acme: TestTenant;
let ada: TestUser;
let csr: TestUser;

beforeEach(async () => {
  acme = await installation.aTenant('Acme');
  ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  csr = await installation.aUser('CSR', { tenantId: acme.id });
});

afterAll(() => installation.stop());

const DECISION = 'isAllowed effect reason policy { name }';
const ABOUT = `query ($userId: ID, $path: String!) { accessDecision(userId: $userId, path: $path) { ${DECISION} } }`;
const MINE = 'query ($path: String!) { accessDecision(path: $path) { isAllowed reason decidedAt } }';
const CREATE = `mutation ($input: FileAccessPolicyCreateInput!) { fileAccessPolicyCreate(input: $input) {
  fileAccessPolicyId userErrors { code message path } } }`;
const UPDATE = `mutation ($id: ID!, $input: FileAccessPolicyUpdateInput!) { fileAccessPolicyUpdate(id: $id, input: $input) {
  userErrors { code message path } } }`;
const SET = `mutation ($id: ID!, $add: [String!], $remove: [String!]) { userAttributesSet(id: $id, add: $add, remove: $remove) {
  userErrors { message } } }`;

async function policy(input: object, by: Person = ada): Promise<string> {
  const whole = {
    name: 'A policy',
    filePattern: '/finance/**',
    condition: 'true',
    effect: 'ALLOW',
    ...input,
  };
  return (await by.ask(CREATE, { input: whole })).fileAccessPolicyCreate.fileAccessPolicyId;
}

async function decisionAbout(userId: string, path = '/finance/q1.pdf', by: Person = ada): Promise<unknown> {
  return (await by.ask(ABOUT, { userId, path })).accessDecision;
}

describe('a decision', () => {
  test('compares paths and patterns with the same characters, also those that show nothing', async () => {
    const path = '/Vertr\u00e4ge/\u200fa\u00adb\u200b.pdf';
    await policy({ name: 'allows all', filePattern: '**' });
    await policy({ name: 'denies one', filePattern: path, effect: 'DENY' });
    expect(await decisionAbout(csr.userId, path)).toMatchObject({ policy: { name: 'denies one' } });
    expect(await decisionAbout(csr.userId, '/Vertr\u00e4ge/ab.pdf')).toMatchObject({ isAllowed: true });
  });

  test('is denied while no policy says otherwise, or only disabled ones and those for other files', async () => {
    await policy({ isEnabled: false });
    await policy({ filePattern: '/other/**' });
    expect(await decisionAbout(csr.userId)).toEqual({
      isAllowed: false,
      effect: 'DENY',
      reason: 'NO_POLICY_MATCHES',
      policy: null,
    });
  });

  test('is made by a DENY that holds, whatever policies allow; of several by the oldest', async () => {
    await policy({ name: 'allows first' });
    await policy({ name: 'allows second' });
    expect(await decisionAbout(csr.userId)).toMatchObject({
      reason: 'ALLOWED_BY_POLICY',
      policy: { name: 'allows first' },
    });
    await policy({ name: 'denies others', effect: 'DENY', condition: 'user.role == "OWNER"' });
    await policy({ name: 'denies first', effect: 'DENY' });
    await policy({ name: 'denies second', effect: 'DENY' });
    expect(await decisionAbout(csr.userId)).toMatchObject({
      isAllowed: false,
      reason: 'DENIED_BY_POLICY',
      policy: { name: 'denies first' },
    });
  });

  test('fails closed: a policy without an answer allows nothing, and denies if it is a DENY', async () => {
    await policy({ name: 'asks', condition: 'user.attributes.clearance >= 3' });
    expect(await decisionAbout(csr.userId)).toMatchObject({ reason: 'NO_POLICY_MATCHES' });
    await policy({ name: 'allows' });
    expect(await decisionAbout(csr.userId)).toMatchObject({ isAllowed: true });
    await policy({ name: 'keeps out', effect: 'DENY', condition: 'user.attributes.clearance < 3' });
    expect(await decisionAbout(csr.userId)).toMatchObject({
      isAllowed: false,
      reason: 'DENIED_BY_FAILED_POLICY',
      policy: { name: 'keeps out' },
    });
  });

  test('about a user who may not act is denied, and about a user of no tenant, too', async () => {
    await policy({ filePattern: '**' });
    const { root } = installation;
    const head = await installation.aUser('ORGANIZATION_ADMIN', { organizationId: acme.organizationId });
    expect(await decisionAbout(head.userId, '/x', root)).toMatchObject({ reason: 'NO_POLICY_MATCHES' });
    const status =
      'mutation ($id: ID!) { userStatusSet(id: $id, status: LOCKED) { userErrors { message } } }';
    await ada.ask(status, { id: csr.userId });
    expect(await decisionAbout(csr.userId, '/x')).toMatchObject({
      isAllowed: false,
      reason: 'USER_INACTIVE',
    });
    await root.ask(
      'mutation ($id: ID!) { tenantUpdate(id: $id, input: { status: SUSPENDED }) { userErrors { message } } }',
      { id: acme.id },
    );
    expect(await decisionAbout(ada.userId, '/x', root)).toMatchObject({ reason: 'USER_INACTIVE' });
  });

  test.each(['', '/a/../b', '/a//b', 'a\\b', '/a\u0000', '/'.padEnd(1_002, 'a')])(
    'about the path %j is refused',
    async (path) => {
      const { errors } = await csr.run(MINE, { path });
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    },
  );

  test('about the viewer is open to every viewer; its policy is shown to those who may read policies', async () => {
    await policy({ name: 'secret' });
    expect(await csr.ask(MINE, { path: 'finance/q1.pdf' })).toMatchObject({
      accessDecision: { isAllowed: true },
    });
    const { data, errors } = await csr.run(ABOUT, { path: 'finance/q1.pdf' });
    expect(data.accessDecision).toMatchObject({ isAllowed: true, policy: null });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    expect(JSON.stringify([data, errors])).not.toContain('secret');
  });

  test('about others is refused without the permission, and about users out of view in the words for none', async () => {
    const globex = await installation.aTenant('Globex');
    const gus = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
    const codeOf = async (by: Person, userId: string) =>
      (await by.run(ABOUT, { userId, path: '/x' })).errors?.map(({ extensions, message }) => [
        extensions.code,
        message,
      ]);
    expect(await codeOf(csr, ada.userId)).toEqual([['FORBIDDEN', expect.anything()]]);
    expect(await codeOf(csr, crypto.randomUUID())).toEqual(await codeOf(csr, ada.userId));
    expect(await codeOf(gus, ada.userId)).toEqual([['NOT_FOUND', 'There is no such user.']]);
    expect(await codeOf(gus, crypto.randomUUID())).toEqual(await codeOf(gus, ada.userId));
  });
});

describe('a policy is refused', () => {
  const REFUSED: [input: object, path: string, message: RegExp][] = [
    [{ condition: 'user.nme == ""' }, 'condition', /^Line 1, column 6: No such key: nme/],
    [{ condition: 'user.role ==' }, 'condition', /^Line 1, column 13: /],
    [{ condition: 'user.name' }, 'condition', /a condition is true or false, and this is string/],
    [{ condition: 'user.name.matches("a")' }, 'condition', /matches\(\) is not supported/],
    [{ condition: `"${'\0'}" == ""` }, 'condition', /NUL/],
    [{ filePattern: '/a/../b' }, 'filePattern', /no "\.\."/],
    [{ filePattern: 'a'.repeat(301) }, 'filePattern', /300/],
    [{ name: ' ' }, 'name', /empty/],
  ];
  test.each(REFUSED)('%j, with the place of the fault', async (input, path, message) => {
    const whole = { name: 'Bad', filePattern: '**', condition: 'true', effect: 'ALLOW', ...input };
    const { data } = await ada.run(CREATE, { input: whole });
    expect(data.fileAccessPolicyCreate.userErrors).toEqual([
      { code: 'INVALID_INPUT', message: expect.stringMatching(message), path: ['input', path] },
    ]);
  });

  test('when all policies of a tenant together could take too long, also if they come at the same moment', async () => {
    const costly = `user.attributes.exists(name, name.contains("${'x'.repeat(70)}"))`;
    const create = () =>
      ada.run(CREATE, { input: { name: 'Costly', filePattern: '**', condition: costly, effect: 'ALLOW' } });
    const answers = await Promise.all(Array.from({ length: 20 }, create));
    const { data } = await ada.run('query { fileAccessPolicies { nodes { conditionCost } } }');
    const costs = data.fileAccessPolicies.nodes.map((node: { conditionCost: number }) => node.conditionCost);
    const all = costs.reduce((sum: number, cost: number) => sum + cost, 0);
    expect(all).toBeLessThanOrEqual(100_000);
    expect(all + costs[0]).toBeGreaterThan(100_000);
    const refused = answers.flatMap(
      ({ data: { fileAccessPolicyCreate } }) => fileAccessPolicyCreate.userErrors,
    );
    expect(refused[0]).toMatchObject({ code: 'LIMIT_REACHED', path: ['input'] });
    expect(refused).toHaveLength(20 - costs.length);
  });
});

describeOnPostgres('on every node', () => {
  test('X: a policy and an attribute take effect on the very next decision and the very next event', async () => {
    const there = ada.at(await installation.anotherNode());
    const id = await policy({ condition: 'user.attributes.clearance >= 3' });
    const events = there.follow(
      `subscription ($after: Cursor) { userUpdated(after: $after) { user { id accessDecision(path: "/finance/x") { isAllowed reason } } } }`,
      { after: await ada.now(acme.id) },
    );
    const seen: unknown[] = [];
    const look = async () => {
      const { accessDecision } = await there.ask(ABOUT, { userId: csr.userId, path: '/finance/x' });
      seen.push(accessDecision.reason);
    };
    await look();
    await ada.ask(SET, { id: csr.userId, add: ['clearance=3'] });
    await look();
    await ada.ask(
      'mutation { attributeAdd(input: { name: "clearance", valueType: NUMBER }) { userErrors { message } } }',
    );
    await look();
    await ada.ask(UPDATE, { id, input: { effect: 'DENY' } });
    await look();
    await ada.ask(UPDATE, { id, input: { isEnabled: false } });
    await look();
    await ada.ask(UPDATE, { id, input: { isEnabled: true, effect: 'ALLOW' } });
    await ada.ask(SET, { id: csr.userId, add: ['clearance=5'], remove: ['clearance=3'] });
    await look();
    await ada.ask('mutation ($id: ID!) { fileAccessPolicyDelete(id: $id) { userErrors { message } } }', {
      id,
    });
    await ada.ask(SET, { id: csr.userId, add: ['other'] });
    await look();

    // Before the pool held it as a number it was a text, and a text is no more than 3.
    expect(seen).toEqual([
      'NO_POLICY_MATCHES',
      'NO_POLICY_MATCHES',
      'ALLOWED_BY_POLICY',
      'DENIED_BY_POLICY',
      'NO_POLICY_MATCHES',
      'ALLOWED_BY_POLICY',
      'NO_POLICY_MATCHES',
    ]);
    const told = await events.take(3);
    expect(told.at(-1)).toEqual({
      user: { id: csr.userId, accessDecision: { isAllowed: false, reason: 'NO_POLICY_MATCHES' } },
    });
  });
});
