import type { ServerResponse } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import type { ChangeLog } from '../changes/change-log.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import type { CursorCodec } from '../core/cursor.ts';
import type { Identity } from '../core/identity.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Attend } from '../live/connection.ts';
import type { Subscriptions } from '../live/subscriptions.ts';
import { graphiqlPage } from './graphiql.ts';
import { type HealthChecks, sendLive, sendReady } from './health.ts';
import { HttpServer } from './http-server.ts';
import { limitOperations } from './limit-operations.ts';
import { metricsRoute } from './metrics-route.ts';
import type { ContextFor } from './operation.ts';
import { createPipeline } from './operation-pipeline.ts';
import type { PresentErrors } from './present-errors.ts';
import { schemaRoute } from './schema-route.ts';
import { socketProtocol } from './socket-protocol.ts';
import { WebSocketServer } from './web-socket-server.ts';

export interface TransportParts {
  readonly config: Config;
  readonly schema: GraphQLSchema;
  readonly identity: Identity;
  readonly changeLog: ChangeLog;
  readonly cursors: CursorCodec;
  readonly attend: Attend;
  readonly subscriptions: Subscriptions;
  readonly contextFor: ContextFor;
  readonly present: PresentErrors;
  readonly health: Omit<HealthChecks, 'isDraining'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

const KEEP_ALIVE_MS = 12_000;

/** Every way in and out, on one port. */
export class Transport {
  readonly #server: HttpServer;
  readonly #sockets: WebSocketServer;
  readonly #drainMs: number;
  #isDraining = false;

  constructor(parts: TransportParts) {
    const { config, schema, identity, present, clock, log, metrics } = parts;
    const pipeline = createPipeline({
      ...parts,
      present,
      maxBodyBytes: config.maxBodyBytes,
      corsOrigins: config.corsOrigins,
      limits: limitOperations(config),
    });
    const protocol = socketProtocol({
      ...parts,
      pipeline,
      identity,
      present,
      clock,
      initTimeoutMs: config.wsInitTimeoutMs,
      maxOperations: config.wsMaxOperations,
    });
    this.#sockets = new WebSocketServer({
      protocol,
      log,
      metrics,
      maxMessageBytes: config.wsMaxMessageBytes,
      keepAliveMs: KEEP_ALIVE_MS,
      maxUnsentBytes: config.wsMaxUnsentBytes,
    });
    const page = graphiqlPage();
    const health = { ...parts.health, isDraining: () => this.#isDraining };
    this.#server = new HttpServer({
      host: config.host,
      port: config.port,
      pipeline,
      sockets: this.#sockets,
      corsOrigins: config.corsOrigins,
      graphiql: async (_request, response) => sendHtml(response, await page()),
      routes: new Map([
        ['/schema.graphql', schemaRoute(schema)],
        ['/health/live', (_request, response) => sendLive(response)],
        ['/health/ready', (_request, response) => sendReady(response, health)],
        ['/metrics', metricsRoute(metrics, config.metricsToken)],
      ]),
    });
    this.#drainMs = config.drainMs;
  }

  /** Starts to listen and gives the address; throws StartError if that is not possible. */
  listen(): Promise<string> {
    return this.#server.listen();
  }

  /** Sends clients elsewhere and lets running requests end. */
  async stop(): Promise<void> {
    this.#isDraining = true;
    await Promise.all([this.#sockets.stop(this.#drainMs), this.#server.stop(this.#drainMs)]);
  }
}

function sendHtml(response: ServerResponse, html: string): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
}
