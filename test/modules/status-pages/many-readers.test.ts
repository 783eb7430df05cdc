import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { mutate } from '../../support/mutate.ts';
import { PageStreamReader, pageWhen, readPage } from '../../support/page-reader.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { Scrape } from '../../support/scrape.ts';
import { aStatusStage, type StatusStage } from '../../support/status-stage.ts';

const READERS = 1_000;
const STREAMS = 50;

describeOnPostgres('many readers of a status page', () => {
  let stage: StatusStage;
  let url: string;
  let service: string;

  beforeAll(async () => {
    stage = await aStatusStage({ STATUS_PAGE_REQUESTS_PER_SECOND: '100000' });
    url = stage.installation.app.url;
    const input = { name: 'Payments', isPublic: true };
    service = (await mutate(stage.ada, 'serviceCreate', { input }, 'serviceId')).serviceId;
    await mutate(stage.ada, 'statusPageUpdate', { id: stage.acme, input: { statusPageSlug: 'acme' } });
    await pageWhen(url, 'acme', ({ text }) => text.includes('Payments'));
  }, 120_000);

  afterAll(() => stage.installation.stop());

  const reads = async () => (await Scrape.of(url)).value('lockstep_status_page_reads_total');
  const set = (status: string) =>
    mutate(stage.ada, 'serviceStatusSet', { id: service, status, reason: 'Test.' });

  test('47 D: a thousand readers, of the page and of slugs that lead nowhere, touch no table', async () => {
    const holder = new pg.Client({ connectionString: stage.installation.app.config.databaseUrl });
    await holder.connect();
    try {
      // Whatever reads one of these tables waits until the end of the transaction, and would not answer.
      await holder.query('BEGIN; LOCK TABLE tenant, service, service_effect, incident, maintenance_window');
      const before = await reads();
      const answers = [];
      for (let round = 0; round < 10; round += 1) {
        const paths = Array.from(
          { length: READERS / 10 },
          (_, index) => ['acme', 'acme/feed.atom', `nowhere-${round}-${index}`][index % 3] ?? '',
        );
        answers.push(...(await Promise.all(paths.map((path) => readPage(url, path)))));
      }
      expect(answers).toHaveLength(READERS);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 404]));
      expect(await reads()).toBe(before);
    } finally {
      await holder.end();
    }
  });

  test('47 D: a change is read once for all readers and streams, and a flapping service is read once a second', async () => {
    const streams = await Promise.all(
      Array.from({ length: STREAMS }, () => PageStreamReader.open(url, 'acme')),
    );
    for (const stream of streams) expect((await stream.page())?.page.status).toBe('OPERATIONAL');
    const before = await reads();
    const begun = performance.now();
    for (let round = 0; round < 10; round += 1) {
      await set('PARTIAL_OUTAGE');
      await set('DEGRADED_PERFORMANCE');
    }
    await set('MAJOR_OUTAGE');
    for (const stream of streams) {
      let received = await stream.page();
      while (received?.page.status !== 'MAJOR_OUTAGE') received = await stream.page();
    }
    const seconds = (performance.now() - begun) / 1_000;
    expect((await reads()) - before).toBeLessThanOrEqual(seconds + 2);
    for (const stream of streams) stream.leave();
    await Scrape.when(url, (scrape) => scrape.value('lockstep_status_page_readers') === 0);
  });

  test('47: a stream that continues gets nothing that it has', async () => {
    const first = await PageStreamReader.open(url, 'acme');
    const id = (await first.page())?.id ?? '';
    first.leave();
    const again = await PageStreamReader.open(url, 'acme', { 'last-event-id': id });
    await set('OPERATIONAL');
    expect((await again.page())?.page.status).toBe('OPERATIONAL');
    again.leave();
  });
});
