import { type RedisServer, startRedis } from '../../test/support/servers/redis-server.ts';
import type { TcpProxy } from '../../test/support/servers/tcp-proxy.ts';

/** The name that every connection of the product gives itself. */
const OWN_CONNECTION = /\bname=lockstep\b/;

/** A primary Redis and its replica. Clients reach the primary by an address that moves when the two change places. */
export class RedisPair {
  readonly #address: TcpProxy;
  readonly #started: RedisServer;
  #primary: RedisServer;
  #replica: RedisServer;

  private constructor(address: TcpProxy, primary: RedisServer, replica: RedisServer) {
    this.#address = address;
    this.#started = replica;
    this.#primary = primary;
    this.#replica = replica;
  }

  /** Starts a replica beside a primary to which the address leads. */
  static async beside(primary: RedisServer, address: TcpProxy): Promise<RedisPair> {
    const replica = await startRedis();
    await replica.follow(primary);
    return new RedisPair(address, primary, replica);
  }

  get primary(): RedisServer {
    return this.#primary;
  }

  /**
   * Promotes the replica, makes the primary a replica of it and moves the address. The demoted server keeps its
   * connections and refuses every write on them, and until the address moves also on new ones.
   */
  async failOver(): Promise<void> {
    const [demoted, promoted] = [this.#primary, this.#replica];
    await promoted.follow(demoted); // a primary that crashed has just begun to fill its replica again
    await promoted.promote();
    [this.#primary, this.#replica] = [promoted, demoted];
    await demoted.follow(promoted);
    this.#address.redirect(Number(new URL(promoted.url).port));
  }

  /** The number of connections of the product to the server that is the replica now. */
  async stranded(): Promise<number> {
    const clients = String(await this.#replica.command('CLIENT', 'LIST'));
    return clients.split('\n').filter((client) => OWN_CONNECTION.test(client)).length;
  }

  /** Ends the replica that it has started. */
  stop(): Promise<void> {
    return this.#started.stop();
  }
}
