import type { Duplex } from 'node:stream';
import {
  CloseCode,
  type Message,
  MessageType,
  type WebSocket as ProtocolSocket,
  parseMessage,
  stringifyMessage,
} from 'graphql-ws';
import type { WebSocket } from 'ws';
import { type SocketCloseReason, socketClose } from '../../core/process/close-codes.ts';
import type { Log } from '../../core/process/log.ts';
import { networkOf } from '../../lib/network-of.ts';
import type { TimeSlices } from '../../lib/time-slices.ts';
import { type BucketSize, TokenBucket } from '../../lib/token-bucket.ts';
import type { EndReason } from '../../live/connections/client-connection.ts';
import type { UnsentAnswers } from '../unsent-answers.ts';
import { OperationIds } from './operation-ids.ts';
import { PendingRequests } from './pending-requests.ts';
import { SocketAnswers } from './socket-answers.ts';
import type { SocketCloses } from './socket-closes.ts';
import { type SocketOwner, SocketWriter } from './socket-writer.ts';
import type { WriteBatcher } from './write-batcher.ts';

export interface ClientSocketParts {
  readonly log: Log;
  readonly closes: SocketCloses;
  /** Shared by all sockets: when many clients send at the same time, the event loop still turns. */
  readonly slices: TimeSlices;
  readonly maxUnsentBytes: number;
  /** Bounds the answers of all clients together. */
  readonly unsent: UnsentAnswers;
  /** The number of sockets and event streams that a user may have. */
  readonly maxConnections: number;
  /** The rate of messages that a client may send. */
  readonly messages: BucketSize;
}

/** A socket that has just been opened. */
export interface OpenedSocket {
  readonly socket: WebSocket;
  /** The connection of the socket. */
  readonly stream: Duplex;
  /** The address of the client. */
  readonly ip: string | null;
  /** Shared by all sockets. */
  readonly batcher: WriteBatcher;
}

const NORMAL = 1000;
/** RFC 6455, section 5.5: a control frame has 125 bytes, of which the code takes two. */
const MAX_REASON_BYTES = 123;
/** The time for which a client that is disconnected can still read the reason. */
const GOODBYE_MS = 5_000;

/** Messages of graphql-transport-ws that only servers send. */
const SERVER_MESSAGES: readonly MessageType[] = [
  MessageType.ConnectionAck,
  MessageType.Next,
  MessageType.Error,
];

/**
 * The server's end of one client's socket. It limits what comes in, keeps the order of what goes out between graphql-ws
 * and the writer, and closes the socket.
 */
export class ClientSocket implements ProtocolSocket, SocketOwner {
  readonly writer: SocketWriter;
  readonly pendingRequests = new PendingRequests();
  readonly operationIds = new OperationIds();
  readonly #socket: WebSocket;
  readonly #parts: ClientSocketParts;
  readonly #answers: SocketAnswers;
  readonly #allowance: TokenBucket;
  #isLeaving = false;

