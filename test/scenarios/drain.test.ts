import { expect, test } from '@jest/globals';
import pg from 'pg';
import { aNodeBeside, type TestApp } from '../support/app.ts';
import { EventSource } from '../support/event-source.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const CREATED = 'subscription ($after: Cursor) { customerCreated(after: $after) { customer { company } } }';
const CREATE =
  'mutation ($company: String!) { customerCreate(input: { company: $company, contactName: "O", email: "o@x.test" }) { userErrors { message } } }';
const UPDATE =
  'mutation ($id: ID!, $company: String!) { customerUpdate(id: $id, input: { company: $company }) { customer { company } userErrors { message } } }';

// With so many clients, the last is asked to leave ten seconds after the first.
const CLIENTS = 200;
const SETTINGS = { WS_MAX_SOCKETS_PER_USER: '1000', DRAIN_MS: '20000' };
const RESTARTING = { code: 1001, reason: 'Restarting' };

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

describeOnPostgres('a server that stops', () => {
  const token = () => ada.token ?? '';
  const aNode = (settings: Record<string, string> = SETTINGS) => aNodeBeside(installation.app, settings);
  const ready = async (node: TestApp) => (await fetch(`${node.url}/health/ready`)).status;

  /** Clients with the same subscription, each on its own socket, opened one after the other. */
  async function followers(node: TestApp, count: number): Promise<Wire[]> {
    const wires: Wire[] = [];
    while (wires.length < count) wires.push(await Wire.signedIn(node.url, token()));
    const after = await ada.now(acme.id);
    for (const wire of wires) wire.subscribe('1', CREATED, { after });
    return wires;
  }

  test('L: asks its clients one after the other to leave; the remaining ones still receive changes', async () => {
    const node = await aNode();
    const wires = await followers(node, CLIENTS);
    const stopped = node.stop();
    await wires[0]?.closed();
    await ada.at(node).ask(CREATE, { company: 'Written meanwhile' });
    const last = await wires.at(-1)?.next();
    await stopped;

    expect(last?.payload.data).toEqual({ customerCreated: { customer: { company: 'Written meanwhile' } } });
    expect(await Promise.all(wires.map((wire) => wire.closed()))).toEqual(wires.map(() => RESTARTING));
  });

  test('L: refuses new sockets and is not ready, and still answers requests', async () => {
    const node = await aNode();
    const wires = await followers(node, CLIENTS);
    while ((await ready(node)) !== 200);
    const stopped = node.stop();
    const during = await ready(node);
    await expect(Wire.open(node.url)).rejects.toThrow('refused with 503');
    const answer = await fetch(`${node.url}/graphql?query={viewer{id}}`, {
      headers: { authorization: `Bearer ${token()}` },
    });
    expect(during).toBe(503);
    expect([answer.headers.get('connection'), await answer.json()]).toEqual([
      'close',
      { data: { viewer: { id: ada.userId } } },
    ]);
    for (const wire of wires) void wire.close();
    await stopped;
    await expect(ready(node)).rejects.toThrow();
  });

  test('13: is unready for the time of the notice before that, and serves requests and new sockets until a balancer has noticed', async () => {
    const node = await aNode({ ...SETTINGS, DRAIN_NOTICE_MS: '6000' });
    const stopped = node.stop();
    expect(await ready(node)).toBe(503);
    const wire = await Wire.signedIn(node.url, token());
    wire.subscribe('1', '{ viewer { id } }');
    expect((await wire.next()).payload).toEqual({ data: { viewer: { id: ada.userId } } });
    await stopped;
    expect(await wire.closed()).toEqual(RESTARTING);
  });

  test('L: ends event streams without a complete event, so that clients resume them at another node', async () => {
    const node = await aNode();
    const variables = { after: await ada.now(acme.id) };
    const streams = [];
    while (streams.length < 3)
      streams.push(await EventSource.open(node.url, token(), { query: CREATED, variables }));
    await ada.ask(CREATE, { company: 'Before' });
    const seen = await Promise.all(streams.map((stream) => stream.next()));
    await node.stop();
    const late = streams.map((stream) => stream.next());
    await Promise.all(late.map((next) => expect(next).rejects.toThrow('The stream has ended.')));

    await ada.ask(CREATE, { company: 'Meanwhile' });
    const resumed = await EventSource.open(installation.app.url, token(), {
      query: CREATED,
      variables,
      lastEventId: seen[0]?.id ?? '',
    });
    expect((await resumed.next()).result?.data).toEqual({
      customerCreated: { customer: { company: 'Meanwhile' } },
    });
    resumed.cut();
  });

  test('A: answers the mutations in progress, over HTTP and on sockets, before it closes the sockets', async () => {
    const node = await aNode();
    const id = await installation.aCustomer(acme.id);
    const wire = await Wire.signedIn(node.url, token());
    const pool = new pg.Pool({ connectionString: installation.app.config.databaseUrl });
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM customer WHERE id = $1 FOR UPDATE', [id]);
    wire.subscribe('1', UPDATE, { id, company: 'By socket' });
    const byHttp = ada.at(node).run(UPDATE, { id, company: 'By HTTP' });
    const waiting = async () => (await pool.query(WAITING_FOR_LOCK)).rows[0].count;
    while ((await waiting()) < 2);

    const stopped = node.stop();
    // A later operation is not begun: the client receives the closing of the socket instead.
    wire.subscribe('2', CREATE, { company: 'Too late' });
    expect(await ready(node)).toBe(503);
    await holder.query('COMMIT');
    holder.release();
    await pool.end();
    const bySocket = await wire.take(2);
    await stopped;

    const { customers } = await ada.ask('{ customers(first: 100) { nodes { company } } }');
    expect(JSON.stringify(customers)).not.toContain('Too late');
    expect([bySocket, wire.unread, await wire.closed(), (await byHttp).data]).toEqual([
      [
        {
          id: '1',
          type: 'next',
          payload: { data: { customerUpdate: { customer: { company: 'By socket' }, userErrors: [] } } },
        },
        { id: '1', type: 'complete' },
      ],
      [],
      RESTARTING,
      { customerUpdate: { customer: { company: 'By HTTP' }, userErrors: [] } },
    ]);
  });

  test('A: answers the requests that it has accepted, also if a client never closes its socket', async () => {
    const node = await aNode({ ...SETTINGS, DRAIN_MS: '10000', QUERY_TIMEOUT_MS: '60000' });
    const id = await installation.aCustomer(acme.id);
    const wire = await Wire.signedIn(node.url, token());
    wire.stopReading();
    const pool = new pg.Pool({ connectionString: installation.app.config.databaseUrl });
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM customer WHERE id = $1 FOR UPDATE', [id]);
    const stopped = node.stop();
    const asked = ada.at(node).run(UPDATE, { id, company: 'Taken late' });
    const isListening = () => ready(node).then(Boolean, () => false);
    while (await isListening());
    await holder.query('COMMIT');
    holder.release();
    await pool.end();
    expect((await asked).data).toEqual({
      customerUpdate: { customer: { company: 'Taken late' }, userErrors: [] },
    });
    await stopped;
    wire.readOn();
  });

  test('cuts the clients that have not left when the time is over', async () => {
    const node = await aNode({ ...SETTINGS, DRAIN_MS: '200' });
    const wire = await Wire.signedIn(node.url, token());
    wire.stopReading();
    await node.stop();
    await expect(ready(node)).rejects.toThrow();
    wire.readOn();
    expect(await wire.closed()).toEqual(RESTARTING);
  });
});

const WAITING_FOR_LOCK = `SELECT count(*)::int AS count FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'`;
