import { expect, test } from '@jest/globals';
import { createMetrics } from '../../../src/core/process/metrics.ts';
import { Scrape } from '../../support/scrape.ts';

const SAMPLE = /^([a-z][a-z0-9_]*)(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? (\d+(\.\d+)?(e[+-]\d+)?)$/;

/** The names that Prometheus reserves for the parts of a histogram. */
function familyOf(sample: string, type: string | undefined): string {
  return type === 'histogram' ? sample.replace(/_(bucket|sum|count)$/, '') : sample;
}

test('a scrape is valid: every metric has one help text, one type, and a name by the conventions of Prometheus', async () => {
  const metrics = createMetrics();
  metrics.lag.observe(0.015);
  metrics.operations.observe({ kind: 'query', outcome: 'ok' }, 0.2);
  const text = await metrics.registry.metrics();

  const families = new Map<string, string>();
  let described = '';
  const series = new Set<string>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (keyword === 'HELP') described = name;
    else if (keyword === 'TYPE') {
      expect([name, families.has(name)]).toEqual([described, false]);
      families.set(name, rest);
    } else {
      expect(line).toMatch(SAMPLE);
      const [one = '', sample = ''] = [line.slice(0, line.lastIndexOf(' ')), SAMPLE.exec(line)?.[1]];
      expect([line, familyOf(sample, families.get(described))]).toEqual([line, described]);
      expect([one, series.has(one)]).toEqual([one, false]);
      series.add(one);
    }
  }

  for (const [name, type] of families) {
    expect(name).toMatch(/^lockstep_[a-z_]+$/);
    // Counters end in _total and nothing else does; times are in seconds and sizes in bytes.
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    expect(name).not.toMatch(/_(ms|milliseconds|minutes|kb|kib|mb|kilobytes|percent)(_|$)/);
  }
});

test('counters and gauges have their values at the time of the scrape, in a registry of their own', async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  let sockets = 1;
  one.sockets.read = () => sockets;
  one.resets.EXPIRED.inc();
  one.deliveries.pushed.inc(5_000);
  await one.registry.metrics();
  sockets = 7;
  one.resets.EXPIRED.inc();

  const scrapes = [one, other].map(async ({ registry }) => new Scrape(await registry.metrics()));
  const seen = (await Promise.all(scrapes)).map((scrape) => [
    scrape.value('lockstep_sockets'),
    scrape.byLabel('lockstep_resets_total'),
    scrape.byLabel('lockstep_deliveries_total'),
  ]);

  expect(seen).toEqual([
    [7, { EXPIRED: 2, EPOCH_CHANGED: 0, RIGHTS_CHANGED: 0 }, { pushed: 5_000, taken: 0 }],
    [0, { EXPIRED: 0, EPOCH_CHANGED: 0, RIGHTS_CHANGED: 0 }, { pushed: 0, taken: 0 }],
  ]);
});
