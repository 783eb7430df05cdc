import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openIncident, postUpdate } from '../../support/incidents.ts';
import { mutate } from '../../support/mutate.ts';
import { PageStreamReader, pageWhen, readPage } from '../../support/page-reader.ts';
import type { Person } from '../../support/person.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { aStatusStage, minutesFromNow, type StatusStage } from '../../support/status-stage.ts';

const SETTINGS = { STATUS_PAGE_REQUESTS_PER_SECOND: '100000' };
const KEYS = [
  'asOf days description downSeconds endsAt group groups id impact incidents isBackdated knownSeconds maintenance',
  'message name occurredAt postedAt ratio resolvedAt serviceId serviceIds services since stale startedAt startsAt',
  'status timeZone title updates uptime weights',
  'DEGRADED_PERFORMANCE MAJOR_OUTAGE OPERATIONAL PARTIAL_OUTAGE UNDER_MAINTENANCE',
].flatMap((line) => line.split(' '));

describeOnPostgres('what a status page shows', () => {
  let stage: StatusStage;
  let nodes: string[];
  let near: string;
  let far: string;

  beforeAll(async () => {
    stage = await aStatusStage(SETTINGS);
    near = stage.installation.app.url;
    far = stage.elsewhere.url;
    nodes = [near, far];
    await mutate(stage.ada, 'statusPageUpdate', { id: stage.acme, input: { statusPageSlug: 'acme' } });
    for (const url of nodes) await pageWhen(url, 'acme', ({ status }) => status === 200);
  }, 120_000);

  afterAll(() => stage.installation.stop());

  async function service(name: string, more: object = {}, by: Person = stage.ada): Promise<string> {
    const input = { name, isPublic: true, ...more };
    return (await mutate(by, 'serviceCreate', { input }, 'serviceId')).serviceId;
  }

  const set = (id: string, status: string) =>
    mutate(stage.ada, 'serviceStatusSet', { id, status, reason: 'CANARY-reason' });
  const shows = (text: string) => (answer: { text: string }) => answer.text.includes(text);
  const shownOn = (url: string, text: string) => pageWhen(url, 'acme', shows(text));

  /** The page on both nodes, when they are as complete as each other. */
  async function onBoth(path: string) {
    for (;;) {
      const [one, other] = await Promise.all(nodes.map((url) => readPage(url, path)));
      if (one && other && one.page?.asOf === other.page?.asOf) return [one, other] as const;
    }
  }

  test('47 X: nothing that is not public is on a page: no canary of any column, no internal id, no other key', async () => {
    const team = (await mutate(stage.ada, 'teamCreate', { input: { name: 'CANARY-team' } }, 'teamId')).teamId;
    const open = await service('Sign-in <&> "é"', { teamId: team, group: 'Front' });
    const hidden = await service('CANARY-service', {
      isPublic: false,
      group: 'CANARY-group',
      description: 'CANARY',
    });
    const foreign = await service('CANARY-globex', {}, stage.gil);
    await set(open, 'DEGRADED_PERFORMANCE');
    await set(hidden, 'MAJOR_OUTAGE');
    const secret = { key: 'CANARY-key', leadId: stage.sue.userId, teamId: team };
    const seen = await openIncident(stage.ada, open, { title: 'Slow <&>', visibility: 'PUBLIC', ...secret });
    await postUpdate(stage.ada, seen, { message: 'CANARY-staff', visibility: 'STAFF' });
    await postUpdate(stage.ada, seen, { message: 'CANARY-tenant', visibility: 'TENANT' });
    const within = await openIncident(stage.ada, hidden, { title: 'CANARY-inside', visibility: 'PUBLIC' });
    const quiet = await openIncident(stage.ada, open, { title: 'CANARY-unpublished' });
    const times = { startsAt: minutesFromNow(60), endsAt: minutesFromNow(90) };
    const planned = { title: 'A larger machine', description: 'Planned.', ...times, teamId: team };
    for (const [title, id] of [
      ['A larger machine', open],
      ['CANARY-window', hidden],
    ] as const)
      await mutate(stage.ada, 'maintenanceWindowSchedule', {
        input: { ...planned, title, serviceIds: [id] },
      });
    for (const url of nodes) await shownOn(url, 'A larger machine');
    const stream = await PageStreamReader.open(far, 'acme');
    const event = JSON.stringify(await stream.page());
    stream.leave();
    expect(event).toContain('A larger machine');
    for (const url of nodes) {
      const { page, text } = await shownOn(url, 'A larger machine');
      const { text: feed } = await readPage(url, 'acme/feed.atom');
      for (const given of [text, feed, event]) {
        expect(given).not.toContain('CANARY');
        for (const id of [open, hidden, foreign, seen, within, quiet, team, stage.acme, stage.organizationId])
          expect(given).not.toContain(id);
      }
      expect(new Set(keysOf(page))).toEqual(new Set(KEYS));
      expect(page).toMatchObject({
        name: 'Acme',
        status: 'DEGRADED_PERFORMANCE',
        stale: false,
        groups: [{ name: 'Front', status: 'DEGRADED_PERFORMANCE' }],
        services: [{ name: 'Sign-in <&> "é"', status: 'DEGRADED_PERFORMANCE' }],
        incidents: [{ title: 'Slow <&>', status: 'INVESTIGATING', updates: [{ status: 'INVESTIGATING' }] }],
        maintenance: [{ title: 'A larger machine', status: 'SCHEDULED' }],
      });
      expect(feed).toContain('<title>Slow &lt;&amp;&gt;</title>');
    }
    await postUpdate(stage.ada, seen, { status: 'RESOLVED', visibility: 'PUBLIC', message: 'Over.' });
    for (const id of [within, quiet])
      await mutate(stage.ada, 'incidentResolve', { id, input: { message: 'Over.' } });
    await mutate(stage.ada, 'serviceStatusClear', { id: open });
    await shownOn(near, 'Over.');
  });

  test('47: the page, its tag and the ids of its feed are the same on every node and after a restart', async () => {
    const id = await service('Ledger');
    const incident = await openIncident(stage.ada, id, { title: 'Ledger is late', visibility: 'PUBLIC' });
    for (const url of nodes) await shownOn(url, 'Ledger is late');
    const again = await stage.installation.anotherNode(SETTINGS);
    await pageWhen(again.url, 'acme', ({ status }) => status === 200);
    for (const path of ['acme', 'acme/feed.atom']) {
      for (;;) {
        const all = await Promise.all([...nodes, again.url].map((url) => readPage(url, path)));
        if (new Set(all.map(({ page }) => page?.asOf)).size > 1) continue; // a minute has begun
        expect(new Set(all.map(({ text }) => text)).size).toBe(1);
        expect(new Set(all.map(({ headers }) => headers.get('etag')))).toEqual(
          new Set([expect.stringMatching(/^"[\w-]{27}"$/)]),
        );
        break;
      }
    }
    const before = (await readPage(near, 'acme/feed.atom')).text;
    await postUpdate(stage.ada, incident, { message: 'CANARY', visibility: 'STAFF' });
    await postUpdate(stage.ada, incident, { message: 'Found it.', visibility: 'PUBLIC' });
    const { text: after } = await pageWhen(near, 'acme/feed.atom', shows('Found it.'));
    const idsIn = (text: string) => text.match(/<id>[^<]+<\/id>/g);
    expect(idsIn(after)).toEqual(idsIn(before));
    expect(updatedIn(after) > updatedIn(before)).toBe(true);
    await mutate(stage.ada, 'incidentResolve', { id: incident, input: { message: 'Over.' } });
  });

  test('47: a reader that has the page gets 304, as long as it has not changed', async () => {
    const id = await service('Tagged');
    for (const url of nodes) await shownOn(url, 'Tagged');
    const [one, other] = await onBoth('acme');
    const etag = one.headers.get('etag') ?? '';
    expect(other.headers.get('etag')).toBe(etag);
    const asked = await readPage(far, 'acme', { headers: { 'if-none-match': `"x", W/${etag}` } });
    // A new minute has another tag.
    expect([304, 200]).toContain(asked.status);
    if (asked.status === 200) expect(asked.headers.get('etag')).not.toBe(etag);
    expect(asked.headers.get('access-control-allow-origin')).toBe('*');
    expect(asked.headers.get('cache-control')).toMatch(
      /^public, max-age=(1\d|20), stale-while-revalidate=10$/,
    );
    await set(id, 'PARTIAL_OUTAGE');
    const changed = await pageWhen(far, 'acme', ({ page }) => page.status === 'PARTIAL_OUTAGE');
    expect(changed.headers.get('etag')).not.toBe(etag);
    await mutate(stage.ada, 'serviceStatusClear', { id });
  });

  test('47 X: a service that is no longer public is gone immediately, with its incidents, on every node and stream', async () => {
    const id = await service('Leaving');
    const by = { title: 'Leaving fails', visibility: 'PUBLIC' };
    await openIncident(stage.ada, id, by);
    for (const url of nodes) await shownOn(url, 'Leaving fails');
    const streams = await Promise.all(nodes.map((url) => PageStreamReader.open(url, 'acme')));
    for (const stream of streams) expect(JSON.stringify(await stream.page())).toContain('Leaving');
    await mutate(stage.ada, 'serviceUpdate', { id, input: { isPublic: false } });
    for (const stream of streams) {
      const event = await stream.page();
      expect(JSON.stringify(event)).not.toContain('Leaving');
      expect(event?.page.services.map(({ status }: { status: string }) => status)).not.toContain(
        'MAJOR_OUTAGE',
      );
      expect(event?.page.status).not.toBe('MAJOR_OUTAGE');
      stream.leave();
    }
    for (const url of nodes) {
      expect((await readPage(url, 'acme')).text).not.toContain('Leaving');
      expect((await readPage(url, 'acme/feed.atom')).text).not.toContain('Leaving');
    }
  });

  test('47: what the organization shares is on the page of each of its tenants, under other ids, and leaves with the tenant', async () => {
    const { root } = stage.installation;
    await mutate(stage.ann, 'statusPageUpdate', { id: stage.annex, input: { statusPageSlug: 'annex' } });
    await service('Shared mail', {}, stage.olga);
    const { page: here } = await shownOn(near, 'Shared mail');
    const { page: there } = await pageWhen(far, 'annex', shows('Shared mail'));
    const idIn = (page: typeof here) =>
      page.services.find(({ name }: { name: string }) => name === 'Shared mail').id;
    expect(idIn(here)).not.toBe(idIn(there));
    const stream = await PageStreamReader.open(near, 'annex');
    expect(JSON.stringify(await stream.page())).toContain('Shared mail');
    const organizationId = (await stage.installation.aTenant('Other')).organizationId;
    await mutate(root, 'tenantUpdate', { id: stage.annex, input: { organizationId } });
    expect(JSON.stringify(await stream.page())).not.toContain('Shared mail');
    stream.leave();
    for (const url of nodes) {
      const { text } = await pageWhen(url, 'annex', ({ text }) => !text.includes('Shared mail'));
      expect(JSON.parse(text).services).toEqual([]);
    }
  });

  test('47: the uptime on a page is that of serviceUptime, digit for digit', async () => {
    const id = await service('Metered');
    await stage.sql(`UPDATE service SET created_at = now() - interval '10 days' WHERE id = '${id}'`);
    const incident = await openIncident(stage.ada, id, { startedAt: minutesFromNow(-3 * 24 * 60) });
    await mutate(stage.ada, 'incidentResolve', { id: incident, input: { message: 'Over.' } });
    const uptimeOn = async (url: string) => {
      const { page } = await shownOn(url, 'Metered');
      const shown = page.services.find(({ name }: { name: string }) => name === 'Metered');
      return page.uptime.services.find(({ serviceId }: { serviceId: string }) => serviceId === shown.id);
    };
    const asked = 'query ($id: ID!) { serviceUptime(serviceId: $id) { days { ratio downSeconds } } }';
    const { days } = (await stage.ada.ask(asked, { id })).serviceUptime;
    const past = days.slice(0, -1).map(({ ratio }: { ratio: number | null }) => ratio);
    expect(past.slice(-2)).toEqual([0, 0]);
    for (const url of nodes) {
      // The page on this node may have been read before the rows were changed without the server.
      await pageWhen(url, 'acme', shows('Metered'));
      const shown = await uptimeOn(url);
      expect(shown.days.slice(0, -1)).toEqual(past);
      expect(shown.days.filter((ratio: number | null) => ratio === null)).toHaveLength(79);
      expect(shown.ratio).toBeLessThan(1);
    }
  });
});

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

function updatedIn(feed: string): string {
  return /<updated>([^<]+)</.exec(feed)?.[1] ?? '';
}
