import { beforeAll, describe, expect, test } from '@jest/globals';
import type { User } from '../../../src/generated/prisma/client.ts';
import { readCondition } from '../../../src/modules/file-access-policies/conditions/condition.ts';
import { failureOf } from '../../../src/modules/file-access-policies/conditions/condition-failure.ts';
import { ConditionFault } from '../../../src/modules/file-access-policies/conditions/condition-fault.ts';
import {
  ConditionFile,
  ConditionUser,
} from '../../../src/modules/file-access-policies/conditions/vocabulary.ts';
import { aStage } from '../../support/stage.ts';

const { ada, csr } = await aStage({ acme: { ada: 'TENANT_ADMIN', csr: 'CSR', support: 'SUPPORT' } });

const CREATE = `mutation ($input: FileAccessPolicyCreateInput!) { fileAccessPolicyCreate(input: $input) {
  userErrors { message } } }`;
const SET = `mutation ($id: ID!, $add: [String!]!) { userAttributesSet(id: $id, add: $add) { userErrors { message } } }`;
const FAILED = 'policy { name } reason part line column message';
const ABOUT = `query ($userId: ID, $path: String!) { accessDecision(userId: $userId, path: $path) {
  isAllowed reason failures { ${FAILED} } } }`;
const PREVIEW = `query ($input: FileAccessPolicyTriedInput, $paths: [String!]!) { fileAccessPolicyPreview(input: $input, paths: $paths) {
  gainedCount failures { count condition { ${FAILED} } } } }`;

const POLICIES = [
  {
    name: 'by clearance',
    condition: 'user.role == "CSR" &&\n  user.attributes.clearance >= 3',
    effect: 'ALLOW',
  },
  { name: 'by code', condition: 'int(user.attributes.code) > 3', effect: 'ALLOW' },
  { name: 'by site', condition: 'user.attributes.code.getHours() < 3', effect: 'ALLOW' },
  { name: 'denied', condition: 'now.getHours(user.attributes.code) < 3', effect: 'DENY' },
];
const SECRET = 'a-secret-code';

beforeAll(async () => {
  for (const { name, condition, effect } of POLICIES) {
    const filePattern = effect === 'DENY' ? '/denied/**' : '/files/**';
    await ada.ask(CREATE, { input: { name, filePattern, condition, effect } });
  }
  await ada.ask(SET, { id: csr.userId, add: [`code=${SECRET}`] });
});

describe('a decision says why a condition could not be evaluated', () => {
  test('with its policy, the part and its place, and without the values', async () => {
    const { accessDecision } = await ada.ask(ABOUT, { userId: csr.userId, path: '/files/a' });
    expect(accessDecision).toEqual({
      isAllowed: false,
      reason: 'NO_POLICY_MATCHES',
      failures: [
        {
          policy: { name: 'by clearance' },
          reason: 'MISSING_VALUE',
          part: 'user.attributes.clearance',
          line: 2,
          column: 3,
          message: 'user.attributes.clearance has no value.',
        },
        expect.objectContaining({ reason: 'UNREADABLE_TEXT', part: 'int(user.attributes.code)' }),
        expect.objectContaining({ reason: 'WRONG_TYPE', part: 'user.attributes.code.getHours()' }),
      ],
    });
    expect(JSON.stringify(accessDecision)).not.toContain(SECRET);
  });

  test('also of the policy that denied because of it', async () => {
    const { accessDecision } = await ada.ask(ABOUT, { userId: csr.userId, path: '/denied/a' });
    expect(accessDecision).toMatchObject({ isAllowed: false, reason: 'DENIED_BY_FAILED_POLICY' });
    expect(accessDecision.failures).toMatchObject([
      { policy: { name: 'denied' }, reason: 'UNREADABLE_TEXT', message: expect.not.stringContaining(SECRET) },
    ]);
  });

  test('and not to a viewer who may not read policies', async () => {
    const { data, errors } = await csr.run(ABOUT, { path: '/files/a' });
    expect(data.accessDecision).toEqual({ isAllowed: false, reason: 'NO_POLICY_MATCHES', failures: null });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    expect(JSON.stringify(errors)).not.toContain('clearance');
  });
});

test('a preview counts the failures of the draft and of the other policies, for every user and file', async () => {
  const input = { filePattern: '/files/**', condition: 'user.attributes.level > 1', effect: 'ALLOW' };
  const { fileAccessPolicyPreview } = await ada.ask(PREVIEW, { input, paths: ['/files/a', '/files/b'] });
  expect(fileAccessPolicyPreview).toMatchObject({ gainedCount: 0 });
  const counted = fileAccessPolicyPreview.failures.map(
    ({
      count,
      condition,
    }: {
      count: number;
      condition: { policy: { name: string } | null; message: string };
    }) => [condition.policy?.name, count, condition.message],
  );
  expect(counted).toEqual(
    expect.arrayContaining([
      [undefined, 6, 'user.attributes.level has no value.'],
      ['by clearance', 2, 'user.attributes.clearance has no value.'],
      ['by code', 4, 'user.attributes.code has no value.'],
      ['by code', 2, 'int(user.attributes.code) cannot be read from this text.'],
    ]),
  );
  expect(JSON.stringify(fileAccessPolicyPreview)).not.toContain(SECRET);
});

describe('every kind of failure is explained without a value of the user', () => {
  const held = ['text=a-secret-text', 'number=3', 'time=2026-05-02T16:20:00Z'];
  const pool = new Map([['number', { name: 'number', valueType: 'NUMBER' } as never]]);
  const user = new ConditionUser({ name: 'a-secret-name', attributes: held } as unknown as User, pool);
  const facts = { user, file: new ConditionFile('/a-secret-file'), now: new Date() };

  test.each([
    ['user.attributes[user.name] == 1', 'MISSING_VALUE'],
    ['bool(user.attributes.text)', 'UNREADABLE_TEXT'],
    ['timestamp(user.attributes.text) < now', 'UNREADABLE_TEXT'],
    ['now.getHours(user.attributes.text) < 3', 'UNREADABLE_TEXT'],
    ['user.attributes.text < 3', 'WRONG_TYPE'],
    ['user.attributes.text || false', 'WRONG_TYPE'],
    ['user.attributes.text ? true : false', 'WRONG_TYPE'],
    ['user.attributes.text.all(x, true)', 'WRONG_TYPE'],
    ['user.name.substring(100) == ""', 'OUT_OF_RANGE'],
    ['[1][user.name.size()] == 1', 'OUT_OF_RANGE'],
    ['9223372036854775807 + user.name.size() > 0', 'OUT_OF_RANGE'],
    ['1 / (user.name.size() - 13) > 1', 'DIVISION_BY_ZERO'],
    ['1 % (user.name.size() - 13) > 1', 'DIVISION_BY_ZERO'],
  ])('%s: %s', (condition, reason) => {
    let failure: ReturnType<typeof failureOf> | undefined;
    try {
      readCondition(condition).holds(facts);
    } catch (error) {
      failure = failureOf(condition, error);
    }
    expect(failure).toMatchObject({ reason, line: 1 });
    expect(JSON.stringify(failure)).not.toContain('secret');
  });

  test('a stored condition that is not accepted any more: REFUSED', () => {
    const fault = new ConditionFault('user.nme == ""', 4, 'No such key: nme.');
    expect(failureOf('user.nme == ""', fault)).toEqual({
      reason: 'REFUSED',
      part: null,
      line: 1,
      column: 5,
      message: 'Line 1, column 5: No such key: nme.',
    });
  });
});
