import { startTcpProxy, type TcpProxy } from '../../test/support/servers/tcp-proxy.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { openSocketStream } from '../support/socket-stream.ts';
import type { OpenStream } from '../support/stream.ts';

/** A connection whose client is gone without the knowledge of its node. */
export interface HalfOpen {
  readonly sinceMs: number;
  /**
   *     RELEASED   the node has closed it and continued to run: it had noticed the missing answer
   *     ENDED      the node was killed or stopped
   *     null       it is still open
   */
  end: 'RELEASED' | 'ENDED' | null;
}

/** Twelve seconds to the next ping, twelve to notice that it has no answer; the rest is for a busy machine. */
const MAX_HALF_OPEN_MS = 36_000;

/** A connection that leads through the network. */
interface Way {
  readonly node: ServerProcess;
  readonly wire: TcpProxy;
  /** Lets the client give it up. */
  readonly leave: () => void;
  /** Whether anything has arrived by it. */
  isInUse: boolean;
}

/**
 * A client's network that vanishes: every byte in both directions is lost from then on, and neither end notices. The
 * client takes the silence for the end and comes back by another wire; the node is left with a half-open connection.
 */
export class FrailNetwork {
  readonly halfOpen: HalfOpen[] = [];
  readonly #wires = new Map<ServerProcess, TcpProxy>();
  readonly #laid: TcpProxy[] = [];
  #way: Way | null = null;

  /** Builds a network that leads to each of the nodes. */
  static async to(nodes: readonly ServerProcess[]): Promise<FrailNetwork> {
    const network = new FrailNetwork();
    for (const node of nodes) await network.#lay(node);
    return network;
  }

  /** Subscribes over a WebSocket through this network. */
  readonly open: OpenStream = (request, onResult) => {
    const [node, wire] = [...this.#wires].find(([{ url }]) => url === request.url) ?? [];
    if (!node || !wire) throw new Error(`This network does not lead to ${request.url}.`);
    let leave = (): void => {};
    const left = new Promise<null>((resolve) => {
      leave = () => resolve(null);
    });
    const way: Way = { node, wire, leave, isInUse: false };
    const stream = openSocketStream({ ...request, url: `http://127.0.0.1:${wire.port}` }, (result) => {
      way.isInUse = true;
      onResult(result as never);
    });
    this.#way = way;
    const ended = Promise.race([stream.ended, left]).finally(() => {
      if (this.#way === way) this.#way = null;
    });
    return { ended, cut: stream.cut };
  };

  /** Vanishes, and returns whether a client was subscribed through it. */
  async vanish(): Promise<boolean> {
    const way = this.#way;
    if (!way?.isInUse) return false;
    await this.#lay(way.node);
    if (this.#way !== way) return false;
    way.wire.swallow(true);
    void this.#leaveBehind(way);
    way.leave();
    return true;
  }

  /** The number of half-open connections that are so old that their node should have closed them. */
  get held(): number {
    const deadline = Date.now() - MAX_HALF_OPEN_MS;
    return this.halfOpen.filter(({ end, sinceMs }) => !end && sinceMs < deadline).length;
  }

  async close(): Promise<void> {
    await Promise.all(this.#laid.map((wire) => wire.stop()));
  }

  async #lay(node: ServerProcess): Promise<void> {
    const wire = await startTcpProxy(Number(new URL(node.url).port));
    this.#wires.set(node, wire);
    this.#laid.push(wire);
  }

  async #leaveBehind({ node: { life }, wire }: Way): Promise<void> {
    const halfOpen: HalfOpen = { sinceMs: Date.now(), end: null };
    this.halfOpen.push(halfOpen);
    await wire.released();
    halfOpen.end = life.signal ? 'ENDED' : 'RELEASED';
  }
}
