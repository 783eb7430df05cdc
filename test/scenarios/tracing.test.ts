import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { TestApp } from '../support/app.ts';
import { Collector, withVariables } from '../support/collector.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import type { Answer } from '../support/person.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';
import { SHARED_REDIS, untilRedisIsUp } from '../support/shared-redis.ts';

const FOLLOW = `subscription ($id: ID, $after: Cursor) { customerChanged(tenantId: $id, after: $after) {
  __typename ... on CustomerEvent { entity { ... on Customer { company plan { name } } } } } }`;
const CREATE = `mutation CreateOne($input: CustomerCreateInput!) {
  customerCreate(input: $input) { customer { id } userErrors { message } } }`;
const AT_ONCE = 20;

/** A place in a trace of a client. */
function aPlace() {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` };
}

describe('the variables of OpenTelemetry', () => {
  test('77 refusals: what cannot be done is refused at the start, in one sentence for each variable', async () => {
    const starting = Installation.start({
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_TRACES_SAMPLER: 'sometimes',
    });
    await expect(starting).rejects.toThrow(
      /OTEL_TRACES_EXPORTER must be otlp or none\.\nOTEL_EXPORTER_OTLP_ENDPOINT must be a URL.*\nOTEL_EXPORTER_OTLP_PROTOCOL must be http.*\nOTEL_TRACES_SAMPLER must be always_on/,
    );
  });
});

describeOnPostgres('77: traces of two nodes', () => {
  describeOnRedis('with Redis', () => {
    let collector: Collector;
    let installation: Installation;
    let other: TestApp;
    let acme: TestTenant;
    let ada: TestUser;

    beforeAll(async () => {
      collector = await Collector.start();
      const settings = { ...SHARED_REDIS, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
      const node = (name: string, start: () => Promise<void>) =>
        withVariables(
          {
            OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
            OTEL_SERVICE_NAME: name,
            OTEL_BSP_SCHEDULE_DELAY: '100',
          },
          start,
        );
      await node('writer', async () => {
        installation = await Installation.start({
          ...settings,
          DATABASE_POOL_SIZE: '1',
          // So many wait for the connection; more could wait longer than its limit on a busy machine.
          OPERATIONS_PER_USER: '3',
        });
      });
      await node('reader', async () => {
        other = await installation.anotherNode(settings);
      });
      await Promise.all([installation.app, other].map(untilRedisIsUp));
      acme = await installation.aTenant();
      ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    });

    afterAll(async () => {
      await installation?.stop();
      await collector?.stop();
    });

    async function create(company: string, headers: Record<string, string>): Promise<Answer> {
      const input = { tenantId: acme.id, company, contactName: 'Ada', email: 'ada@alder.test' };
      const response = await fetch(`${installation.app.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${ada.token}`,
          ...headers,
        },
        body: JSON.stringify({ query: CREATE, variables: { input } }),
      });
      return (await response.json()) as Answer;
    }

    const namesOf = (traceId: string) => collector.of(traceId).map(({ name }) => name);
    const count = (traceId: string, name: string) => namesOf(traceId).filter((one) => one === name).length;

    test('77 A: one trace leads from the request of a mutation over its statements, the log and the wake-up to the frames of another node', async () => {
      const live = ada.at(other).follow(FOLLOW, { after: await ada.now(acme.id) });
      const platform = installation.root
        .at(other)
        .follow(FOLLOW, { id: acme.id, after: await ada.now(acme.id) });
      await Promise.all([create('First', {}), live.change(), platform.change()]);
      const place = aPlace();
      const { data } = await create('Alder', { traceparent: place.traceparent });
      expect(data.customerCreate.userErrors).toEqual([]);
      await live.change();
      await platform.change();
      await collector.until('the whole trace', () =>
        ['mutation customerCreate', 'publish changes', 'push change', 'take change'].every(
          (name) => count(place.traceId, name) > 0,
        ),
      );

      const spans = collector.of(place.traceId);
      const root = spans.find(({ name }) => name === 'mutation customerCreate');
      expect(root).toMatchObject({
        parentSpanId: place.spanId,
        service: 'writer',
        attributes: { 'graphql.operation.name': 'CreateOne', 'graphql.operation.type': 'mutation' },
      });
      const below = (parent: string | undefined) =>
        spans.filter(({ parentSpanId }) => parentSpanId === parent);
      const direct = below(root?.spanId).map(({ name }) => name);
      for (const name of ['BEGIN', 'INSERT customer', 'COMMIT', 'publish changes'])
        expect(direct).toContain(name);
      expect(direct.some((name) => /^(INSERT|WITH) change$/.test(name))).toBe(true);
      const publish = spans.find(({ name }) => name === 'publish changes');
      const received = below(publish?.spanId).filter(({ service }) => service === 'reader');
      expect(received.map(({ name }) => name)).toEqual(['receive changes']);
      const atReader = below(received[0]?.spanId);
      expect(atReader.every(({ service }) => service === 'reader')).toBe(true);
      expect(new Set(atReader.map(({ name }) => name))).toEqual(
        new Set(['execute change', 'push change', 'take change']),
      );
      await live.close();
      await platform.close();
    });

    test('77 B: each statement and each delivery of twenty mutations at a time, over one connection, is in the trace of its own', async () => {
      const live = ada.at(other).follow(FOLLOW, { after: await ada.now(acme.id) });
      const places = Array.from({ length: AT_ONCE }, aPlace);
      const answers = await Promise.all(
        places.map(({ traceparent }, index) => create(`At once ${index}`, { traceparent })),
      );
      for (const { data, errors } of answers)
        expect([errors, data?.customerCreate?.userErrors]).toEqual([undefined, []]);
      await live.changes(AT_ONCE);
      // Pushed to a live subscription, or taken by one that has yet to catch up.
      const deliveries = (traceId: string) => count(traceId, 'push change') + count(traceId, 'take change');
      await collector.until('all deliveries', () =>
        places.every(
          ({ traceId }) => deliveries(traceId) > 0 && count(traceId, 'mutation customerCreate') > 0,
        ),
      );
      const ONCE = ['mutation customerCreate', 'BEGIN', 'INSERT customer', 'INSERT change', 'COMMIT'];
      const counted = places.map(({ traceId }) => [
        deliveries(traceId),
        count(traceId, 'execute change'),
        ...ONCE.map((name) => count(traceId, name)),
      ]);
      expect(counted).toEqual(places.map(() => [1, 1, ...ONCE.map(() => 1)]));
      // Nothing of a trace hangs below a span of another one.
      for (const { traceId, spanId } of places) {
        const spans = collector.of(traceId);
        const known = new Set([spanId, ...spans.map((span) => span.spanId)]);
        expect(spans.filter(({ parentSpanId }) => !known.has(parentSpanId ?? ''))).toEqual([]);
      }
      await live.close();
    });

    test('77 C: a socket takes the trace of each operation from its extensions, or else from its connection; anything else is no trace', async () => {
      const [ofSocket, ofOperation] = [aPlace(), aPlace()];
      const client = createClient({
        url: `${installation.app.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${ada.token}`, traceparent: ofSocket.traceparent },
      });
      const ask = async (extensions?: Record<string, unknown>) => {
        for await (const _ of client.iterate({
          query: '{ viewer { user { id } } }',
          ...(extensions && { extensions }),
        }));
      };
      await ask();
      await ask({ traceparent: ofOperation.traceparent });
      await ask({ traceparent: '00-00000000000000000000000000000000-0000000000000000-01' });
      await ask({ traceparent: { not: 'a text' } });
      await client.dispose();
      await collector.until('the operations', () =>
        [[ofSocket, 3] as const, [ofOperation, 1] as const].every(
          ([{ traceId }, times]) => count(traceId, 'query viewer') === times,
        ),
      );
      const taken = collector.of(ofOperation.traceId).find(({ name }) => name === 'query viewer');
      expect(taken?.parentSpanId).toBe(ofOperation.spanId);
    });

    test('77 D: a span has no value, and a name that a client makes up is cut', async () => {
      const place = aPlace();
      const name = `Long${'x'.repeat(20_000)}`;
      const response = await fetch(`${installation.app.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${ada.token}`,
          traceparent: place.traceparent,
        },
        body: JSON.stringify({ query: `query ${name} { viewer { user { id } } }` }),
      });
      expect(response.status).toBe(200);
      await collector.until('the query', () => count(place.traceId, 'query viewer') === 1);
      const cut = collector.of(place.traceId).find((span) => span.name === 'query viewer')?.attributes[
        'graphql.operation.name'
      ];
      expect(cut).toMatch(/^Longx{44}~[\da-f]{8}$/);
      const keys = new Set(collector.spans.flatMap(({ attributes }) => Object.keys(attributes)));
      // `error.type` is there if one has failed.
      expect([...keys].filter((key) => key !== 'error.type').toSorted()).toEqual([
        'db.collection.name',
        'db.operation.name',
        'db.response.returned_rows',
        'db.system.name',
        'graphql.operation.name',
        'graphql.operation.type',
        'lockstep.subscriptions',
        'messaging.batch.message_count',
        'messaging.destination.template',
        'messaging.operation.name',
        'messaging.system',
      ]);
      const everyName = new Set(collector.spans.map((span) => span.name.split(' ')[0]));
      expect(everyName.size).toBeLessThan(20);
    });
  });
});
