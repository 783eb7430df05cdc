import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from '../../core/process/log.ts';
import type { Metrics } from '../../core/process/metrics.ts';
import { sparingLog } from '../../core/process/sparing-log.ts';
import { StartError } from '../../core/process/start-error.ts';
import { networkOf } from '../../lib/network-of.ts';
import { ATTACHMENTS_PATH } from '../../modules/attachments/attachment-link.ts';
import { SERVER } from '../../operations/present-errors.ts';
import type { Drain } from '../drain.ts';
import type { OperationPipeline } from '../pipeline/operation-pipeline.ts';
import type { WebSocketServer } from '../socket/web-socket-server.ts';
import type { UnsentAnswers } from '../unsent-answers.ts';
import { type BareRefusal, bareRefusal } from './bare-refusal.ts';
import { clientAddress } from './client-address.ts';
import { answerCors } from './cors.ts';
import { cutWhenStuck } from './cut-when-stuck.ts';
import { HttpRequest } from './http-request.ts';
import { type ArrivalLimits, limitArrival } from './limit-arrival.ts';
import { Origins } from './origins.ts';
import { sendRefusal } from './plain-answer.ts';
import { NODE, ORIGIN, REQUEST } from './refusals.ts';
import { normalise, pathOf } from './request-target.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { countUnsent, sendAnswer } from './send-answer.ts';
import { STATUS_PAGES } from './status-page-route.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface HttpServerParts {
  readonly host: string;
  readonly port: number;
  readonly pipeline: OperationPipeline;
  readonly sockets: WebSocketServer;
  readonly drain: Drain;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Handlers of plain paths, e.g. `/health/live`. */
  readonly routes: ReadonlyMap<string, Handler>;
  /** Serves the paths of the public status pages. */
  readonly statusPages: Handler;
  /** Serves the console, at the paths that nothing else has. */
  readonly console: Handler;
  /** Serves the page that a browser gets from the endpoint. */
  readonly graphiql: Handler;
  /** Allowed beside the server's own origin. */
  readonly corsOrigins: readonly string[];
  /** The number of proxies between clients and the server. */
  readonly trustedProxies: number;
  /** The time limits for what a client sends. */
  readonly arrival: ArrivalLimits;
  /** The time for which an idle connection is kept. */
  readonly idleTimeoutMs: number;
  /** The time for which a client may take nothing of what waits for it. */
  readonly sendTimeoutMs: number;
  /** Bounds the answers of all clients together. */
  readonly unsent: UnsentAnswers;
}

const ENDPOINT = '/graphql';
/** The paths that take files of rows; their route limits the time in which a file arrives. */
const IMPORTS = '/imports/';
/**
 * The time for the whole of a request, which Node keeps. Only a file may take so long: `limitArrival` ends other requests.
 * It begins with the first byte of a request, so it does not end idle connections.
 */
const LONGEST_REQUEST_MS = 3_660_000;

/**
 * Closes an answer when its client disconnects. Node closes only the answer that has the socket: one that waits for an
 * earlier one on the connection would stay for ever, and so would its event stream.
 */
function closeWithSocket(socket: Socket, answer: ServerResponse): void {
  const abandon = () => {
    if (answer.closed) return;
    answer.destroyed = true;
    answer.emit('close');
  };
  socket.setMaxListeners(0); // a client may send many requests without waiting
  socket.once('close', abandon);
  answer.once('close', () => socket.off('close', abandon));
}

/** The refusals of what Node cannot read, by the code of its error. */
const UNREADABLE: Readonly<Record<string, BareRefusal>> = {
  HPE_HEADER_OVERFLOW: { status: 431, fault: REQUEST.HEADERS_TOO_LARGE() },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, fault: REQUEST.TOO_LATE() },
};

/** In this time a balancer has noticed that a node stops. */
const RECONNECT_S = 1;

/** Serves everything on one port: GraphQL over HTTP, event streams, WebSockets, the console, the GraphiQL page and plain paths. */
export class HttpServer {
  readonly #parts: HttpServerParts;
  readonly #server: Server;
  readonly #origins: Origins;
  readonly #logFault: (fields: object) => void;
  readonly #logHost: (fields: object) => void;
  readonly #noteOrigin: (refused: IncomingMessage) => void;
  #isStopping = false;

