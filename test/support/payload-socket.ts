import { once } from 'node:events';
import { WebSocket } from 'ws';

/** The payloads that one operation received, as texts, and its end. */
export interface Received {
  readonly payloads: string[];
  /** Set when it has ended: by a `complete` or `error` message, or with the socket. */
  end: string | null;
}

/** A client that keeps messages as texts, for tests that compare bytes. */
export class PayloadSocket {
  readonly #socket: WebSocket;
  readonly #operations = new Map<string, Received>();
  readonly #onNews: () => void;

  private constructor(socket: WebSocket, onNews: () => void) {
    this.#socket = socket;
    this.#onNews = onNews;
    socket.on('message', (data) => this.#take(data.toString()));
    socket.on('close', (code, reason) => this.#endAll(`closed ${code} ${reason}`));
  }

  /** Opens a socket and signs in. `onNews` is called after each message. */
  static async open(url: string, token: string, onNews: () => void): Promise<PayloadSocket> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    await once(socket, 'message');
    return new PayloadSocket(socket, onNews);
  }

  /** Begins an operation. */
  subscribe(id: string, query: string, variables: object): Received {
    const received: Received = { payloads: [], end: null };
    this.#operations.set(id, received);
    this.#socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables } }));
    return received;
  }

  /** Closes the socket; resolves when it is closed. */
  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #take(text: string): void {
    const { id, type, payload } = JSON.parse(text) as { id: string; type: string; payload: unknown };
    const received = this.#operations.get(id);
    if (!received || received.end) return;
    const start = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    if (type === 'next' && text.startsWith(start)) received.payloads.push(text.slice(start.length, -1));
    else received.end = `${type} ${JSON.stringify(payload) ?? ''}`;
    this.#onNews();
  }

  #endAll(how: string): void {
    for (const received of this.#operations.values()) received.end ??= how;
    this.#onNews();
  }
}
