import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, type Server } from 'graphql-ws';
import { WebSocketServer as Sockets, WebSocket } from 'ws';
import { socketClose } from '../core/close-codes.ts';
import type { Metrics } from '../core/metrics.ts';
import { TimeSlices } from '../lib/time-slices.ts';
import { clientAddress } from './client-address.ts';
import { ClientSocket, type ClientSocketParts } from './client-socket.ts';
import type { Drain } from './drain.ts';
import { SocketCloses } from './socket-closes.ts';
import type { SocketState } from './socket-protocol.ts';
import { WriteBatcher } from './write-batcher.ts';

export interface WebSocketServerParts extends Omit<ClientSocketParts, 'closes' | 'slices'> {
  readonly protocol: Server<SocketState>;
  readonly drain: Drain;
  readonly metrics: Metrics;
  readonly maxMessageBytes: number;
  readonly keepAliveMs: number;
  /** How many proxies stand between clients and the server. */
  readonly trustedProxies: number;
}

/** How long sockets may be heard in one turn of the event loop. What they ask for goes on after that. */
const SLICE_MS = 10;

/** Connects WebSockets to the protocol: messages in, messages out, keep-alive, and closing in every direction. */
export class WebSocketServer {
  readonly #parts: WebSocketServerParts;
  readonly #sockets: Sockets;
  readonly #batcher = new WriteBatcher();
  readonly #closes: SocketCloses;
  readonly #slices = new TimeSlices(SLICE_MS);
  readonly #clientParts: ClientSocketParts;

  constructor(parts: WebSocketServerParts) {
    this.#parts = parts;
    this.#closes = new SocketCloses(parts.metrics);
    this.#clientParts = { ...parts, closes: this.#closes, slices: this.#slices };
    this.#sockets = new Sockets({
      noServer: true,
      maxPayload: parts.maxMessageBytes,
      WebSocket: saysWhyTooLarge(parts.maxMessageBytes),
      // It would compress once for each socket what is the same for all of them.
      perMessageDeflate: false,
      handleProtocols: (offered) =>
        offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
    });
    const unsentBytes = () => [...this.#sockets.clients].map(({ bufferedAmount }) => bufferedAmount);
    parts.metrics.sockets.read = () => this.#sockets.clients.size;
    parts.metrics.unsentBytes.read = () => unsentBytes().reduce((sum, bytes) => sum + bytes, 0);
    parts.metrics.maxUnsentBytes.read = () => unsentBytes().reduce((most, bytes) => Math.max(most, bytes), 0);
  }

  /** Takes over a connection that asked to become a WebSocket. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    this.#slices.run(() =>
      this.#sockets.handleUpgrade(request, stream, head, (socket) => this.#open(socket, stream, request)),
    );
  }

  /** Cuts off whoever is still there. */
  terminate(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  #open(socket: WebSocket, stream: Duplex, request: IncomingMessage): void {
    const client = new ClientSocket(socket, stream, this.#batcher, this.#clientParts);
    const hasLeft = this.#parts.drain.add(() => client.leave());
    const closed = this.#parts.protocol.opened(client, {
      client,
      ip: clientAddress(request, this.#parts.trustedProxies),
      authorization: request.headers.authorization,
    });
    const stopKeepAlive = keepAlive(socket, this.#parts.keepAliveMs, () =>
      this.#closes.because(socket, 'VANISHED'),
    );
    socket.on('ping', () => client.countPing()).on('pong', () => client.count());
    socket.on('error', (error) => {
      const { code } = error as NodeJS.ErrnoException;
      this.#closes.because(
        socket,
        code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 'MESSAGE_TOO_LARGE' : 'PROTOCOL',
      );
      this.#parts.log.debug({ err: error }, 'socket failed');
    });
    socket.on('close', (code, reason) => {
      this.#closes.closed(socket);
      stopKeepAlive();
      hasLeft();
      void closed(code, reason.toString());
    });
  }
}

/** Sockets that name the limit when the library closes one for a message beyond it, for which it has no words. */
function saysWhyTooLarge(maxMessageBytes: number): typeof WebSocket {
  const { code: tooLarge, reason } = socketClose('MESSAGE_TOO_LARGE', maxMessageBytes);
  return class extends WebSocket {
    override close(code?: number, data?: string | Buffer): void {
      super.close(code, code === tooLarge ? reason : data);
    }
  };
}

/** Finds out about clients that have vanished without a word: who misses one answer is cut off. */
function keepAlive(socket: WebSocket, intervalMs: number, onVanished: () => void): () => void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) {
      onVanished();
      socket.terminate();
      return;
    }
    isAlive = false;
    socket.ping();
  }, intervalMs).unref();
  return () => clearInterval(timer);
}
