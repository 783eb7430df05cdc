import { describe, expect, test } from '@jest/globals';
import { aStage } from '../../support/stage.ts';

const { ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

/** The same field under many names. */
const times = (count: number, field: string) =>
  Array.from({ length: count }, (_, index) => `f${index}: ${field}`).join('\n');

const DECISION = 'accessDecision(path: "/x") { isAllowed }';
const PREVIEW = `fileAccessPolicyPreview(input: { filePattern: "**", condition: "true", effect: ALLOW }, paths: ["/x"]) {
  gainedCount changes(first: 100) { nodes { user { id } path } } }`;

describe('one operation', () => {
  test.each([
    [
      'many decisions about each user of a page',
      `{ users(first: 100) { nodes { ${times(30, DECISION)} } } }`,
    ],
    [
      'two decisions about each user of a large page',
      `{ users(first: 100) { nodes { ${times(2, DECISION)} } } }`,
    ],
    ['two previews', `{ ${times(2, PREVIEW)} }`],
    [
      'a preview and decisions about all users that it names',
      `{ ${PREVIEW.replace('user { id }', `user { ${DECISION} }`)} }`,
    ],
  ])('that asks for %s is refused, and the error names the limit', async (_what, query) => {
    const { data, errors } = await ada.run(query);
    expect(data).toBeUndefined();
    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('(MAX_NODES)'),
        extensions: expect.objectContaining({ code: 'QUERY_TOO_COMPLEX' }),
      }),
    ]);
  });

  test.each([
    ['a decision about each user of a page', `{ users(first: 100) { nodes { ${DECISION} } } }`],
    ['thirty decisions about the viewer', `{ ${times(30, DECISION)} }`],
    ['a preview with its longest page', `{ ${PREVIEW} }`],
  ])('may ask for %s', async (_what, query) => {
    expect((await ada.run(query)).errors).toBeUndefined();
  });
});

describe('the conditions of a tenant', () => {
  const CREATE = `mutation ($input: FileAccessPolicyCreateInput!) { fileAccessPolicyCreate(input: $input) {
    fileAccessPolicyId userErrors { code message path } } }`;
  const UPDATE = `mutation ($id: ID!, $input: FileAccessPolicyUpdateInput!) { fileAccessPolicyUpdate(id: $id, input: $input) {
    userErrors { code message path } } }`;
  /** It costs next to nothing to evaluate, and is long to parse. */
  const long = `"${'x'.repeat(1_990)}" == ""`;
  const input = { filePattern: '**', condition: long, effect: 'ALLOW' };
  const refused = {
    code: 'LIMIT_REACHED',
    message: expect.stringMatching(/may have 100000 characters together; with this one it is 10/),
    path: ['input'],
  };

  test('that are enabled have together no more characters than can be kept parsed', async () => {
    const ids: string[] = [];
    for (let length = long.length; length <= 100_000; length += long.length) {
      ids.push((await ada.ask(CREATE, { input })).fileAccessPolicyCreate.fileAccessPolicyId);
    }
    const { data } = await ada.run(CREATE, { input });
    expect(data.fileAccessPolicyCreate.userErrors).toEqual([refused]);

    const disabled = await ada.ask(CREATE, { input: { ...input, isEnabled: false } });
    const id = disabled.fileAccessPolicyCreate.fileAccessPolicyId;
    const enabled = await ada.run(UPDATE, { id, input: { isEnabled: true } });
    expect(enabled.data.fileAccessPolicyUpdate.userErrors).toEqual([refused]);
    await ada.ask(UPDATE, { id: ids[0], input: { condition: 'true' } });
    await ada.ask(UPDATE, { id, input: { isEnabled: true } });
  });
});
