import type { Duplex } from 'node:stream';
import { CloseCode, MessageType, type WebSocket as ProtocolSocket, stringifyMessage } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { type SocketCloseReason, socketClose } from '../../core/close-codes.ts';
import type { Log } from '../../core/log.ts';
import type { TimeSlices } from '../../lib/time-slices.ts';
import { type BucketSize, TokenBucket } from '../../lib/token-bucket.ts';
import type { EndReason } from '../../live/connections/client-connection.ts';
import { readClientMessage } from './client-message.ts';
import { OperationIds } from './operation-ids.ts';
import { PendingRequests } from './pending-requests.ts';
import type { SocketCloses } from './socket-closes.ts';
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
/** How long a client that was given up has to read why. */
const LAST_WORDS_MS = 5_000;

/**
 * The server's end of one client's socket, as the protocol library and the writer know it: what may come in, what goes
 * out in which order, and how it is closed.
 */
export class ClientSocket implements ProtocolSocket, SocketOwner {
  readonly writer: SocketWriter;
  readonly pendingRequests = new PendingRequests();
  readonly operationIds = new OperationIds();
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
    this.#giveUp('TOO_MANY_MESSAGES', this.#parts.messages.perSecond);
  }

  /** Counts a ping of the WebSocket protocol itself, which the library answers whether the client reads or not. */
  countPing(): void {
    this.count();
    this.#giveUpIfSlow();
  }

  /** Has messages handled from now on, unless the socket is closing. */
  onMessage(handle: (text: string) => Promise<void>): void {
    // The library takes a message that has been read already as it is, although its types do not say so.
    const take = handle as (message: unknown) => Promise<void>;
    this.#socket.on('message', (data) => {
      this.count();
      // What it asks for has an answer, and it does not read those that it has.
      this.#giveUpIfSlow();
      // Nothing is kept of what comes behind the last straw.
      if (!this.isOpen) return;
      const text = data.toString();
      this.#parts.slices.run(() => this.#hear(text, take));
    });
  }

  /** Answers a ping with what came in it. */
  async onPing(payload: Record<string, unknown> | undefined): Promise<void> {
    let pong: string;
    try {
      pong = stringifyMessage({ type: MessageType.Pong, ...(payload && { payload }) });
    } catch {
      // What can be read can be nested too deeply to be written.
      return this.#refuse();
    }
    await this.send(pong);
  }

  /** Done when the bytes have been handed to the kernel: whoever waits for it feels how slow the client reads. */
  send(text: string): Promise<void> {
    // Looked at before, not after: one large answer does not close the socket of a client that reads.
    this.#giveUpIfSlow();
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

  /** Closes the socket for a reason of the server's; `limit` is the number that was exceeded. */
  closeFor(why: SocketCloseReason, limit?: number): void {
    const { code, reason } = socketClose(why, limit);
    this.#parts.closes.because(this.#socket, why);
    this.close(code, reason);
  }

  /** Closes the socket of a connection that has ended. */
  end(reason: EndReason): void {
    this.closeFor(reason, this.#parts.maxConnections);
  }

  /** Begins nothing more, and sends the client elsewhere when all that it has asked is answered. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.pendingRequests.none();
    this.closeFor('RESTARTING');
  }

  /** Gives up a client that leaves more unsent than it may. */
  tooSlow(): void {
    this.#giveUp('TOO_SLOW');
  }

  #hear(text: string, handle: (message: unknown) => Promise<void>): void {
    // What was already under way when the socket was told to close must not be executed any more.
    if (!this.isOpen || this.#isLeaving) return;
    const message = readClientMessage(text);
    if (!message) {
      this.#refuse();
      return;
    }
    if (message.type === MessageType.Complete) this.operationIds.complete(message.id);
    const handling =
      message.type === MessageType.Subscribe
        ? this.operationIds.run(message.id, async () => {
            // It may have waited for its id.
            if (this.isOpen) await handle(message);
          })
        : handle(message);
    void this.pendingRequests.during(this.#caught(handling));
  }

  async #caught(handling: Promise<void>): Promise<void> {
    try {
      await handling;
    } catch (error) {
      this.#parts.log.error({ err: error }, 'socket message failed');
      this.closeFor('TRY_AGAIN');
    }
  }

  /** Closes the socket of a client that says what the protocol does not have it say. */
  #refuse(): void {
    this.close(CloseCode.BadRequest, 'Invalid message received');
  }

  #giveUpIfSlow(): void {
    if (this.isOpen && this.#socket.bufferedAmount > this.#parts.maxUnsentBytes) this.tooSlow();
  }

  /** Closes the socket of a client that may not be listening, and does not wait for its goodbye. */
  #giveUp(why: SocketCloseReason, limit?: number): void {
    const { code, reason } = socketClose(why, limit);
    this.#parts.closes.because(this.#socket, why);
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), LAST_WORDS_MS).unref();
  }
}
