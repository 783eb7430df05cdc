import type { Duplex } from 'node:stream';
import type { UnsentAnswers } from '../unsent-answers.ts';

export interface SocketAnswersParts {
  readonly stream: Duplex;
  /** Bounds the answers of all clients together. */
  readonly unsent: UnsentAnswers;
  /** The network of the client. */
  readonly network: string;
  /** Disconnects the client. */
  readonly cut: () => void;
}

/**
 * The answers of one socket that the kernel has not taken. They are counted apart from what else waits: over a slow link
 * one large answer takes minutes, and a client that reads it without pause must not lose its subscriptions meanwhile.
 */
export class SocketAnswers {
  readonly #parts: SocketAnswersParts;
  #bytes = 0;

  constructor(parts: SocketAnswersParts) {
    this.#parts = parts;
  }

  /** The bytes of answers that wait to be sent. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Has an answer written, by a function that calls back when the kernel has taken it. Done then. */
  async send(write: (onTaken: () => void) => void): Promise<void> {
    const { stream, unsent, network, cut } = this.#parts;
    const before = stream.writableLength;
    const taken = new Promise<void>((resolve) => write(resolve));
    const bytes = stream.writableLength - before;
    if (bytes === 0) return taken;
    this.#bytes += bytes;
    const forget = unsent.add({ bytes, cut }, network);
    await taken;
    forget();
    this.#bytes -= bytes;
  }
}
