import { once } from 'node:events';
import { WebSocket } from 'ws';
import { PATIENCE_MS, within } from './patience.ts';

export interface WireOptions {
  readonly origin?: string;
  readonly protocol?: string | null;
}

/** A message of the protocol. */
export interface Message {
  readonly id?: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever their own operation selected
  readonly payload?: any;
}

/** A bare WebSocket, for tests that speak graphql-transport-ws by hand: it sends any text and tolerates no fault. */
export class Wire {
  readonly #socket: WebSocket;
  readonly #messages: Message[] = [];
  readonly #waiting: ((message: Message) => void)[] = [];
  readonly #closed: Promise<{ code: number; reason: string }>;
  #received = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#take(JSON.parse(data.toString()) as Message));
    this.#closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** Opens a socket; rejects with the status of the answer if the server refuses the upgrade. */
  static async open(
    url: string,
    { origin, protocol = 'graphql-transport-ws' }: WireOptions = {},
  ): Promise<Wire> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocol ?? [], {
      ...(origin && { origin }),
    });
    const wire = new Wire(socket);
    const refused = new Promise<never>((_resolve, reject) => {
      socket.on('unexpected-response', (request, response) => {
        request.destroy();
        reject(new Error(`refused with ${response.statusCode}`));
      });
    });
    await Promise.race([once(socket, 'open'), refused]);
    return wire;
  }

  /** Opens a socket and sends the token; resolves when the server has acknowledged. */
  static async signedIn(url: string, token: string, claims: object = {}): Promise<Wire> {
    const wire = await Wire.open(url);
    wire.send({ type: 'connection_init', payload: { ...claims, authorization: `Bearer ${token}` } });
    await wire.next();
    return wire;
  }

  /** Sends a message, or a text as it is. */
  send(message: object | string): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Sends a ping of the WebSocket protocol itself, which is no message. */
  ping(): void {
    this.#socket.ping();
  }

  /** Sends an operation. */
  subscribe(id: string, query: string, variables: object = {}): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } });
  }

  /** The next message, or the oldest unread one. */
  async next(): Promise<Message> {
    const message = this.#messages.shift();
    if (message) return message;
    const arrival = new Promise<Message>((resolve) => this.#waiting.push(resolve));
    return within(PATIENCE_MS, () => `message ${this.#received + 1} of a socket did not come`, arrival);
  }

  /** The next `count` messages. */
  async take(count: number): Promise<Message[]> {
    const messages: Message[] = [];
    while (messages.length < count) messages.push(await this.next());
    return messages;
  }

  /** Stops reading, so that messages remain at the server, or reads again. */
  read(isReading: boolean): void {
    if (isReading) this.#socket.resume();
    else this.#socket.pause();
  }

  /** The messages that have arrived and that no test has read. */
  get unread(): readonly Message[] {
    return this.#messages;
  }

  /** The code and reason with which the socket is closed, as soon as it is. */
  closed(): Promise<{ code: number; reason: string }> {
    const late = () => `a socket was not closed after ${this.#received} messages`;
    return within(PATIENCE_MS, late, this.#closed);
  }

  /** Reads nothing more, not even the request to close. */
  stopReading(): void {
    this.#socket.pause();
  }

  readOn(): void {
    this.#socket.resume();
  }

  /** Leaves. */
  async close(): Promise<void> {
    this.#socket.close();
    await this.#closed;
  }

  #take(message: Message): void {
    this.#received += 1;
    const waiting = this.#waiting.shift();
    if (waiting) waiting(message);
    else this.#messages.push(message);
  }
}
