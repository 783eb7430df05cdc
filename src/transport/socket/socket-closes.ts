import type { WebSocket } from 'ws';
import { SOCKET_CLOSES, type SocketCloseReason } from '../../core/process/close-codes.ts';
import type { Metrics } from '../../core/process/metrics.ts';

/** The reason for which a socket was closed. */
export type CloseReason = keyof Metrics['socketCloses'];

/**
 * The reasons for which graphql-ws closes sockets, by code. Any other code means that the client broke the protocol.
 */
const BY_CODE = new Map<number, SocketCloseReason>(
  (['FORBIDDEN', 'INIT_TIMEOUT'] as const).map((reason) => [SOCKET_CLOSES[reason].code, reason]),
);

/**
 * Counts closed sockets by the first reason that the server gave. The code that a closed socket reports would not do:
 * it comes from the client, and a client that was disconnected sends none.
 */
export class SocketCloses {
  readonly #counts: Metrics['socketCloses'];
  readonly #reasons = new WeakMap<WebSocket, CloseReason>();

  constructor({ socketCloses }: Metrics) {
    this.#counts = socketCloses;
  }

  /** Notes the reason for which the server is about to close a socket. */
  because(socket: WebSocket, reason: CloseReason): void {
    if (!this.#reasons.has(socket)) this.#reasons.set(socket, reason);
  }

  /** Notes the code with which graphql-ws is about to close a socket. */
  byCode(socket: WebSocket, code: number): void {
    this.because(socket, BY_CODE.get(code) ?? 'PROTOCOL');
  }

  /** Counts a socket that has closed. */
  closed(socket: WebSocket): void {
    this.#counts[this.#reasons.get(socket) ?? 'CLIENT'].inc();
  }
}
