import { Duplex } from 'node:stream';

/** Receives the messages of the driver from an embedded connection. */
export interface EmbeddedPeer {
  /** Receives complete protocol messages, the last of which requires an answer. */
  send(bytes: Uint8Array<ArrayBuffer>): void;
  hangUp(): void;
}

const LENGTH_BYTES = 4;
const TERMINATE = 'X';
/** Query, Sync, Flush and FunctionCall: the messages that the server answers. */
const ASKS_FOR_ANSWER = 'QSHF';

/**
 * Replaces the TCP socket of one `pg` connection.
 *
 * The driver may write half a message or ten. PGlite requires complete ones and answers each call immediately, so bytes
 * are held back until a message that requires an answer is complete. The opening message is the only one without a type
 * byte (PostgreSQL manual, “Message Formats”).
 */
export class EmbeddedConnection extends Duplex {
  readonly #peer: EmbeddedPeer;
  #held: Buffer = Buffer.alloc(0);
  #isOpened = false;
  #hasHungUp = false;

  constructor(peer: EmbeddedPeer) {
    super();
    this.#peer = peer;
  }

  /** The methods that the driver calls on a socket; here there is no network connection to open or to tune. */
  connect(): this {
    queueMicrotask(() => this.emit('connect'));
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  override _read(): void {
    // Answers are pushed as they arrive.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const bytes = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    const { answerable, isLast } = this.#scan(bytes);
    if (answerable > 0) this.#peer.send(new Uint8Array(bytes.subarray(0, answerable)));
    this.#held = isLast ? Buffer.alloc(0) : Buffer.from(bytes.subarray(answerable));
    if (isLast) this.#hangUp();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#hangUp();
    done(error);
  }

  /** Finds the end of the messages that require an answer, and whether the driver terminates the connection. */
  #scan(bytes: Buffer): { answerable: number; isLast: boolean } {
    let position = 0;
    let answerable = 0;
    for (;;) {
      const typeBytes = this.#isOpened ? 1 : 0;
      if (bytes.length < position + typeBytes + LENGTH_BYTES) return { answerable, isLast: false };
      const end = position + typeBytes + bytes.readInt32BE(position + typeBytes);
      if (bytes.length < end) return { answerable, isLast: false };
      const type = this.#isOpened ? bytes.toString('latin1', position, position + 1) : '';
      if (type === TERMINATE) return { answerable, isLast: true };
      if (!this.#isOpened || ASKS_FOR_ANSWER.includes(type)) answerable = end;
      this.#isOpened = true;
      position = end;
    }
  }

  #hangUp(): void {
    if (this.#hasHungUp) return;
    this.#hasHungUp = true;
    this.#peer.hangUp();
  }
}
