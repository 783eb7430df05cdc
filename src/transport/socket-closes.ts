import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Metrics } from '../core/metrics.ts';

type CloseReason = keyof Metrics['socketCloses'];

/** What clients did when the protocol library closes; of its other codes each is a breach of the protocol. */
const REASON_OF_CODE: Partial<Record<number, CloseReason>> = {
  [CloseCode.Forbidden]: 'FORBIDDEN',
  [CloseCode.ConnectionInitialisationTimeout]: 'INIT_TIMEOUT',
};

/**
 * Counts sockets that close by the first reason that the server had for it. The code that a closed socket reports
 * would not do: it is the client's word, or none if the client was cut off.
 */
export class SocketCloses {
  readonly #counts: Metrics['socketCloses'];
  readonly #reasons = new WeakMap<WebSocket, CloseReason>();

  constructor({ socketCloses }: Metrics) {
    this.#counts = socketCloses;
  }

  /** Says why the server is about to close a socket. */
  because(socket: WebSocket, reason: CloseReason): void {
    if (!this.#reasons.has(socket)) this.#reasons.set(socket, reason);
  }

  /** Says with which code the protocol closes it. */
  byProtocol(socket: WebSocket, code: number): void {
    this.because(socket, REASON_OF_CODE[code] ?? 'PROTOCOL');
  }

  /** Counts a socket that has closed. */
  closed(socket: WebSocket): void {
    this.#counts[this.#reasons.get(socket) ?? 'CLIENT'].inc();
  }
}
