import { once } from 'node:events';
import net from 'node:net';
import { findFreePort } from './free-port.ts';

/** A connection between a client and a server on loopback that can fail in the ways in which networks fail. */
export class TcpProxy {
  readonly port: number;
  #targetPort: number;
  readonly #sockets = new Set<net.Socket>();
  readonly #listener = net.createServer((client) => this.#accept(client));
  #isSwallowing = false;

  constructor(port: number, targetPort: number) {
    this.port = port;
    this.#targetPort = targetPort;
  }

  /** Breaks all connections. New ones are accepted immediately. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** New connections lead to another server, as after a failover; existing ones stay where they are. */
  redirect(targetPort: number): void {
    this.#targetPort = targetPort;
  }

  /** While refusing, no socket listens, so the kernel refuses new connections. Existing connections continue. */
  async refuse(isRefusing: boolean): Promise<void> {
    if (isRefusing === !this.#listener.listening) return;
    if (isRefusing) {
      this.#listener.close();
    } else {
      this.#listener.listen(this.port, '127.0.0.1');
      await once(this.#listener, 'listening');
    }
  }

  /**
   * While swallowing, connections stay open and are accepted, and every byte in either direction is lost, as when a
   * cable is pulled. The end of swallowing cuts them, since a connection that lost bytes cannot continue.
   */
  swallow(isSwallowing: boolean): void {
    if (this.#isSwallowing && !isSwallowing) this.cut();
    this.#isSwallowing = isSwallowing;
  }

  /** Resolves when all present connections are closed, by either end. */
  async released(): Promise<void> {
    const closed = [...this.#sockets].map(
      (socket) => new Promise((resolve) => socket.once('close', resolve)),
    );
    await Promise.all(closed);
  }

  async stop(): Promise<void> {
    await this.refuse(true);
    this.cut();
  }

  #accept(client: net.Socket): void {
    this.#track(client);
    if (this.#isSwallowing) {
      client.resume();
      return;
    }
    const target = net.connect(this.#targetPort, '127.0.0.1');
    this.#track(target);
    this.#forward(client, target);
    this.#forward(target, client);
  }

  #forward(from: net.Socket, to: net.Socket): void {
    from.on('data', (bytes) => {
      if (this.#isSwallowing || to.write(bytes)) return;
      from.pause();
      to.once('drain', () => from.resume());
    });
    from.once('end', () => to.end());
    from.once('close', () => to.destroy());
  }

  #track(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay();
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

/** Starts a proxy on a free loopback port in front of `targetPort`. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const proxy = new TcpProxy(await findFreePort(), targetPort);
  await proxy.refuse(false);
  return proxy;
}
