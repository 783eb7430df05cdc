import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { StartError } from '../core/start-error.ts';
import { clientAddress } from './client-address.ts';
import type { Drain } from './drain.ts';
import type { OperationPipeline } from './operation-pipeline.ts';
import type { WebSocketServer } from './web-socket-server.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface HttpServerParts {
  readonly host: string;
  readonly port: number;
  readonly pipeline: OperationPipeline;
  readonly sockets: WebSocketServer;
  readonly drain: Drain;
  /** Handlers of plain paths, e.g. `/health/live`. */
  readonly routes: ReadonlyMap<string, Handler>;
  /** The page for people who open the endpoint in a browser. */
  readonly graphiql: Handler;
  /** Beside the server's own origin. */
  readonly corsOrigins: readonly string[];
  /** How many proxies stand between clients and the server. */
  readonly trustedProxies: number;
}

const ENDPOINT = '/graphql';
/** How long the headers and the whole of a request may take to arrive: who sends a byte now and then is cut off. */
const PATIENCE = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 2_000 };

/** Serves everything on one port: GraphQL over HTTP, event streams and WebSockets, the page, and plain paths. */
export class HttpServer {
  readonly #parts: HttpServerParts;
  readonly #server: Server;
  #isStopping = false;

  constructor(parts: HttpServerParts) {
    this.#parts = parts;
    this.#server = createServer(PATIENCE, async (request, response) => {
      // Who asks while the server drains is answered, and goes elsewhere with the next request.
      if (parts.drain.isRunning) response.shouldKeepAlive = false;
      response.once('close', () => this.#isStopping && this.#server.closeIdleConnections());
      try {
        await this.#handle(request, response);
      } catch (error) {
        // Whoever waits for the answer learns that none will come; the process logs what is thrown on.
        response.destroy();
        throw error;
      }
    });
    this.#server.on('upgrade', (request, stream, head) => this.#upgrade(request, stream, head));
  }

  /** Starts to listen and gives the address; throws StartError if the port is taken or not allowed. */
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

  /** Takes no new connections; done when the running requests have been answered. */
  async stop(graceMs: number): Promise<void> {
    // Closing closes what is idle; what becomes idle later would be kept open for its next request.
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
    // With or without a query in the address: GraphiQL writes there what is being typed.
    const isBrowser = request.method === 'GET' && request.headers.accept?.includes('text/html');
    if (isBrowser) return graphiql(request, response);
    await pipeline(request, response, { ip: clientAddress(request, this.#parts.trustedProxies) });
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    // Without a listener, an error of a socket that nobody owns yet would end the process.
    stream.on('error', () => stream.destroy());
    if (this.#parts.drain.isRunning) refuseUpgrade(stream, '503 Service Unavailable');
    else if (pathOf(request) !== ENDPOINT) refuseUpgrade(stream, '404 Not Found');
    else if (!this.#isOriginAllowed(request)) refuseUpgrade(stream, '403 Forbidden');
    else this.#parts.sockets.upgrade(request, stream, head);
  }

  /** Browsers send the origin and let any page open a socket, so it is checked here. Other clients send none. */
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
