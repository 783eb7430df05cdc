import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { telemetryOf } from '../../src/config/open-telemetry.ts';
import { openTracing } from '../../src/telemetry/open-telemetry.ts';
import { withVariables } from '../support/collector.ts';
import { PROJECT_FOLDER, programFile } from '../support/program-file.ts';
import { silentLog } from '../support/silent-log.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

test('spans are sent where a collector or the exporter is named, and not where the SDK or the exporter is off', () => {
  const isTraced = (env: Record<string, string>) => telemetryOf(env).isTraced;
  expect(isTraced({})).toBe(false);
  expect(isTraced({ OTEL_SERVICE_NAME: 'a', OTEL_TRACES_SAMPLER: 'always_on' })).toBe(false);
  expect(isTraced(ENDPOINT)).toBe(true);
  expect(isTraced({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c.test/v1/traces' })).toBe(true);
  expect(isTraced({ OTEL_TRACES_EXPORTER: 'otlp' })).toBe(true);
  expect(isTraced({ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' })).toBe(false);
  expect(isTraced({ ...ENDPOINT, OTEL_SDK_DISABLED: 'true' })).toBe(false);
});

// The metrics load its types, in which nothing is done.
test('a server without the variables loads no package of OpenTelemetry beside its types', () => {
  const [app, telemetry] = ['src/app.ts', 'src/telemetry/open-telemetry.ts'].map((file) =>
    programFile(new URL(`../../${file}`, import.meta.url)),
  );
  const source = `
    import { Module } from 'node:module';
    const count = () => Object.keys(Module._cache).filter((file) => /@opentelemetry.(?!api.)/.test(file)).length;
    await import(${JSON.stringify(app?.path)});
    const before = count();
    const { openTracing } = await import(${JSON.stringify(telemetry?.path)});
    await openTracing({});
    console.log(JSON.stringify({ before, after: count() }));
    process.exit();`;
  const said = execFileSync(
    process.execPath,
    [...(app?.options ?? []), '--input-type=module', '-e', source],
    { cwd: PROJECT_FOLDER, encoding: 'utf8' },
  );
  const { before, after } = JSON.parse(said.trim().split('\n').at(-1) ?? '') as Record<
    'before' | 'after',
    number
  >;
  expect(before).toBe(0);
  expect(after).toBeGreaterThan(10);
});

test('the attributes have the names of the conventions', () => {
  const known = new Set(Object.values(conventions).filter((value) => typeof value === 'string'));
  const OURS = [
    'src/db/watched-statements.ts',
    'src/changes/change-traces.ts',
    'src/transport/pipeline/record-operations.ts',
  ];
  const used = OURS.flatMap((file) =>
    [
      ...readFileSync(`${PROJECT_FOLDER}/${file}`, 'utf8').matchAll(
        /'((?:db|messaging|graphql|error)\.[a-z_.]+)'/g,
      ),
    ].map(([, name]) => name),
  );
  expect(used.length).toBeGreaterThan(8);
  expect(used.filter((name) => !known.has(name as never))).toEqual([]);
});

test('a collector that refuses is named once a minute, without its address and its headers, and delays no stop', async () => {
  const server = createServer((_request, response) => response.writeHead(401).end('secret of the collector'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const warned: object[] = [];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const variables = {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret',
    OTEL_BSP_SCHEDULE_DELAY: '10',
  };
  await withVariables(variables, async () => {
    const tracing = await openTracing({ ...silentLog, warn: (fields) => void warned.push(fields) });
    for (const name of ['one', 'two']) {
      tracing.begin({ name, kind: 'internal' }, null).end();
    }
    await tracing.stop();
  });
  server.closeAllConnections();
  server.close();
  expect(warned).toEqual([{ spans: 2, code: 401, leftOut: 0 }]);
});
