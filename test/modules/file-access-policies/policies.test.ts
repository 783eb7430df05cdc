import { expect, test } from '@jest/globals';
import { aStage } from '../../support/stage.ts';

const MAX_POLICIES = 500;
const AT_ONCE = 10;

const { installation, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

const INPUT = '{ filePattern: "/drafts/**", condition: "false", effect: ALLOW }';
const CREATE = `fileAccessPolicyCreate(input: ${INPUT}) {
  fileAccessPolicy { name filePattern } userErrors { code message path } }`;

test('a policy without a name is called after what it is about', async () => {
  const { fileAccessPolicyCreate } = await ada.ask(`mutation { ${CREATE} }`);
  expect(fileAccessPolicyCreate.fileAccessPolicy).toEqual({ name: '/drafts/**', filePattern: '/drafts/**' });
});

test('a tenant has no more policies than a decision can ask, also if many are made at once; others have theirs', async () => {
  const many = Array.from({ length: AT_ONCE }, (_, index) => `p${index}: ${CREATE}`).join('\n');
  const { fileAccessPolicies: before } = await ada.ask('{ fileAccessPolicies { totalCount } }');
  for (let count = before.totalCount; count < MAX_POLICIES - AT_ONCE; count += AT_ONCE) {
    await ada.ask(`mutation { ${many} }`);
  }
  const answers = await Promise.all(Array.from({ length: 3 }, () => ada.run(`mutation { ${many} }`)));
  const refusals = answers.flatMap(({ data }) =>
    Object.values(data as Record<string, { userErrors: object[] }>).flatMap(({ userErrors }) => userErrors),
  );
  const message = 'A tenant has 500 file-access policies at most: delete some first.';
  expect(new Set(refusals.map((one) => JSON.stringify(one)))).toEqual(
    new Set([JSON.stringify({ code: 'LIMIT_REACHED', message, path: ['input'] })]),
  );
  const { fileAccessPolicies: after } = await ada.ask('{ fileAccessPolicies { totalCount } }');
  expect(after.totalCount).toBe(MAX_POLICIES);
  const globex = await installation.aTenant('Globex');
  const gil = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
  await gil.ask(`mutation { ${CREATE} }`);
});
