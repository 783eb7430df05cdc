import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, type Server } from 'graphql-ws';
import { type RawData, WebSocketServer as Sockets, type WebSocket } from 'ws';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { EndReason } from '../live/connection.ts';
import { SocketCloses } from './socket-closes.ts';
import type { SocketState } from './socket-protocol.ts';
import { SocketWriter, Turn } from './socket-writer.ts';

export interface WebSocketServerParts {
  readonly protocol: Server<SocketState>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly maxMessageBytes: number;
  readonly keepAliveMs: number;
  readonly maxUnsentBytes: number;
}

const RESTARTING = 1001;
const TOO_SLOW = 1013;
/** How long a client that reads too slowly has to read that it was given up. */
const LAST_WORDS_MS = 5_000;
const FORBIDDEN = 4403;
const TRY_AGAIN = 1013;
const END_TEXT: Record<EndReason, string> = {
  TOKEN_EXPIRED: 'Forbidden: the access token has expired',
  RIGHTS_WITHDRAWN: 'Forbidden: the right to be here was withdrawn',
};

/** Connects WebSockets to the protocol: messages in, messages out, keep-alive, and closing in every direction. */
export class WebSocketServer {
  readonly #parts: WebSocketServerParts;
  readonly #sockets: Sockets;
  readonly #turn = new Turn();
  readonly #closes: SocketCloses;

  constructor(parts: WebSocketServerParts) {
    this.#parts = parts;
    this.#closes = new SocketCloses(parts.metrics);
    this.#sockets = new Sockets({
      noServer: true,
      maxPayload: parts.maxMessageBytes,
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
    this.#sockets.handleUpgrade(request, stream, head, (socket) => this.#open(socket, stream, request));
  }

  /** Tells every client to come back later or elsewhere; done when all have gone, or `graceMs` have passed. */
  async stop(graceMs: number): Promise<void> {
    const sockets = [...this.#sockets.clients];
    const gone = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of sockets) {
      this.#closes.byCode(socket, RESTARTING);
      socket.close(RESTARTING, 'Restarting');
    }
    const deadline = setTimeout(() => {
      for (const socket of sockets) socket.terminate();
    }, graceMs);
    await Promise.all(gone);
    clearTimeout(deadline);
  }

  #open(socket: WebSocket, stream: Duplex, request: IncomingMessage): void {
    const writer = new SocketWriter({
      stream,
      turn: this.#turn,
      isOpen: () => socket.readyState === socket.OPEN,
      maxUnsentBytes: this.#parts.maxUnsentBytes,
      onTooSlow: () => {
        this.#closes.because(socket, 'TOO_SLOW');
        giveUp(socket);
      },
    });
    const close = (code: number, reason: string) => {
      this.#closes.byCode(socket, code);
      writer.flush();
      socket.close(code, reason);
    };
    const closed = this.#parts.protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => {
          writer.flush();
          return send(socket, text);
        },
        close,
        onMessage: (handle) => socket.on('message', (data) => this.#receive(socket, data, handle)),
      },
      {
        request,
        writer,
        end: (reason) => {
          this.#closes.because(socket, reason);
          close(FORBIDDEN, END_TEXT[reason]);
        },
      },
    );
    const stopKeepAlive = keepAlive(socket, this.#parts.keepAliveMs, () =>
      this.#closes.because(socket, 'VANISHED'),
    );
    socket.on('error', (error) => {
      this.#closes.because(socket, 'PROTOCOL');
      this.#parts.log.debug({ err: error }, 'socket failed');
    });
    socket.on('close', (code, reason) => {
      this.#closes.closed(socket);
      stopKeepAlive();
      void closed(code, reason.toString());
    });
  }

  async #receive(socket: WebSocket, data: RawData, handle: (text: string) => Promise<void>): Promise<void> {
    // What was already under way when the socket was told to close must not be executed any more.
    if (socket.readyState !== socket.OPEN) return;
    try {
      await handle(data.toString());
    } catch (error) {
      // As when the database is away. Clients take 1011 and 4500 for final, and this is not.
      this.#parts.log.error({ err: error }, 'socket message failed');
      this.#closes.because(socket, 'TRY_AGAIN');
      socket.close(TRY_AGAIN, 'Try again later');
    }
  }
}

/** It may come back and go on behind its cursor: nothing is lost, and meanwhile it costs the others nothing. */
function giveUp(socket: WebSocket): void {
  socket.close(TOO_SLOW, 'Too slow: reconnect and resume');
  setTimeout(() => socket.terminate(), LAST_WORDS_MS).unref();
}

/** Done when the bytes have been handed to the kernel: whoever waits for it feels how slow the client reads. */
function send(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise((resolve) => {
    // A failed write closes the socket, and the closing ends whatever was sending.
    socket.send(text, () => resolve());
  });
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
