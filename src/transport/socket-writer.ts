import type { Duplex } from 'node:stream';
import type { Sink } from '../live/payload.ts';
import { NextFrames } from './frames.ts';

export interface SocketWriterParts {
  readonly stream: Duplex;
  readonly turn: Turn;
  /** Whether frames may still be sent: none may follow a close frame. */
  readonly isOpen: () => boolean;
  readonly maxUnsentBytes: number;
  /** Called when the client reads so slowly that more is unsent. It must close the socket. */
  readonly onTooSlow: () => void;
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
  #frames: Buffer[] = [];
  #queuedBytes = 0;
  #draining: Promise<void> | null = null;

  constructor(parts: SocketWriterParts) {
    this.#parts = parts;
    this.#stream = parts.stream;
  }

  /** Where an operation of this socket puts its payloads. */
  sinkOf(operationId: string): Sink {
    const id = Buffer.from(JSON.stringify(operationId));
    return {
      endsSlowReaders: true,
      deliver: (payload) => this.#add(this.#parts.turn.frames.frame(payload, id)),
    };
  }

  /** Writes what is waiting, now. */
  flush(): void {
    const frames = this.#frames;
    if (frames.length === 0) return;
    this.#frames = [];
    this.#queuedBytes = 0;
    if (!this.#parts.isOpen()) return;
    const [only] = frames;
    this.#stream.write(frames.length === 1 && only ? only : Buffer.concat(frames));
    if (this.#stream.writableLength > this.#parts.maxUnsentBytes) this.#parts.onTooSlow();
  }

  /** A promise asks whoever is catching up to wait; those who are live do not, and are bounded by what is unsent. */
  #add(frame: Buffer): Promise<void> | undefined {
    if (!this.#parts.isOpen()) return undefined;
    this.#frames.push(frame);
    this.#queuedBytes += frame.length;
    this.#parts.turn.add(this);
    const isFull = this.#stream.writableNeedDrain || this.#queuedBytes > this.#stream.writableHighWaterMark;
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

/** Gathers the writers that have something to write, until the current turn of the event loop is over. */
export class Turn {
  readonly frames = new NextFrames();
  #writers = new Set<SocketWriter>();

  /** Has a writer flushed when the turn is over. */
  add(writer: SocketWriter): void {
    if (this.#writers.size === 0) setImmediate(() => this.#end());
    this.#writers.add(writer);
  }

  #end(): void {
    const writers = this.#writers;
    this.#writers = new Set();
    for (const writer of writers) writer.flush();
  }
}
