import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';

const COMPRESSIBLE = /^text\/|json/;

/**
 * A gateway of Node in front of a server on loopback. It compresses as the `compression` package does, which holds back
 * what it compresses; it uses connections to the server again, and closes those that are idle for `idleMs`.
 */
export class Gateway {
  /** For each connection to the server that has ended: who closed it. */
  readonly closedBy: ('gateway' | 'server')[] = [];
  readonly #server = http.createServer((request, response) => this.#forward(request, response));
  readonly #agent: http.Agent;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #seen = new WeakSet<Socket>();
  #connections = 0;
  #closed: Promise<unknown> = Promise.resolve();

  private constructor(targetUrl: string, idleMs: number) {
    const { hostname, port } = new URL(targetUrl);
    this.#target = { host: hostname, port: Number(port) };
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: 1, timeout: idleMs });
    this.#server.on('upgrade', (request, stream, head) => this.#upgrade(request, stream, head));
  }

  static async start(targetUrl: string, idleMs = 60_000): Promise<Gateway> {
    const gateway = new Gateway(targetUrl, idleMs);
    gateway.#server.listen(0, '127.0.0.1');
    await once(gateway.#server, 'listening');
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The number of connections to the server that were opened for requests. */
  get connections(): number {
    return this.#connections;
  }

  /** Done when the latest connection to the server has been closed, by either end. */
  async closed(): Promise<void> {
    await this.#closed;
  }

  stop(): void {
    this.#agent.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const asking = this.#ask(request, this.#agent);
    asking.on('socket', (socket) => this.#watch(socket));
    asking.on('error', () => response.headersSent || response.writeHead(502).end());
    response.on('close', () => asking.destroy());
    asking.on('response', (answer) => {
      const { 'content-length': length, ...others } = answer.headers;
      const isCompressed = mayCompress(answer) && /gzip/.test(request.headers['accept-encoding'] ?? '');
      response.writeHead(answer.statusCode ?? 502, {
        ...others,
        ...(isCompressed ? { 'content-encoding': 'gzip' } : length && { 'content-length': length }),
      });
      if (isCompressed) pipeline(answer, createGzip(), response, () => {});
      else pipeline(answer, response, () => {});
    });
    request.pipe(asking);
  }

  #upgrade(request: IncomingMessage, client: Duplex, head: Buffer): void {
    const asking = this.#ask(request);
    asking.on('upgrade', (answer, target, first) => {
      const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`);
      client.write(['HTTP/1.1 101 Switching Protocols', ...headers, '\r\n'].join('\r\n'));
      client.write(first);
      target.write(head);
      pipeline(client, target, client, () => {});
    });
    asking.end();
  }

  #ask({ method, url: path, headers }: IncomingMessage, agent?: http.Agent): http.ClientRequest {
    return http.request({ ...this.#target, method, path, headers, ...(agent && { agent }) });
  }

  #watch(socket: Socket): void {
    if (this.#seen.has(socket)) return;
    this.#seen.add(socket);
    this.#connections += 1;
    let by: 'gateway' | 'server' = 'server';
    socket.on('timeout', () => {
      by = 'gateway';
    });
    const closed = once(socket, 'close');
    this.#closed = closed.then(() => this.closedBy.push(by));
  }
}

/** Whether an answer is of a kind that is compressed, and nothing forbids it. */
function mayCompress({ headers }: IncomingMessage): boolean {
  return (
    COMPRESSIBLE.test(headers['content-type'] ?? '') && !/no-transform/.test(headers['cache-control'] ?? '')
  );
}
