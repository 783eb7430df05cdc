import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Context } from '../../../src/core/context.ts';
import { currentSpan, inSpan, type Tracing } from '../../../src/core/requests/tracing.ts';
import type { Viewer } from '../../../src/core/rights/viewer.ts';
import type { PrismaClient } from '../../../src/generated/prisma/client.ts';
import { rowLoader } from '../../../src/graph/rows/loader.ts';
import { openTracing } from '../../../src/telemetry/open-telemetry.ts';
import { Collector, withVariables } from '../../support/collector.ts';
import { silentLog } from '../../support/silent-log.ts';

let collector: Collector;
let tracing: Tracing;

beforeAll(async () => {
  collector = await Collector.start();
  const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '50' };
  tracing = await withVariables(variables, () => openTracing(silentLog));
});

afterAll(async () => {
  await tracing?.stop();
  await collector?.stop();
});

const begin = (name: string) => tracing.begin({ name, kind: 'server' }, null);
const ctx = { viewer: {} as Viewer, db: {} as PrismaClient } as Context;

/** A loader whose reads are spans of whatever they are read for, as statements are. */
const load = rowLoader<{ id: string }>({
  find: async (_db, ids) => {
    currentSpan()
      ?.begin({ name: `read ${ids.length}`, kind: 'client' })
      .end();
    return ids.map((id) => ({ id }));
  },
  visibleTo: () => ({}),
});

test('77: what two operations read together is in a trace of its own that links to both, and below none of them', async () => {
  const [one, other] = [begin('one'), begin('other')];
  await Promise.all([inSpan(one, () => load(ctx, 'a')), inSpan(other, () => load(ctx, 'b'))]);
  for (const span of [one, other]) span.end();
  await collector.until('the read', () => collector.spans.some(({ name }) => name === 'read rows together'));
  const together = collector.spans.find(({ name }) => name === 'read rows together');
  expect(together?.parentSpanId).toBeNull();
  expect(together?.links.map(({ traceId }) => traceId).toSorted()).toEqual(
    [one.traceId, other.traceId].toSorted(),
  );
  const read = collector.spans.find(({ name }) => name === 'read 2');
  expect(read?.parentSpanId).toBe(together?.spanId);
  for (const span of [one, other]) expect(collector.of(span.traceId)).toHaveLength(1);
});

test('what one operation reads is below it, and the next one reads for itself', async () => {
  const [one, other] = [begin('alone'), begin('after')];
  await inSpan(one, () => load(ctx, 'a'));
  await inSpan(other, () => load(ctx, 'b'));
  await load(ctx, 'c');
  for (const span of [one, other]) span.end();
  await collector.until('both', () => collector.of(other.traceId).length === 2);
  for (const span of [one, other])
    expect(
      collector
        .of(span.traceId)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual([span === one ? 'alone' : 'after', 'read 1'].toSorted());
});
