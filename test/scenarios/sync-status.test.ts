import { expect, test } from '@jest/globals';
import { EventSource } from '../support/event-source.ts';
import { mutate } from '../support/mutate.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, globex, ada, cleo } = await aStage({
  acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' },
  globex: {},
});
const { root } = installation;

const STATUS = `query ($id: ID) { tenantSyncStatus(tenantId: $id) {
  tenantId status message platform { newestVersion adoptedVersion pendingPaths } businessType { newestVersion } } }`;
const HEALTH = '{ syncHealth { percentage total succeeded pending failed } }';
const COMPLETED = 'subscription ($after: Cursor) { syncRunCompleted(after: $after) { syncRun { id } } }';
const LIVE = '{ syncHealth { liveConnections feedCursor } }';
const CHANGED = `subscription ($after: Cursor) { tenantSyncChanged(after: $after) { __typename } }`;
const LATEST = '{ syncRuns(first: 1) { feedCursor } }';

describeOnPostgres('the adoption of layers by tenants', () => {
  test('T X: a tenant is one’s own, and the health of all tenants is for the platform', async () => {
    expect((await cleo.run(STATUS)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await ada.run(STATUS, { id: globex.id })).errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ]);
    expect((await root.run(STATUS, { id: crypto.randomUUID() })).errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ]);
    expect((await ada.run(HEALTH)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  test('a tenant that has adopted the newest version is a SUCCESS, and the health counts it', async () => {
    const after = (await root.ask(LATEST)).syncRuns.feedCursor;
    const set = [{ path: 'branding.name', value: 'One' }];
    await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set } });
    await root.follow(COMPLETED, { after }).take(1);
    expect((await ada.ask(STATUS)).tenantSyncStatus).toEqual({
      tenantId: acme.id,
      status: 'SUCCESS',
      message: null,
      platform: { newestVersion: 1, adoptedVersion: 1, pendingPaths: [] },
      businessType: null,
    });
    expect((await root.ask(HEALTH)).syncHealth).toEqual({
      percentage: 100,
      total: 2,
      succeeded: 2,
      pending: 0,
      failed: 0,
    });
  });

  test('a client that follows is one live connection more, on a socket or an event stream, until it leaves; a question is none', async () => {
    const live = async (): Promise<number> => (await root.ask(LIVE)).syncHealth.liveConnections;
    const after = (await root.ask(LIVE)).syncHealth.feedCursor;
    const before = await live();
    const stream = root.follow(CHANGED, { after });
    await stream.changesUntilCaughtUp();
    expect(await live()).toBe(before + 1);
    const { url, token } = root;
    const source = await EventSource.open(url, token, { query: CHANGED, variables: { after } });
    await source.take(1);
    expect(await live()).toBe(before + 2);
    source.cut();
    await stream.close();
    while ((await live()) !== before);
  });
});
