import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Metrics } from '../core/metrics.ts';

/** Why a socket was closed. */
export type CloseReason = keyof Metrics['socketCloses'];

const RESTARTING = 1001;

/** The reasons that a code alone tells. The other codes of the protocol library all mean that its rules were broken. */
const REASONS: Partial<Record<number, CloseReason>> = {
  [RESTARTING]: 'RESTARTING',
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

  /** Says with which code it is about to close one. */
  byCode(socket: WebSocket, code: number): void {
    this.because(socket, REASONS[code] ?? 'PROTOCOL');
  }

  /** Counts a socket that has closed. */
  closed(socket: WebSocket): void {
    this.#counts[this.#reasons.get(socket) ?? 'CLIENT'].inc();
  }
}
