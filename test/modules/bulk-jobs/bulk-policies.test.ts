import { expect, test } from '@jest/globals';
import { DELETE_POLICIES, doInBulk } from '../../support/bulk.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

const CREATE = `mutation ($input: FileAccessPolicyCreateInput!) {
  fileAccessPolicyCreate(input: $input) { fileAccessPolicyId userErrors { message } } }`;

async function policies(count: number, tenantId: string, effect = 'ALLOW'): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = crypto.randomUUID();
    const input = { tenantId, name, filePattern: `drafts/${index}`, condition: 'true', effect };
    const { fileAccessPolicyCreate } = await installation.root.ask(CREATE, { input });
    ids.push(fileAccessPolicyCreate.fileAccessPolicyId);
  }
  return ids;
}

test('X: is refused to a viewer who may only read policies, and deletes none of another tenant for any viewer', async () => {
  const globex = await installation.aTenant('Globex');
  const [foreign] = (await policies(1, globex.id)) as [string];
  const [own] = (await policies(1, acme.id)) as [string];
  const head = await installation.aUser('ORGANIZATION_ADMIN', { organizationId: acme.organizationId });
  const { errors } = await head.run(DELETE_POLICIES, { tenantId: acme.id, ids: [own] });
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);

  const byAda = await doInBulk(ada, acme.id, DELETE_POLICIES, { ids: [foreign] });
  const byRoot = await doInBulk(installation.root, acme.id, DELETE_POLICIES, { ids: [foreign] });
  for (const job of [byAda, byRoot]) {
    expect(job.items.nodes).toEqual([
      {
        targetId: foreign,
        status: 'FAILED',
        errorCode: 'NOT_FOUND',
        message: 'There is no such file access policy.',
      },
    ]);
  }
});

test('those that a filter chooses are deleted: each is an event, and together they are one', async () => {
  const kept = await policies(1, acme.id, 'DENY');
  const gone = await policies(60, acme.id);
  const after = await ada.now(acme.id);
  const each = ada.follow(
    'subscription ($after: Cursor) { fileAccessPolicyDeleted(after: $after) { fileAccessPolicyId } }',
    { after },
  );
  const whole = ada.follow(
    'subscription ($after: Cursor) { fileAccessPoliciesDeleted(after: $after) { bulkJob { kind total succeededCount } } }',
    { after },
  );
  const filter = { effect: { equals: 'ALLOW' }, filePattern: { contains: 'drafts/' }, id: { in: gone } };
  await doInBulk(ada, acme.id, DELETE_POLICIES, { filter });

  const told = (await each.take(60)) as { fileAccessPolicyId: string }[];
  expect(told.map((one) => one.fileAccessPolicyId)).toEqual(gone.toSorted());
  expect(await whole.event()).toEqual({
    bulkJob: { kind: 'FILE_ACCESS_POLICIES_DELETE', total: 60, succeededCount: 60 },
  });
  const { fileAccessPolicies } = await ada.ask(
    'query ($ids: [ID!]) { fileAccessPolicies(filter: { id: { in: $ids } }) { nodes { id } } }',
    { ids: [...kept, ...gone] },
  );
  expect(fileAccessPolicies.nodes).toEqual([{ id: kept[0] }]);
});

test('X: is stopped only by a viewer who may ask for it', async () => {
  const head = await installation.aUser('ORGANIZATION_ADMIN', { organizationId: acme.organizationId });
  const CANCEL = 'mutation ($id: ID!) { bulkJobCancel(id: $id) { userErrors { code message path } } }';
  const ids = Array.from({ length: 10_000 }, () => crypto.randomUUID());
  const { bulkJobId: id } = (await ada.ask(DELETE_POLICIES, { ids })).fileAccessPoliciesDelete;
  const { data } = await head.run(CANCEL, { id });
  expect(data.bulkJobCancel.userErrors).toEqual([
    {
      code: 'FORBIDDEN_CHANGE',
      message: 'You may not stop a job of the kind FILE_ACCESS_POLICIES_DELETE.',
      path: ['id'],
    },
  ]);
  await ada.ask(CANCEL, { id });
});
