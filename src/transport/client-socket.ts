import type { Duplex } from 'node:stream';
import type { WebSocket as ProtocolSocket } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Log } from '../core/log.ts';
import type { TimeSlices } from '../lib/time-slices.ts';
import { type BucketSize, TokenBucket } from '../lib/token-bucket.ts';
import type { EndReason } from '../live/client-connection.ts';
import { endingOf } from './endings.ts';
import { PendingRequests } from './pending-requests.ts';
import type { CloseReason, SocketCloses } from './socket-closes.ts';
import { type SocketOwner, SocketWriter } from './socket-writer.ts';
import type { WriteBatcher } from './write-batcher.ts';

export interface ClientSocketParts {
  readonly log: Log;
  readonly closes: SocketCloses;
  /** Shared by all sockets: when many have something to say at once, the event loop still turns. */
  readonly slices: TimeSlices;
  readonly maxUnsentBytes: number;
  /** How many sockets and event streams a user may have. */
  readonly maxConnections: number;
  /** How many messages a client may send. */
  readonly messages: BucketSize;
}

const NORMAL = 1000;
const RESTARTING = 1001;
const TRY_AGAIN = 1013;
const GIVEN_UP = {
  // It may come back and go on behind its cursor: nothing is lost, and meanwhile it costs the others nothing.
  TOO_SLOW: 1013,
  // "Policy violation" of RFC 6455. Clients take it for final, which is meant: one that comes back would send the same
  // again. 4429 is final too, but graphql-transport-ws has it say that there were two `connection_init`.
  TOO_MANY_MESSAGES: 1008,
} as const satisfies Partial<Record<CloseReason, number>>;
/** How long a client that was given up has to read why. */
const LAST_WORDS_MS = 5_000;

/**
 * The server's end of one client's socket, as the protocol library and the writer know it: what may come in, what goes
 * out in which order, and how it is closed.
 */
export class ClientSocket implements ProtocolSocket, SocketOwner {
  readonly writer: SocketWriter;
  readonly pendingRequests = new PendingRequests();
  readonly #socket: WebSocket;
  readonly #parts: ClientSocketParts;
  readonly #allowance: TokenBucket;
  #isLeaving = false;

  constructor(socket: WebSocket, stream: Duplex, batcher: WriteBatcher, parts: ClientSocketParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#allowance = new TokenBucket(parts.messages);
    this.writer = new SocketWriter({ stream, batcher, owner: this, maxUnsentBytes: parts.maxUnsentBytes });
  }

  /** What was agreed on when the socket was opened. */
  get protocol(): string {
    return this.#socket.protocol;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Counts something that the client has sent, and closes the socket if that was too much. */
  count(): void {
    if (!this.isOpen || this.#allowance.take()) return;
    const { perSecond } = this.#parts.messages;
    this.#giveUp(
      'TOO_MANY_MESSAGES',
      `More than ${perSecond} messages a second (WS_MESSAGES_PER_SECOND, WS_MESSAGE_BURST)`,
    );
  }

  /** Has messages handled from now on, unless the socket is closing. */
  onMessage(handle: (text: string) => Promise<void>): void {
    this.#socket.on('message', (data) => {
      this.count();
      // Nothing is kept of what comes behind the last straw.
      if (!this.isOpen) return;
      const text = data.toString();
      this.#parts.slices.run(() => {
        // What was already under way when the socket was told to close must not be executed any more.
        if (this.isOpen && !this.#isLeaving) void this.pendingRequests.during(this.#caught(handle(text)));
      });
    });
  }

  /** Done when the bytes have been handed to the kernel: whoever waits for it feels how slow the client reads. */
  send(text: string): Promise<void> {
    this.writer.flush();
    if (!this.isOpen) return Promise.resolve();
    return new Promise((resolve) => {
      // A failed write closes the socket, and the closing ends whatever was sending.
      this.#socket.send(text, () => resolve());
    });
  }

  /** Closes the socket, behind all that was to be sent. */
  close(code = NORMAL, reason = ''): void {
    this.#parts.closes.byCode(this.#socket, code);
    this.writer.flush();
    this.#socket.close(code, reason);
  }

  /** Closes the socket of a connection that has ended. */
  end(reason: EndReason): void {
    const { code, text } = endingOf(reason, this.#parts.maxConnections);
    this.#parts.closes.because(this.#socket, reason);
    this.close(code, text);
  }

  /** Begins nothing more, and sends the client elsewhere when all that it has asked is answered. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.pendingRequests.none();
    this.close(RESTARTING, 'Restarting');
  }

  /** Gives up a client that leaves more unsent than it may. */
  tooSlow(): void {
    this.#giveUp('TOO_SLOW', 'Too slow (WS_MAX_UNSENT_BYTES): reconnect and resume');
  }

  async #caught(handling: Promise<void>): Promise<void> {
    try {
      await handling;
    } catch (error) {
      // As when the database is away. Clients take 1011 and 4500 for final, and this is not.
      this.#parts.log.error({ err: error }, 'socket message failed');
      this.#parts.closes.because(this.#socket, 'TRY_AGAIN');
      this.#socket.close(TRY_AGAIN, 'Try again later');
    }
  }

  /** Closes the socket of a client that may not be listening, and does not wait for its goodbye. */
  #giveUp(why: keyof typeof GIVEN_UP, text: string): void {
    this.#parts.closes.because(this.#socket, why);
    this.#socket.close(GIVEN_UP[why], text);
    setTimeout(() => this.#socket.terminate(), LAST_WORDS_MS).unref();
  }
}
