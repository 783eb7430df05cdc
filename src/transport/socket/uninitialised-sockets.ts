import { networkOf } from '../../lib/network-of.ts';

/** A socket that has just been opened. */
interface NewSocket {
  readonly ip: string | null;
  readonly client: { closeFor(why: 'TOO_MANY_ANONYMOUS', limit: number): void };
}

/**
 * Bounds the sockets of each network that have not sent `connection_init` yet. One more closes the oldest, so that a
 * client that opens sockets and does not use them keeps no other client of its network away.
 */
export class UninitialisedSockets {
  readonly #limit: number;
  /** The sockets of each network, the oldest first. */
  readonly #networks = new Map<string, Set<NewSocket>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts a socket until it leaves. */
  enter(socket: NewSocket): void {
    const network = networkOf(socket.ip);
    const sockets = this.#networks.get(network) ?? new Set();
    this.#networks.set(network, sockets.add(socket));
    if (sockets.size <= this.#limit) return;
    const [oldest] = sockets;
    if (!oldest) return;
    this.leave(oldest);
    oldest.client.closeFor('TOO_MANY_ANONYMOUS', this.#limit);
  }

  /** Counts a socket no longer: it has sent `connection_init`, or closed. */
  leave(socket: NewSocket): void {
    const network = networkOf(socket.ip);
    const sockets = this.#networks.get(network);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.#networks.delete(network);
  }
}
