import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** A link that is slower than this counts as broken once all that waits is with the kernel. */
const SLOWEST_BYTES_PER_S = 16_384;

export interface KeepAliveParts {
  readonly socket: WebSocket;
  /** The connection of the socket. */
  readonly stream: Socket;
  readonly intervalMs: number;
  readonly onVanished: () => void;
}

/**
 * Pings a client regularly, and disconnects one that has vanished. A pong comes after everything that was sent before
 * its ping, which over a slow link can take minutes. So as long as a part of it waits here, the client is alive if the
 * kernel takes something within two intervals; and once all of it is with the kernel, the client has the time that a
 * slow link needs for it.
 */
export class KeepAlive {
  readonly #parts: KeepAliveParts;
  readonly #timer: NodeJS.Timeout;
  #isAnswered = true;
  #missed = 0;
  /** The bytes that were sent before the last ping, and before the last one that was answered. */
  #bytesAtPing: number;
  #bytesReceived: number;

  constructor(parts: KeepAliveParts) {
    const { socket, stream, intervalMs } = parts;
    this.#parts = parts;
    this.#bytesAtPing = stream.bytesWritten;
    this.#bytesReceived = stream.bytesWritten;
    socket.on('pong', () => {
      this.#isAnswered = true;
      this.#bytesReceived = this.#bytesAtPing;
    });
    // Node counts what the kernel takes of a write as activity, too.
    stream.setTimeout(2 * intervalMs);
    stream.on('timeout', () => {
      if (stream.writableLength > 0) this.#disconnect();
    });
    this.#timer = setInterval(() => this.#check(), intervalMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    const { socket, stream } = this.#parts;
    if (this.#isAnswered) {
      this.#isAnswered = false;
      this.#missed = 0;
      this.#bytesAtPing = stream.bytesWritten;
      socket.ping();
    } else if (stream.writableLength === 0) {
      this.#missed += 1;
      if (this.#missed > this.#allowedMisses()) this.#disconnect();
    }
  }

  #allowedMisses(): number {
    const { stream, intervalMs } = this.#parts;
    const ms = ((stream.bytesWritten - this.#bytesReceived) / SLOWEST_BYTES_PER_S) * 1_000;
    return Math.floor(ms / intervalMs);
  }

  #disconnect(): void {
    this.#parts.onVanished();
    this.#parts.socket.terminate();
  }
}
