import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { StartError } from '../../core/process/start-error.ts';
import type { Drain } from '../drain.ts';
import type { OperationPipeline } from '../pipeline/operation-pipeline.ts';
import type { WebSocketServer } from '../socket/web-socket-server.ts';
import { clientAddress } from './client-address.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface HttpServerParts {
  readonly host: string;
  readonly port: number;
  readonly pipeline: OperationPipeline;
  readonly sockets: WebSocketServer;
  readonly drain: Drain;
  /** Handlers of plain paths, e.g. `/health/live`. */
  readonly routes: ReadonlyMap<string, Handler>;
  /** Serves the page that a browser gets from the endpoint. */
  readonly graphiql: Handler;
  /** Allowed beside the server's own origin. */
  readonly corsOrigins: readonly string[];
  /** The number of proxies between clients and the server. */
  readonly trustedProxies: number;
}

const ENDPOINT = '/graphql';
/**
 * The time limits for the headers and for the whole of a request: a client that sends a byte now and then is
 * disconnected.
 */
const ARRIVAL_LIMITS = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 2_000 };

/** Serves everything on one port: GraphQL over HTTP, event streams, WebSockets, the GraphiQL page and plain paths. */
export class HttpServer {
  readonly #parts: HttpServerParts;
  readonly #server: Server;
  #isStopping = false;

  constructor(parts: HttpServerParts) {
    this.#parts = parts;
    this.#server = createServer(ARRIVAL_LIMITS, async (request, response) => {
      // A request during the drain is answered. Its client connects elsewhere for the next one.
      if (parts.drain.isRunning) response.shouldKeepAlive = false;
      response.once('close', () => this.#isStopping && this.#server.closeIdleConnections());
      try {
        await this.#handle(request, response);
      } catch (error) {
        // The client learns that no answer will come. The process logs the error.
        response.destroy();
        throw error;
      }
    });
    this.#server.on('upgrade', (request, stream, head) => this.#upgrade(request, stream, head));
  }

  /** Starts to listen and returns the address; throws StartError if the port is taken or not allowed. */
  async listen(): Promise<string> {
    const { host, port } = this.#parts;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)));
      this.#server.listen(port, host, resolve);
    });
    const { port: given } = this.#server.address() as AddressInfo;
    const shown = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host;
    return `http://${shown}:${given}`;
  }

  /** Accepts no new connections; done when the running requests have been answered. */
  async stop(graceMs: number): Promise<void> {
    // `close` closes idle connections. One that becomes idle later would stay open for its next request.
    this.#isStopping = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const deadline = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(deadline);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { routes, graphiql, pipeline } = this.#parts;
    const path = pathOf(request);
    const route = routes.get(path);
    if (route) return route(request, response);
    if (path !== ENDPOINT) return refuse(response, 404, `Not found. The GraphQL endpoint is ${ENDPOINT}.`);
    // With or without a query string: GraphiQL keeps the current document there.
    const isBrowser = request.method === 'GET' && request.headers.accept?.includes('text/html');
    if (isBrowser) return graphiql(request, response);
    await pipeline(request, response, { ip: this.#addressOf(request) });
  }

  #addressOf(request: IncomingMessage): string | null {
    return clientAddress(request, this.#parts.trustedProxies);
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    // Without a listener, an error of the socket would end the process before the WebSocket server owns it.
    stream.on('error', () => stream.destroy());
    if (this.#parts.drain.isRunning) refuseUpgrade(stream, '503 Service Unavailable');
    else if (pathOf(request) !== ENDPOINT) refuseUpgrade(stream, '404 Not Found');
    else if (!this.#isOriginAllowed(request)) refuseUpgrade(stream, '403 Forbidden');
    else this.#parts.sockets.upgrade({ request, stream, head, ip: this.#addressOf(request) });
  }

  /** Checks the origin, because browsers let any page open a socket. Clients that are no browsers send no origin. */
  #isOriginAllowed({ headers }: IncomingMessage): boolean {
    const { origin, host } = headers;
    if (origin === undefined || this.#parts.corsOrigins.includes(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }
}

function pathOf({ url }: IncomingMessage): string {
  return (url ?? '/').split('?', 1)[0] ?? '/';
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

function refuseUpgrade(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): StartError {
  if (error.code === 'EADDRINUSE') {
    return new StartError(
      `Port ${port} is taken by another program: stop it, or set PORT to another number.`,
    );
  }
  return new StartError(
    `Cannot listen on ${host}:${port} (${error.code ?? error.message}): check HOST and PORT.`,
  );
}