  constructor(parts: HttpServerParts) {
    const { log, metrics, idleTimeoutMs, arrival } = parts;
    this.#parts = parts;
    this.#origins = new Origins(parts.corsOrigins);
    this.#logFault = sparingLog((fields) => log.error(fields, 'request failed outside the pipeline'));
    this.#logHost = sparingLog((fields) =>
      log.warn(fields, 'request refused: its Host header names no host'),
    );
    const logOrigin = sparingLog((fields) => log.warn(fields, 'origin refused: CORS_ORIGINS'));
    this.#noteOrigin = ({ headers: { origin } }) => {
      metrics.refusedOrigins.inc();
      logOrigin({ origin });
    };
    this.#server = createServer(
      {
        headersTimeout: arrival.headersMs,
        requestTimeout: LONGEST_REQUEST_MS,
        connectionsCheckingInterval: arrival.checkMs,
        keepAliveTimeout: idleTimeoutMs,
        keepAlive: true,
        IncomingMessage: HttpRequest,
      },
      (request, response) => void this.#answer(request, response),
    );
    this.#server.on('upgrade', (request, stream, head) => this.#upgrade(request, stream, head));
    this.#server.on('clientError', refuseUnreadable);
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

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A request to a server that is about to stop is answered. Its client connects elsewhere for the next one.
    if (this.#parts.drain.isAnnounced) response.shouldKeepAlive = false;
    response.once('close', () => this.#isStopping && this.#server.closeIdleConnections());
    closeWithSocket(request.socket, response);
    addSecurityHeaders(response);
    cutWhenStuck(request.socket, response, this.#parts.sendTimeoutMs);
    try {
      await this.#handle(request, response);
    } catch (error) {
      this.#logFault({ err: error });
      if (response.headersSent) response.destroy();
      else sendRefusal(response, 500, SERVER.SERVER_FAULT());
    }
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { routes, statusPages, graphiql } = this.#parts;
    if (!normalise(request)) {
      this.#logHost({ host: request.headers.host });
      return sendRefusal(response, 400, REQUEST.NO_HOST());
    }
    const path = pathOf(request);
    const isFile =
      (path === ATTACHMENTS_PATH && request.method === 'PUT') ||
      (path.startsWith(IMPORTS) && routes.has(path));
    if (!isFile) limitArrival(request, this.#parts.arrival.bodyMs, refuseUnreadable);
    const route = routes.get(path);
    if (route) return route(request, response);
    if (path.startsWith(STATUS_PAGES)) return statusPages(request, response);
    if (path !== ENDPOINT) return this.#parts.console(request, response);
    // With or without a query string: GraphiQL keeps the current document there.
    const isBrowser = request.method === 'GET' && request.headers.accept?.includes('text/html');
    if (isBrowser) return graphiql(request, response);
    if (!this.#origins.admits(request)) this.#noteOrigin(request);
    if (answerCors(request, response, this.#origins)) return;
    await this.#operate(request, response);
  }

  async #operate(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const ip = this.#addressOf(request);
    const context = { req: request, res: response, ip };
    const answer = await this.#parts.pipeline.handleNodeRequestAndResponse(request, response, context);
    // The GraphQL server refuses without words what it cannot serve to the client.
    if (answer.status === 406 && !answer.body) {
      return sendRefusal(response, 406, REQUEST.NOT_ACCEPTABLE(), Object.fromEntries(answer.headers));
    }
    await sendAnswer(answer, response);
    countUnsent(response, this.#parts.unsent, networkOf(ip));
  }

  #addressOf(request: IncomingMessage): string | null {
    return clientAddress(request, this.#parts.trustedProxies);
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    // Without a listener, an error of the socket would end the process before the WebSocket server owns it.
    stream.on('error', () => stream.destroy());
    const refusal = this.#upgradeRefusal(request);
    if (refusal) stream.end(bareRefusal(refusal));
    else this.#parts.sockets.upgrade({ request, stream, head, ip: this.#addressOf(request) });
  }

  #upgradeRefusal(request: IncomingMessage): BareRefusal | null {
    if (this.#parts.drain.isRunning) {
      return { status: 503, fault: NODE.NODE_STOPS({ retryAfter: RECONNECT_S }) };
    }
    if (!normalise(request)) {
      this.#logHost({ host: request.headers.host });
      return { status: 400, fault: REQUEST.NO_HOST() };
    }
    if (pathOf(request) !== ENDPOINT) return { status: 404, fault: REQUEST.NO_SUCH_PATH() };
    // Browsers let any page open a socket.
    if (this.#origins.admits(request)) return null;
    this.#noteOrigin(request);
    return { status: 403, fault: ORIGIN.ORIGIN_CLOSED() };
  }
}

function refuseUnreadable(error: NodeJS.ErrnoException, stream: Duplex): void {
  // Nothing is written into an answer that has begun, or to a client that has left.
  const isOpen =
    stream.writable && error.code !== 'ECONNRESET' && !('bytesWritten' in stream && stream.bytesWritten);
  const { [error.code ?? '']: refusal = { status: 400, fault: REQUEST.NO_HTTP() } } = UNREADABLE;
  if (isOpen) stream.end(bareRefusal(refusal));
  else stream.destroy();
}

/** Refuses a request to become a WebSocket whose headers are not those of a handshake. */
export function refuseHandshake(stream: Duplex): void {
  stream.end(bareRefusal({ status: 400, fault: REQUEST.NO_HANDSHAKE() }));
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
