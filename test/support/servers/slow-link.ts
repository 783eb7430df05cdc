import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

/** The time for which the link rests after each piece, of at most 64 KiB, that it brings to the client. */
const REST_MS = 20;

/** A wire to a server on loopback that brings at most three megabytes a second to its clients. */
export class SlowLink {
  readonly #sockets = new Set<net.Socket>();
  readonly #listener: net.Server;
  #isFrozen = false;

  private constructor(targetPort: number) {
    this.#listener = net.createServer((client) => this.#accept(client, net.connect(targetPort, '127.0.0.1')));
  }

  static async start(targetPort: number): Promise<SlowLink> {
    const link = new SlowLink(targetPort);
    link.#listener.listen(0, '127.0.0.1');
    await once(link.#listener, 'listening');
    return link;
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** From now on nothing reaches the clients any more. */
  freeze(): void {
    this.#isFrozen = true;
  }

  stop(): void {
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(client: net.Socket, target: net.Socket): void {
    for (const socket of [client, target]) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    client.pipe(target);
    target.on('data', (piece) => {
      client.write(piece);
      target.pause();
      setTimeout(() => this.#isFrozen || target.resume(), REST_MS);
    });
    target.on('close', () => client.destroy());
    client.on('close', () => target.destroy());
  }
}
