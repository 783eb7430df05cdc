import { expect, test } from '@jest/globals';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { runSql } from '../../support/servers/run-sql.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
for (const company of ['Alder', 'Birch', 'Cedar']) await installation.aCustomer(acme.id, company);

const VERIFY = `query ($tenantId: ID, $after: Cursor) { verifyAuditChain(tenantId: $tenantId, after: $after) {
  isIntact isComplete checkedCount startHash headHash cursor firstBroken { reason number eventId cursor } } }`;

const verify = async (variables = {}) => (await ada.ask(VERIFY, variables)).verifyAuditChain;

test('an untouched log is intact, and a check continues where the previous one ended', async () => {
  const whole = await verify();
  await installation.aCustomer(acme.id, 'Dogwood');
  const rest = await verify({ after: whole.cursor });

  const intact = {
    isIntact: true,
    isComplete: true,
    firstBroken: null,
    headHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  };
  expect([whole, rest]).toEqual([
    { ...intact, startHash: null, checkedCount: expect.any(Number), cursor: expect.any(String) },
    { ...intact, startHash: whole.headHash, checkedCount: 2, cursor: expect.any(String) },
  ]);
  expect(rest.headHash).not.toBe(whole.headHash);
});

test('each level has a chain of its own', async () => {
  const ofPlatform = await installation.root.ask(VERIFY);
  const ofTenant = await installation.root.ask(VERIFY, { tenantId: acme.id });

  expect(ofPlatform.verifyAuditChain).toMatchObject({ isIntact: true });
  expect(ofTenant.verifyAuditChain.headHash).toBe((await verify()).headHash);
  expect(ofPlatform.verifyAuditChain.headHash).not.toBe(ofTenant.verifyAuditChain.headHash);
});

test('X: a cursor of another feed, or of none, is refused, and so is a tenant that does not exist', async () => {
  const foreign = await installation.root.now((await installation.aTenant('Globex')).id);
  const asked = [{ after: foreign }, { after: 'AAAA' }, { tenantId: crypto.randomUUID() }];

  const answers = await Promise.all(asked.map((variables) => ada.run(VERIFY, variables)));
  const ofRoot = await installation.root.run(VERIFY, { tenantId: crypto.randomUUID() });

  expect([...answers, ofRoot].map(({ errors }) => errors?.[0]?.extensions.code)).toEqual([
    'CURSOR_INVALID',
    'CURSOR_INVALID',
    'NOT_FOUND',
    'NOT_FOUND',
  ]);
});

test('one operation checks one chain', async () => {
  const twice = 'query { one: verifyAuditChain { isIntact } other: verifyAuditChain { isIntact } }';
  expect((await ada.run(twice)).errors).toEqual([
    expect.objectContaining({
      message: expect.stringContaining('(MAX_NODES)'),
      extensions: expect.objectContaining({ code: 'QUERY_TOO_COMPLEX' }),
    }),
  ]);
});

describeOnPostgres('without the knowledge of the server', () => {
  test('a value that was changed is named by the change that holds it', async () => {
    const { auditLog } = await ada.ask(
      'query { auditLog(first: 1, filter: { entity: { equals: CUSTOMER } }) { nodes { id } } }',
    );
    const [{ id }] = auditLog.nodes;
    const edit = (company: string) =>
      runSql(
        installation.app.config.databaseUrl ?? '',
        `UPDATE change SET image = image || '{"company": "${company}"}' WHERE event_id = '${id}'`,
      );
    await edit('Else');
    const broken = await verify();
    const behind = await verify({ after: broken.firstBroken.cursor });
    await edit('Dogwood');

    expect(broken).toMatchObject({
      isIntact: false,
      isComplete: false,
      firstBroken: { reason: 'CONTENT_CHANGED', number: expect.any(Number), eventId: id },
    });
    expect(behind).toMatchObject({ isIntact: true, isComplete: true });
    expect(await verify()).toMatchObject({ isIntact: true, isComplete: true, headHash: behind.headHash });
  });
});
