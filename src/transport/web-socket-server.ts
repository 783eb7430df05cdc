import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, type Server } from 'graphql-ws';
import { type RawData, WebSocketServer as Sockets, type WebSocket } from 'ws';
import type { Log } from '../core/log.ts';
import { type BucketSize, TokenBucket } from '../lib/token-bucket.ts';
import type { Drain } from './drain.ts';
import { endingOf } from './endings.ts';
import type { SocketState } from './socket-protocol.ts';
import { SocketWriter, Turn } from './socket-writer.ts';
import { Unanswered } from './unanswered.ts';

export interface WebSocketServerParts {
  readonly protocol: Server<SocketState>;
  readonly drain: Drain;
  readonly log: Log;
  readonly maxMessageBytes: number;
  readonly keepAliveMs: number;
  readonly maxUnsentBytes: number;
  /** How many sockets and event streams a user may have. */
  readonly maxConnections: number;
  /** How many messages a client may send. */
  readonly messages: BucketSize;
}

type Handle = (text: string) => Promise<void>;

const RESTARTING = 1001;
const TOO_SLOW = 1013;
/**
 * "Policy violation" of RFC 6455. Clients take it for final, which is meant: one that comes back would send the same
 * again. 4429 is final too, but graphql-transport-ws has it say that there were two `connection_init`.
 */
const TOO_MANY_MESSAGES = 1008;
/** How long a client that was given up has to read why. */
const LAST_WORDS_MS = 5_000;
const TRY_AGAIN = 1013;

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
    const writer = new SocketWriter({
      stream,
      turn: this.#turn,
      isOpen: () => socket.readyState === socket.OPEN,
      maxUnsentBytes: this.#parts.maxUnsentBytes,
      onTooSlow: () => giveUp(socket, TOO_SLOW, 'Too slow: reconnect and resume'),
    });
    const close = (code: number, reason: string) => {
      writer.flush();
      socket.close(code, reason);
    };
    const count = this.#counter(socket);
    const unanswered = new Unanswered();
    let isLeaving = false;
    const receive = (data: RawData, handle: Handle) => {
      count();
      // What was already under way when the socket was told to close must not be executed any more.
      if (socket.readyState !== socket.OPEN || isLeaving) return;
      void unanswered.during(this.#receive(socket, data, handle));
    };
    const hasLeft = this.#parts.drain.add(async () => {
      isLeaving = true;
      await unanswered.none();
      close(RESTARTING, 'Restarting');
    });
    const end: SocketState['end'] = (reason) => {
      const { code, text } = endingOf(reason, this.#parts.maxConnections);
      close(code, text);
    };
    const closed = this.#parts.protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => {
          writer.flush();
          return send(socket, text);
        },
        close,
        onMessage: (handle) => socket.on('message', (data) => receive(data, handle)),
      },
      { request, writer, unanswered, end },
    );
    const stopKeepAlive = keepAlive(socket, this.#parts.keepAliveMs);
    socket.on('ping', count).on('pong', count);
    socket.on('error', (error) => this.#parts.log.debug({ err: error }, 'socket failed'));
    socket.on('close', (code, reason) => {
      stopKeepAlive();
      hasLeft();
      void closed(code, reason.toString());
    });
  }

  /** Counts what a client sends, and gives it up when it sends too much. */
  #counter(socket: WebSocket): () => void {
    const { messages } = this.#parts;
    const bucket = new TokenBucket(messages);
    const reason = `More than ${messages.perSecond} messages a second (WS_MESSAGES_PER_SECOND, WS_MESSAGE_BURST)`;
    return () => {
      if (socket.readyState === socket.OPEN && !bucket.take()) giveUp(socket, TOO_MANY_MESSAGES, reason);
    };
  }

  async #receive(socket: WebSocket, data: RawData, handle: Handle): Promise<void> {
    try {
      await handle(data.toString());
    } catch (error) {
      // As when the database is away. Clients take 1011 and 4500 for final, and this is not.
      this.#parts.log.error({ err: error }, 'socket message failed');
      socket.close(TRY_AGAIN, 'Try again later');
    }
  }
}

/** Closes a socket whose client may not be listening. What it still sends is not looked at. */
function giveUp(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
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
