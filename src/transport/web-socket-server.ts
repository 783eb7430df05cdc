import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, type Server } from 'graphql-ws';
import { WebSocketServer as Sockets, type WebSocket } from 'ws';
import { ClientSocket, type ClientSocketParts } from './client-socket.ts';
import type { Drain } from './drain.ts';
import type { SocketState } from './socket-protocol.ts';
import { Turn } from './socket-writer.ts';

export interface WebSocketServerParts extends ClientSocketParts {
  readonly protocol: Server<SocketState>;
  readonly drain: Drain;
  readonly maxMessageBytes: number;
  readonly keepAliveMs: number;
}

/** Connects WebSockets to the protocol: messages in, messages out, keep-alive, and closing in every direction. */
export class WebSocketServer {
  readonly #parts: WebSocketServerParts;
  readonly #sockets: Sockets;
  readonly #turn = new Turn();

  constructor(parts: WebSocketServerParts) {
    this.#parts = parts;
    this.#sockets = new Sockets({
      noServer: true,
      maxPayload: parts.maxMessageBytes,
      // It would compress once for each socket what is the same for all of them.
      perMessageDeflate: false,
      handleProtocols: (offered) =>
        offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
    });
  }

  /** Takes over a connection that asked to become a WebSocket. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    this.#sockets.handleUpgrade(request, stream, head, (socket) => this.#open(socket, stream, request));
  }

  /** Cuts off whoever is still there. */
  terminate(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  #open(socket: WebSocket, stream: Duplex, request: IncomingMessage): void {
    const client = new ClientSocket(socket, stream, this.#turn, this.#parts);
    const hasLeft = this.#parts.drain.add(() => client.leave());
    const { writer, unanswered } = client;
    const closed = this.#parts.protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => client.send(text),
        close: (code, reason) => client.close(code, reason),
        onMessage: (handle) => socket.on('message', (data) => client.receive(data, handle)),
      },
      { request, writer, unanswered, end: (reason) => client.end(reason) },
    );
    const stopKeepAlive = keepAlive(socket, this.#parts.keepAliveMs);
    socket.on('ping', () => client.count()).on('pong', () => client.count());
    socket.on('error', (error) => this.#parts.log.debug({ err: error }, 'socket failed'));
    socket.on('close', (code, reason) => {
      stopKeepAlive();
      hasLeft();
      void closed(code, reason.toString());
    });
  }
}

/** Finds out about clients that have vanished without a word: who misses one answer is cut off. */
function keepAlive(socket: WebSocket, intervalMs: number): () => void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) {
      socket.terminate();
      return;
    }
    isAlive = false;
    socket.ping();
  }, intervalMs).unref();
  return () => clearInterval(timer);
}
