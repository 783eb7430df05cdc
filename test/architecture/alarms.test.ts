import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { collectDefaultMetrics } from 'prom-client';
import { parse } from 'yaml';
import { createMetrics } from '../../src/core/process/metrics.ts';

interface Alarm {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly runbook: string };
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const alarms: Alarm[] = parse(read('ops/prometheus/alerts.yaml')).groups[0].rules;
const dashboard: Dashboard = JSON.parse(read('ops/grafana/dashboard.json'));
const expressions = [
  ...alarms.map(({ expr }) => expr),
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
];

const metrics = createMetrics();
collectDefaultMetrics({ register: metrics.registry });
/** A scrape of a node, and the metric that Prometheus makes for each scrape. */
const series = `${await metrics.registry.metrics()}\nup{job="lockstep"} 1`;

test('every metric of the alarms and of the dashboard exists', () => {
  const named = expressions.flatMap((expr) => expr.match(/\b(?:lockstep|nodejs|process)_\w+/g) ?? []);
  const missing = named.filter((name) => !new RegExp(`^${name}[ {]`, 'm').test(series));
  expect(named.length).toBeGreaterThan(30);
  expect(missing).toEqual([]);
});

test('every value of a label that the alarms name exists', () => {
  const selectors = alarms.flatMap(({ expr }) => [...expr.matchAll(/(\w+)\{(\w+)=~?"([^"]+)"\}/g)]);
  const missing = selectors.flatMap(([, metric, label, values]) =>
    (values ?? '')
      .split('|')
      .filter(
        (value) => label !== 'job' && !new RegExp(`^${metric}\\{.*${label}="${value}"`, 'm').test(series),
      )
      .map((value) => `${metric}{${label}="${value}"}`),
  );
  expect(selectors.length).toBeGreaterThan(5);
  expect(missing).toEqual([]);
});

test('every alarm has a section in the runbook, and every section an alarm', () => {
  const sections = [...read('docs/runbook.md').matchAll(/^## (\w+)$/gm)].map(([, title]) => title);
  expect(sections).toEqual(alarms.map(({ alert }) => alert));
  for (const { alert, annotations } of alarms)
    expect(annotations.runbook).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
});
