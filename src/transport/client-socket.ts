import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { Log } from '../core/log.ts';
import type { TimeSlices } from '../lib/time-slices.ts';
import { type BucketSize, TokenBucket } from '../lib/token-bucket.ts';
import type { EndReason } from '../live/connection.ts';
import { endingOf } from './endings.ts';
import type { CloseReason, SocketCloses } from './socket-closes.ts';
import { SocketWriter } from './socket-writer.ts';
import type { Turn } from './turn.ts';
import { Unanswered } from './unanswered.ts';

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

/** The server's end of one client's socket: what may come in, what goes out in which order, and how it is closed. */
export class ClientSocket {
  readonly writer: SocketWriter;
  readonly unanswered = new Unanswered();
  readonly #socket: WebSocket;
  readonly #parts: ClientSocketParts;
  readonly #allowance: TokenBucket;
  #isLeaving = false;

  constructor(socket: WebSocket, stream: Duplex, turn: Turn, parts: ClientSocketParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#allowance = new TokenBucket(parts.messages);
    this.writer = new SocketWriter({
      stream,
      turn,
      isOpen: () => this.#isOpen,
      maxUnsentBytes: parts.maxUnsentBytes,
      onTooSlow: () => this.#giveUp('TOO_SLOW', 'Too slow (WS_MAX_UNSENT_BYTES): reconnect and resume'),
    });
  }

  /** Counts something that the client has sent, and closes the socket if that was too much. */
  count(): void {
    if (!this.#isOpen || this.#allowance.take()) return;
    const { perSecond } = this.#parts.messages;
    this.#giveUp(
      'TOO_MANY_MESSAGES',
      `More than ${perSecond} messages a second (WS_MESSAGES_PER_SECOND, WS_MESSAGE_BURST)`,
    );
  }

  /** Has a message handled, unless the socket is closing. */
  receive(data: RawData, handle: (text: string) => Promise<void>): void {
    this.count();
    this.#parts.slices.run(() => {
      // What was already under way when the socket was told to close must not be executed any more.
      if (this.#isOpen && !this.#isLeaving) void this.unanswered.during(this.#handle(data, handle));
    });
  }

  /** Done when the bytes have been handed to the kernel: whoever waits for it feels how slow the client reads. */
  send(text: string): Promise<void> {
    this.writer.flush();
    if (!this.#isOpen) return Promise.resolve();
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
    await this.unanswered.none();
    this.close(RESTARTING, 'Restarting');
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  async #handle(data: RawData, handle: (text: string) => Promise<void>): Promise<void> {
    try {
      await handle(data.toString());
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
