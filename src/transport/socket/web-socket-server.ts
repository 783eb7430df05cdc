import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, type Server } from 'graphql-ws';
import { WebSocketServer as Sockets, WebSocket } from 'ws';
import { socketClose } from '../../core/process/close-codes.ts';
import type { Metrics } from '../../core/process/metrics.ts';
import { TimeSlices } from '../../lib/time-slices.ts';
import type { Drain } from '../drain.ts';
import { ClientSocket, type ClientSocketParts } from './client-socket.ts';
import { KeepAlive } from './keep-alive.ts';
import { SocketCloses } from './socket-closes.ts';
import type { SocketState } from './socket-protocol.ts';
import { WriteBatcher } from './write-batcher.ts';

export interface WebSocketServerParts extends Omit<ClientSocketParts, 'closes' | 'slices'> {
  readonly protocol: Server<SocketState>;
  readonly drain: Drain;
  readonly metrics: Metrics;
  readonly maxMessageBytes: number;
  readonly keepAliveMs: number;
  /** Answers a request to become a WebSocket that is not one of RFC 6455, and ends its connection. */
  readonly refuseHandshake: (stream: Duplex) => void;
}

/** A request to become a WebSocket. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  readonly head: Buffer;
  /** The address of the client. */
  readonly ip: string | null;
}

/** The time for which messages are read in one turn of the event loop. The rest is read in the next turns. */
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
      WebSocket: namingTheLimit(parts.maxMessageBytes),
      // The same payload would be compressed again for each socket.
      perMessageDeflate: false,
      handleProtocols: (offered) =>
        offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
    });
    // The library's own refusal is a page of HTML.
    this.#sockets.on('wsClientError', (_error, stream) => parts.refuseHandshake(stream));
    const unsentBytes = () => [...this.#sockets.clients].map(({ bufferedAmount }) => bufferedAmount);
    parts.metrics.sockets.read = () => this.#sockets.clients.size;
    parts.metrics.unsentBytes.read = () => unsentBytes().reduce((sum, bytes) => sum + bytes, 0);
    parts.metrics.maxUnsentBytes.read = () => unsentBytes().reduce((most, bytes) => Math.max(most, bytes), 0);
  }

  /** Turns a connection into a WebSocket. */
  upgrade(upgrade: Upgrade): void {
    const { request, stream, head } = upgrade;
    this.#slices.run(() =>
      this.#sockets.handleUpgrade(request, stream, head, (socket) => this.#open(socket, upgrade)),
    );
  }

  /** Disconnects the remaining clients. */
  terminate(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  #open(socket: WebSocket, { request, stream, ip }: Upgrade): void {
    const client = new ClientSocket({ socket, stream, ip, batcher: this.#batcher }, this.#clientParts);
    const leaveDrain = this.#parts.drain.add(() => client.leave());
    const closed = this.#parts.protocol.opened(client, {
      client,
      ip,
      authorization: request.headers.authorization,
    });
    const keepAlive = new KeepAlive({
      socket,
      stream: request.socket,
      intervalMs: this.#parts.keepAliveMs,
      onVanished: () => this.#closes.because(socket, 'VANISHED'),
    });
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
      keepAlive.stop();
      leaveDrain();
      void closed(code, reason.toString());
    });
  }
}

/**
 * Makes a class of sockets that name the limit when the library closes them, without a reason, for a message that is
 * too large.
 */
function namingTheLimit(maxMessageBytes: number): typeof WebSocket {
  const { code: tooLarge, reason } = socketClose('MESSAGE_TOO_LARGE', maxMessageBytes);
  return class extends WebSocket {
    override close(code?: number, data?: string | Buffer): void {
      super.close(code, code === tooLarge ? reason : data);
    }
  };
}