  constructor({ socket, stream, ip, batcher }: OpenedSocket, parts: ClientSocketParts) {
    const { maxUnsentBytes, unsent } = parts;
    this.#socket = socket;
    this.#parts = parts;
    this.#allowance = new TokenBucket(parts.messages);
    this.#answers = new SocketAnswers({ stream, unsent, network: networkOf(ip), cut: () => this.#cut() });
    this.writer = new SocketWriter({ stream, batcher, owner: this, answers: this.#answers, maxUnsentBytes });
  }

  /** The subprotocol that was negotiated when the socket was opened. */
  get protocol(): string {
    return this.#socket.protocol;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Counts a frame of the client, and closes the socket if the client has sent too many. */
  count(): void {
    if (!this.isOpen || this.#allowance.take()) return;
    this.#disconnect('TOO_MANY_MESSAGES', this.#parts.messages.perSecond);
  }

  /** Counts a ping of the WebSocket protocol, which `ws` answers whether the client reads or not. */
  countPing(): void {
    this.count();
    this.#disconnectIfSlow();
  }

  /** Passes messages to `handle` from now on, unless the socket is closing. */
  onMessage(handle: (text: string) => Promise<void>): void {
    // graphql-ws takes a parsed message as well as its text, although its types do not say so.
    const take = handle as (message: unknown) => Promise<void>;
    this.#socket.on('message', (data) => {
      this.count();
      // The message will have an answer, and the client may not read those that wait for it already.
      this.#disconnectIfSlow();
      // A message after the one that closed the socket is dropped.
      if (!this.isOpen) return;
      const text = data.toString();
      this.#parts.slices.run(() => this.#handle(text, take));
    });
  }

  /** Answers a ping with its own payload. */
  async onPing(payload: Record<string, unknown> | undefined): Promise<void> {
    let pong: string;
    try {
      pong = stringifyMessage({ type: MessageType.Pong, ...(payload && { payload }) });
    } catch {
      // A payload that could be parsed can be nested too deeply to be written.
      return this.#refuse();
    }
    if (this.#mayWrite()) await new Promise<void>((resolve) => this.#write(pong, resolve));
  }

  /** Sends an answer. Done when the kernel has taken it, so that a caller who waits is as slow as the client. */
  send(text: string): Promise<void> {
    return this.#mayWrite() ? this.#answers.send((onTaken) => this.#write(text, onTaken)) : Promise.resolve();
  }

  /** Closes the socket after everything that waits has been written. */
  close(code = NORMAL, reason = ''): void {
    this.#parts.closes.byCode(this.#socket, code);
    this.writer.flush();
    this.#socket.close(code, fittingReason(reason));
  }

  /** Closes the socket for one of the server's reasons; `detail` is the limit that was exceeded, or the words for it. */
  closeFor(why: SocketCloseReason, detail?: number | string): void {
    const { code, reason } = socketClose(why, detail);
    this.#parts.closes.because(this.#socket, why);
    this.close(code, reason);
  }

  /** Closes the socket of a connection that has ended, with the words of an administrator if one has ended it. */
  end(reason: EndReason, words: string | null): void {
    this.closeFor(reason, words ?? this.#parts.maxConnections);
  }

  /** Starts no more operations, and closes the socket when all requests of the client are answered. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.pendingRequests.none();
    this.closeFor('RESTARTING');
  }

  /** Disconnects a client that reads so slowly that too many bytes are unsent. */
  tooSlow(): void {
    this.#disconnect('TOO_SLOW');
  }

  #handle(text: string, handle: (message: unknown) => Promise<void>): void {
    // A message that was on its way when the socket was closed must not be executed.
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
            // The socket may have closed while the operation waited for its id.
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

  /** Closes the socket of a client that breaks the protocol. */
  #refuse(): void {
    this.close(CloseCode.BadRequest, 'Invalid message received');
  }

  /** Whether the client may be sent one more message, after what waits for it. */
  #mayWrite(): boolean {
    this.#disconnectIfSlow();
    this.writer.flush();
    return this.isOpen;
  }

  /** Writes a message. A failed write closes the socket, which ends its operations. */
  #write(text: string, onTaken: () => void): void {
    this.#socket.send(text, () => onTaken());
  }

  #disconnectIfSlow(): void {
    if (this.isOpen && this.writer.hasTooMuchUnsent) this.tooSlow();
  }

  /** Disconnects a client for whose answers the node has no more room. */
  #cut(): void {
    this.#parts.closes.because(this.#socket, 'TOO_SLOW');
    this.#socket.terminate();
  }

  /** Closes the socket without waiting long for a client that may not read. */
  #disconnect(why: SocketCloseReason, limit?: number): void {
    const { code, reason } = socketClose(why, limit);
    this.#parts.closes.because(this.#socket, why);
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), GOODBYE_MS).unref();
  }
}

/** Cuts a reason to the size of a close frame, which is counted in bytes, at the end of a character. */
function fittingReason(reason: string): string {
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(MAX_REASON_BYTES));
  return reason.slice(0, read);
}

/** Parses a message of a client; null if it is invalid, or one that only servers send. */
function readClientMessage(text: string): Message | null {
  try {
    const message = parseMessage(text);
    return SERVER_MESSAGES.includes(message.type) ? null : message;
  } catch {
    return null; // the client is disconnected, and its author finds the mistake
  }
}
