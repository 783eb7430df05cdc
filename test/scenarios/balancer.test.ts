import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { aNodeBeside, type TestApp } from '../support/app.ts';
import { describeBehindHaproxy } from '../support/real-servers.ts';
import { type Balancer, startHaproxy } from '../support/servers/haproxy-server.ts';
import { aStage } from '../support/stage.ts';

const CREATED = 'subscription ($after: Cursor) { customerCreated(after: $after) { customer { company } } }';
// The balancer asks every half second: a node that stops without a notice is gone before it is asked.
const SETTINGS = { TRUSTED_PROXIES: '1', DRAIN_MS: '5000', DRAIN_NOTICE_MS: '2000' };

/** A balancer that asks so seldom notices nothing while the test runs. */
const LATE_CHECK_MS = 600_000;

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } }, SETTINGS);

/** Keeps its connection, and takes the certificate of the test. */
const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });

describeBehindHaproxy('two nodes with HAProxy and TLS in front', () => {
  let second: TestApp;
  let balancer: Balancer;

  beforeAll(async () => {
    second = await aNodeBeside(installation.app, SETTINGS);
    balancer = await startHaproxy([installation.app.url, second.url]);
  });

  afterAll(async () => {
    agent.destroy();
    await balancer.stop();
  });

  /** Sends an operation, as a client that accepts compressed answers. */
  async function ask(
    query: string,
    variables: object = {},
    headers: Record<string, string> = {},
    at = balancer,
  ) {
    const asking = request(`${at.url}/graphql`, {
      method: 'POST',
      agent: headers.accept ? new Agent({ rejectUnauthorized: false }) : agent,
      headers: {
        'content-type': 'application/json',
        'accept-encoding': 'gzip',
        authorization: `Bearer ${ada.token}`,
        ...headers,
      },
    });
    asking.end(JSON.stringify({ query, variables }));
    const [response] = await once(asking, 'response');
    return { asking, response };
  }

  async function statusOf(query: string, at = balancer): Promise<number> {
    const { response } = await ask(query, {}, {}, at);
    response.resume();
    await once(response, 'end');
    return response.statusCode;
  }

  /** A socket through the balancer, after its subscription to customers has begun. */
  async function socket(after: string): Promise<WebSocket> {
    const origin = balancer.url;
    const opened = new WebSocket(`${balancer.url.replace('https', 'wss')}/graphql`, 'graphql-transport-ws', {
      rejectUnauthorized: false,
      origin,
    });
    await once(opened, 'open');
    opened.send(
      JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${ada.token}` } }),
    );
    await once(opened, 'message');
    opened.send(
      JSON.stringify({ id: '1', type: 'subscribe', payload: { query: CREATED, variables: { after } } }),
    );
    return opened;
  }

  test('queries are answered on connections that are used again', async () => {
    const statuses = [];
    while (statuses.length < 40) statuses.push(await statusOf('{ viewer { id } }'));
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  test('events arrive immediately on an event stream, which is not compressed, and on a socket', async () => {
    const after = await ada.now(acme.id);
    const { asking, response } = await ask(CREATED, { after }, { accept: 'text/event-stream' });
    const opened = await socket(after);
    const onSocket = once(opened, 'message');
    await installation.aCustomer(acme.id, 'Alder');
    let text = '';
    for await (const piece of response) {
      text += piece;
      if (text.includes('Alder')) break;
    }
    expect([text, response.headers['content-encoding']]).toEqual([
      expect.stringContaining('Alder'),
      undefined,
    ]);
    expect(String((await onSocket)[0])).toContain('Alder');
    asking.destroy();
    opened.terminate();
  });

  test('a node that stops fails no request, and sends its clients to the other one', async () => {
    const after = await ada.now(acme.id);
    const sockets = [await socket(after), await socket(after)];
    const closes = sockets.map((opened) => once(opened, 'close'));
    let isStopped = false;
    const stopping = second.stop().then(() => {
      isStopped = true;
    });
    const statuses = [];
    while (!isStopped || statuses.length < 10) statuses.push(await statusOf('{ viewer { id } }'));
    await stopping;
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await Promise.race(closes))[0]).toBe(1001);
    for (const opened of sockets) opened.terminate();
    const opened = await socket(after);
    const message = once(opened, 'message');
    await installation.aCustomer(acme.id, 'Birch');
    expect(String((await message)[0])).toContain('Birch');
    opened.terminate();
  });

  test('the balancer repeats no request: one that it sends to a node that has stopped fails', async () => {
    const third = await aNodeBeside(installation.app, SETTINGS);
    const late = await startHaproxy([installation.app.url, third.url], LATE_CHECK_MS);
    const before = [];
    while (before.length < 4) before.push(await statusOf('{ viewer { id } }', late));
    await third.stop();
    const after = [];
    while (after.length < 4) after.push(await statusOf('{ viewer { id } }', late));
    await late.stop();
    expect([new Set(before), new Set(after)]).toEqual([new Set([200]), new Set([200, 503])]);
  });
});
