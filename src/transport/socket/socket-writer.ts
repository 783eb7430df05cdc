import type { Duplex } from 'node:stream';
import type { Payload, Sink } from '../../live/streams/payload.ts';
import type { SocketAnswers } from './socket-answers.ts';
import type { WriteBatcher } from './write-batcher.ts';

/** The owner of the socket that a writer writes to. */
export interface SocketOwner {
  /** Whether frames may still be sent: none may follow a close frame. */
  readonly isOpen: boolean;
  /** Called when more bytes are unsent than the limit allows. Must close the socket. */
  tooSlow(): void;
}

export interface SocketWriterParts {
  readonly stream: Duplex;
  readonly batcher: WriteBatcher;
  readonly owner: SocketOwner;
  /** The answers that wait in the same stream. */
  readonly answers: Pick<SocketAnswers, 'bytes'>;
  /** The bytes that may wait to be sent, beside the answers. */
  readonly maxUnsentBytes: number;
}

/** The part of the limit that subscriptions share which can wait. The rest is for live ones, pongs and the like. */
const WAITING_PART = 0.5;

/**
 * Writes payloads to a socket as whole frames, bypassing `ws`. All payloads of one turn of the event loop leave in one
 * write, because most of the cost of a delivery is the kernel's, for each write.
 *
 * `ws` writes to the same stream, in whole frames and without delay, because compression is off. So neither writes into a
 * frame of the other. `flush`, before `ws` writes or closes, keeps the order (docs/relied-on-internals.md).
 */
export class SocketWriter {
  readonly #parts: SocketWriterParts;
  readonly #stream: Duplex;
  /** The payloads that wait to be written, and the ids of their operations. */
  readonly #payloads: Payload[] = [];
  readonly #ids: Buffer[] = [];
  #waitingBytes = 0;
  #isInBatch = false;
  #draining: Promise<void> | null = null;

  constructor(parts: SocketWriterParts) {
    this.#parts = parts;
    this.#stream = parts.stream;
  }

  /** Whether more than the answers waits than the limit allows. */
  get hasTooMuchUnsent(): boolean {
    return this.#unsentBytes > this.#parts.maxUnsentBytes;
  }

  /**
   * Whether a subscription that can wait may add a payload of so many bytes: within the part of the limit that all of
   * them share, or when nothing else waits. They never use up the limit itself: the end of an answer, or a pong, would
   * find it exceeded and close the socket of a client that reads without pause.
   */
  hasRoomFor(bytes: number): boolean {
    const { owner, maxUnsentBytes } = this.#parts;
    if (!owner.isOpen || this.#unsentBytes + this.#waitingBytes + bytes <= maxUnsentBytes * WAITING_PART) {
      return true;
    }
    this.flush();
    return !this.#stream.writableNeedDrain;
  }

  get #unsentBytes(): number {
    return this.#stream.writableLength - this.#parts.answers.bytes;
  }

  /** Whether an answer is on its way, after which everything else has to wait. */
  get isAnswering(): boolean {
    return this.#parts.answers.bytes > 0;
  }

  /** Returns the sink of an operation on this socket. */
  sinkOf(operationId: string): Sink {
    return new OperationSink(this, Buffer.from(JSON.stringify(operationId)));
  }

  /** Writes the waiting payloads. Called when the batch is due. */
  writeBatch(): void {
    this.#isInBatch = false;
    this.flush();
  }

  /** Writes the waiting payloads now. */
  flush(): void {
    if (this.#payloads.length === 0) return;
    if (this.#parts.owner.isOpen) this.#write();
    this.#payloads.length = 0;
    this.#ids.length = 0;
    this.#waitingBytes = 0;
  }

  #write(): void {
    // Checked before the write: a single large burst does not close the socket of a client that reads.
    if (this.hasTooMuchUnsent) {
      this.#parts.owner.tooSlow();
      return;
    }
    const { frames } = this.#parts.batcher;
    this.#stream.write(frames.of({ payloads: this.#payloads, ids: this.#ids }));
    // The stream still has to read from that memory what the kernel did not take immediately.
    if (this.#stream.writableLength > 0) frames.giveAway();
  }

  /**
   * Adds a payload of an operation to the next write. If it returns a promise, a subscription that catches up waits for
   * it. A live subscription waits only while an answer is on its way: else its bound is the number of unsent bytes.
   */
  add(payload: Payload, id: Buffer): Promise<void> | undefined {
    if (!this.#parts.owner.isOpen) return undefined;
    this.#payloads.push(payload);
    this.#ids.push(id);
    this.#waitingBytes += payload.bytes.length;
    if (!this.#isInBatch) this.#parts.batcher.add(this);
    this.#isInBatch = true;
    const isFull = this.#stream.writableNeedDrain || this.#waitingBytes > this.#stream.writableHighWaterMark;
    if (!isFull) return undefined;
    return this.drained();
  }

  /** Settles when the client has read what waits, or has left. */
  drained(): Promise<void> {
    // All share one wait, because each wait adds listeners to the stream, and a slow reader has thousands of payloads.
    this.#draining ??= this.#drained().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  async #drained(): Promise<void> {
    this.flush();
    if (!this.#stream.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#stream.off('drain', done).off('close', done);
        resolve();
      };
      this.#stream.on('drain', done).on('close', done);
    });
  }
}

/** Passes the payloads of one operation to the writer of its socket. */
class OperationSink implements Sink {
  readonly #writer: SocketWriter;
  readonly #id: Buffer;
  delivered = 0;

  constructor(writer: SocketWriter, id: Buffer) {
    this.#writer = writer;
    this.#id = id;
  }

  get endsSlowReaders(): boolean {
    return !this.#writer.isAnswering;
  }

  hasRoomFor(bytes: number): boolean {
    return this.#writer.hasRoomFor(bytes);
  }

  room(): Promise<void> {
    return this.#writer.drained();
  }

  deliver(payload: Payload): Promise<void> | undefined {
    this.delivered += 1;
    return this.#writer.add(payload, this.#id);
  }
}
