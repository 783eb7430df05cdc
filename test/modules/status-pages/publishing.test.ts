import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mutate, refusals } from '../../support/mutate.ts';
import { PageStreamReader, pageWhen, readPage } from '../../support/page-reader.ts';
import type { Person } from '../../support/person.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { aStatusStage, type StatusStage } from '../../support/status-stage.ts';

describeOnPostgres('publishing a status page', () => {
  let stage: StatusStage;
  let nodes: string[];

  beforeAll(async () => {
    stage = await aStatusStage({ STATUS_PAGE_REQUESTS_PER_SECOND: '100000' });
    nodes = [stage.installation.app.url, stage.elsewhere.url];
  }, 120_000);

  afterAll(() => stage.installation.stop());

  const publish = (slug: string | null, by: Person = stage.ada, id = stage.acme) =>
    mutate(by, 'statusPageUpdate', { id, input: { statusPageSlug: slug } });

  const refused = async (slug: string, by: Person = stage.ada, id = stage.acme) =>
    (await refusals(by, 'statusPageUpdate', { id, input: { statusPageSlug: slug } })).map(({ code, path }) =>
      [code, ...path].join(' '),
    );

  test('47: only those who administer the tenant publish its page', async () => {
    for (const by of [stage.sue, stage.resident])
      expect(await refused('acme-page', by)).toEqual(['FORBIDDEN']);
    for (const by of [stage.gil, stage.ann]) expect(await refused('acme-page', by)).toEqual(['NOT_FOUND id']);
    for (const [by, slug] of [
      [stage.ada, 'by-ada'],
      [stage.olga, 'by-olga'],
      [stage.installation.root, 'by-root'],
    ] as const) {
      await publish(slug, by);
      expect((await pageWhen(nodes[0] ?? '', slug, ({ status }) => status === 200)).page.name).toBe('Acme');
    }
    await publish(null);
  });

  test('47: a slug that is malformed, reserved or taken is refused with its path', async () => {
    const at = 'input statusPageSlug';
    for (const slug of [
      '',
      'ab',
      'Acme',
      'a_b_c',
      '-acme',
      'acme-',
      'a b',
      'a/b',
      'ä-ö-ü',
      'a'.repeat(64),
      'api',
      'status',
      'null',
    ])
      expect([slug, await refused(slug)]).toEqual([slug, [`INVALID_INPUT ${at}`]]);
    await publish('wanted');
    expect(await refused('wanted', stage.gil, stage.globex)).toEqual([`ALREADY_EXISTS ${at}`]);
    await publish(null);
    await publish('wanted', stage.gil, stage.globex);
    expect((await pageWhen(nodes[1] ?? '', 'wanted', ({ status }) => status === 200)).page.name).toBe(
      'Globex',
    );
    await publish(null, stage.gil, stage.globex);
  });

  test('47 X: an unknown, private, malformed or suspended slug is answered alike, without a query', async () => {
    const { id } = await stage.installation.aTenant('Resting');
    await publish('resting', stage.installation.root, id);
    for (const url of nodes) await pageWhen(url, 'resting', ({ status }) => status === 200);
    await mutate(stage.installation.root, 'tenantUpdate', { id, input: { status: 'SUSPENDED' } });
    for (const url of nodes) {
      await pageWhen(url, 'resting', ({ status }) => status === 404);
      const answers = new Set<string>();
      for (const slug of [
        'resting',
        'never-there',
        'acme',
        'Acme',
        '%00',
        '%',
        '..%2fgraphql',
        'a'.repeat(500),
        `${id}`,
      ]) {
        for (const part of ['', '/feed.atom', '/events', '/other', '/events/x']) {
          const { status, headers, text } = await readPage(url, `${slug}${part}`);
          const { date: _date, ...named } = Object.fromEntries(headers);
          answers.add(JSON.stringify([status, named, text]));
        }
      }
      expect([...answers]).toEqual([expect.stringMatching(/^\[404,.*NO_SUCH_PAGE/)]);
    }
    await mutate(stage.installation.root, 'tenantUpdate', { id, input: { status: 'ACTIVE' } });
    for (const url of nodes) await pageWhen(url, 'resting', ({ status }) => status === 200);
  });

  test('47 X: the end of a page ends its streams on every node immediately', async () => {
    const { root } = stage.installation;
    const suspend = (status: string) => mutate(root, 'tenantUpdate', { id: stage.acme, input: { status } });
    for (const [end, begin] of [
      [() => publish(null, root), () => publish('ending', root)],
      [() => publish('elsewhere', root), () => publish('ending', root)],
      [() => suspend('SUSPENDED'), () => suspend('ACTIVE')],
    ] as const) {
      await publish('ending', root);
      for (const url of nodes) await pageWhen(url, 'ending', ({ status }) => status === 200);
      const streams = await Promise.all(nodes.map((url) => PageStreamReader.open(url, 'ending')));
      for (const stream of streams) expect((await stream.page())?.page.name).toBe('Acme');
      await end();
      for (const stream of streams) expect(await stream.page()).toBeNull();
      for (const url of nodes) expect((await readPage(url, 'ending')).status).toBe(404);
      await begin();
    }
  });
});
