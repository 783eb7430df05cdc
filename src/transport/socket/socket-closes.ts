import type { WebSocket } from 'ws';
import { SOCKET_CLOSES, type SocketCloseReason } from '../../core/close-codes.ts';
import type { Metrics } from '../../core/metrics.ts';

/** Why a socket was closed. */
export type CloseReason = keyof Metrics['socketCloses'];

/** The reasons for which the protocol library closes sockets, by their codes: the other codes mean that a rule was broken. */
const BY_CODE = new Map<number, SocketCloseReason>(
  (['FORBIDDEN', 'INIT_TIMEOUT'] as const).map((reason) => [SOCKET_CLOSES[reason].code, reason]),
);

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

  /** Says with which code the protocol library is about to close one. */
  byCode(socket: WebSocket, code: number): void {
    this.because(socket, BY_CODE.get(code) ?? 'PROTOCOL');
  }

  /** Counts a socket that has closed. */
  closed(socket: WebSocket): void {
    this.#counts[this.#reasons.get(socket) ?? 'CLIENT'].inc();
  }
}
