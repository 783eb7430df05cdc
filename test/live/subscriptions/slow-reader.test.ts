import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientFrame, type Frame, FrameReader } from '../../support/frames.ts';
import { Installation, type TestTenant } from '../../support/installation.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';

const FOLLOW =
  'subscription ($after: Cursor) { customerUpdated(after: $after) { customer { version internalNotes } } }';
const WRITE =
  'mutation ($id: ID!, $notes: String!) { customerUpdate(id: $id, input: { internalNotes: $notes }) { userErrors { message } } }';

// Together they must fill the buffers of the kernels at both ends, some megabytes, several times.
const FOLLOWERS = 100;
const WRITES = 60;
const BYTES_OF_WRITE = 9_900;

/** The end of a connection without a close frame. */
const CUT = 1006;

/** Bytes of buffers that are still referred to, as unsent bytes would be. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().arrayBuffers;
}

/** A WebSocket client that can stop to read, so that what it is sent stays with the server. */
class RawClient {
  readonly versions: number[] = [];
  cursor: string | undefined;
  readonly closed: Promise<number>;
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  #onClosed: (code: number) => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      this.#onClosed = resolve;
    });
    socket.on('data', (bytes: Buffer) => {
      for (const frame of this.#frames.take(bytes)) this.#take(frame);
    });
    socket.on('error', () => {}).on('close', () => this.#onClosed(CUT));
  }

  static async open(url: string, token: string | null): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(
      [
        'GET /graphql HTTP/1.1',
        `Host: ${hostname}:${port}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${Buffer.alloc(16, 'k').toString('base64')}`,
        'Sec-WebSocket-Protocol: graphql-transport-ws',
        '\r\n',
      ].join('\r\n'),
    );
    const [head] = (await once(socket, 'data')) as [Buffer];
    if (!head.toString().startsWith('HTTP/1.1 101')) throw new Error(head.toString());
    const client = new RawClient(socket);
    client.#send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    await once(socket, 'data');
    return client;
  }

  /** Subscribes several times over one socket; keeps the events of the first subscription. */
  follow(after: string | undefined, times = 1): void {
    for (let id = 1; id <= times; id += 1) {
      this.#send({ id: `${id}`, type: 'subscribe', payload: { query: FOLLOW, variables: { after } } });
    }
  }

  stopReading(): void {
    this.#socket.pause();
  }

  readOn(): void {
    this.#socket.resume();
  }

  cut(): void {
    this.#socket.destroy();
  }

  #send(message: object): void {
    this.#socket.write(clientFrame(JSON.stringify(message)));
  }

  #take(frame: Frame): void {
    if ('closeCode' in frame) this.#onClosed(frame.closeCode);
    const { type, id, payload } = 'text' in frame ? JSON.parse(frame.text) : { type: 'close' };
    if (type !== 'next' || id !== '1') return;
    this.versions.push(payload.data.customerUpdated.customer.version);
    this.cursor = payload.extensions.cursor;
  }
}

describeOnPostgres('a client that stops reading', () => {
  let installation: Installation;
  let tenant: TestTenant;

  beforeAll(async () => {
    installation = await Installation.start({ WS_MAX_UNSENT_BYTES: '65536' });
    tenant = await installation.aTenant();
  });

  afterAll(() => installation.stop());

  test('is closed with 1013 and nothing is kept for it, while the others receive everything; it resumes without loss or repetition', async () => {
    const { app, root } = installation;
    const admin = await installation.aUser('TENANT_ADMIN', { tenantId: tenant.id });
    const id = await installation.aCustomer(tenant.id);
    const after = await root.now(tenant.id);
    const slow = await RawClient.open(app.url, admin.token);
    slow.follow(after, FOLLOWERS);
    const quick = admin.follow(FOLLOW, { after });
    const seen: number[] = [];
    const write = async (notes: string) => {
      await root.ask(WRITE, { id, notes });
      const { customer } = (await quick.event()) as { customer: { version: number } };
      seen.push(customer.version);
    };
    await write('first');
    slow.stopReading();
    const before = heldBytes();
    for (let written = 0; written < WRITES; written += 1)
      await write(`${written} ${'x'.repeat(BYTES_OF_WRITE)}`);
    expect(heldBytes() - before).toBeLessThan((FOLLOWERS * WRITES * BYTES_OF_WRITE) / 5);
    expect(seen).toEqual(seen.map((_, index) => (seen[0] ?? 0) + index));
    slow.readOn();
    // The socket is cut if the client reads again too late to receive the close frame.
    expect([1013, CUT]).toContain(await slow.closed);
    expect(slow.versions).toEqual(seen.slice(0, slow.versions.length));
    expect(slow.versions.length).toBeLessThan(seen.length);

    const resumed = await RawClient.open(app.url, admin.token);
    resumed.follow(slow.cursor);
    await write('last');
    while (resumed.versions.at(-1) !== seen.at(-1)) await new Promise((resolve) => setImmediate(resolve));
    expect([...slow.versions, ...resumed.versions]).toEqual(seen);
    for (const client of [slow, resumed]) client.cut();
  });
});
