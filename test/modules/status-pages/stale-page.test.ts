import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Installation } from '../../support/installation.ts';
import { mutate } from '../../support/mutate.ts';
import { pageWhen, readPage } from '../../support/page-reader.ts';
import { describeWithOwnPostgres } from '../../support/real-servers.ts';
import { type PostgresServer, startPostgres } from '../../support/servers/postgres-server.ts';

describeWithOwnPostgres('a status page while the database is down', () => {
  let postgres: PostgresServer;
  let installation: Installation;

  beforeAll(async () => {
    postgres = await startPostgres();
    await postgres.createDatabase('lockstep');
    const settings = { DATABASE_URL: postgres.url('lockstep'), STATUS_PAGE_REQUESTS_PER_SECOND: '100000' };
    installation = await Installation.start({ ...settings, POLL_INTERVAL_MS: '50' });
  }, 120_000);

  afterAll(async () => {
    await installation.stop();
    await postgres.remove();
  });

  test('47 X: the last known page says that it is stale and until when it was complete; another one is no answer', async () => {
    const { url } = installation.app;
    const { root } = installation;
    for (const name of ['kept', 'never-asked']) {
      const { id } = await installation.aTenant(name);
      await mutate(root, 'statusPageUpdate', { id, input: { statusPageSlug: name } });
    }
    await pageWhen(url, 'kept', ({ status }) => status === 200);
    await postgres.stop('immediate');
    const stale = await pageWhen(url, 'kept', ({ page }) => page.stale === true);
    expect([stale.status, stale.headers.get('cache-control'), stale.headers.get('etag')]).toEqual([
      200,
      'no-store',
      null,
    ]);
    expect(new Date(stale.page.asOf).getTime()).toBeLessThanOrEqual(Date.now());
    expect((await readPage(url, 'kept/feed.atom')).status).toBe(503);
    const other = await readPage(url, 'never-asked');
    expect([other.status, other.headers.get('cache-control')]).toEqual([503, 'no-store']);
    expect((await readPage(url, 'nowhere')).status).toBe(404);
    await postgres.start();
    const fresh = await pageWhen(url, 'kept', ({ page }) => page.stale === false);
    expect(fresh.headers.get('etag')).not.toBeNull();
    await pageWhen(url, 'never-asked', ({ status }) => status === 200);
  });
});
