import type { Duplex } from 'node:stream';
import type { Payload, Sink } from '../../live/streams/payload.ts';
import type { WriteBatcher } from './write-batcher.ts';

/** Whose socket it is. */
export interface SocketOwner {
  /** Whether frames may still be sent: none may follow a close frame. */
  readonly isOpen: boolean;
  /** Called when the client reads so slowly that more is unsent than it may be. It must close the socket. */
  tooSlow(): void;
}

export interface SocketWriterParts {
  readonly stream: Duplex;
  readonly batcher: WriteBatcher;
  readonly owner: SocketOwner;
  readonly maxUnsentBytes: number;
}

/**
 * Writes payloads to a socket as whole frames, past the WebSocket library: what one turn of the event loop has for a
 * socket leaves in one write. Most of the cost of a delivery is the kernel's, and it is paid per write.
 *
 * The library writes to the same stream, whole frames at a time and without delay (compression is off), so the two
 * cannot get into each other's frames; before it writes or closes, `flush` keeps the order.
 */
export class SocketWriter {
  readonly #parts: SocketWriterParts;
  readonly #stream: Duplex;
  /** What is waiting. */
  readonly #payloads: Payload[] = [];
  readonly #ids: Buffer[] = [];
  #waitingBytes = 0;
  #isInBatch = false;
  #draining: Promise<void> | null = null;

  constructor(parts: SocketWriterParts) {
    this.#parts = parts;
    this.#stream = parts.stream;
  }

  /** Where an operation of this socket puts its payloads. */
  sinkOf(operationId: string): Sink {
    return new OperationSink(this, Buffer.from(JSON.stringify(operationId)));
  }

  /** Writes what is waiting when its batch is due. */
  writeBatch(): void {
    this.#isInBatch = false;
    this.flush();
  }

  /** Writes what is waiting, now. */
  flush(): void {
    if (this.#payloads.length === 0) return;
    if (this.#parts.owner.isOpen) this.#write();
    this.#payloads.length = 0;
    this.#ids.length = 0;
    this.#waitingBytes = 0;
  }

  #write(): void {
    // Looked at before, not after: one large burst does not close the socket of a client that reads.
    if (this.#stream.writableLength > this.#parts.maxUnsentBytes) {
      this.#parts.owner.tooSlow();
      return;
    }
    const { frames } = this.#parts.batcher;
    this.#stream.write(frames.of({ payloads: this.#payloads, ids: this.#ids }));
    // What the kernel did not take at once is still to be read from that memory.
    if (this.#stream.writableLength > 0) frames.giveAway();
  }

  /**
   * Has a payload written for the operation of this id. A promise asks whoever is catching up to wait; those who are
   * live do not, and are bounded by what is unsent.
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
    // One wait for all: each has listeners on the stream, and a slow reader has thousands of payloads coming.
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

/** Puts the payloads of one operation into the writer of its socket. */
class OperationSink implements Sink {
  readonly endsSlowReaders = true;
  readonly #writer: SocketWriter;
  readonly #id: Buffer;

  constructor(writer: SocketWriter, id: Buffer) {
    this.#writer = writer;
    this.#id = id;
  }

  deliver(payload: Payload): Promise<void> | undefined {
    return this.#writer.add(payload, this.#id);
  }
}
