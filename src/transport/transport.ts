import type { GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Redis } from 'ioredis';
import type { ChangeLog } from '../changes/change-log.ts';
import type { Config } from '../config/config.ts';
import type { CursorCodec } from '../core/feeds/cursor.ts';
import type { Clock } from '../core/process/clock.ts';
import type { Log } from '../core/process/log.ts';
import type { Metrics } from '../core/process/metrics.ts';
import { sparingLog } from '../core/process/sparing-log.ts';
import type { Tracing } from '../core/requests/tracing.ts';
import type { Identity } from '../core/rights/identity.ts';
import type { RegisterConnection } from '../live/connections/client-connection.ts';
import type { SubscriptionEngine } from '../live/subscription-engine.ts';
import type { AttachmentDownloads } from '../modules/attachments/attachment-downloads.ts';
import { ATTACHMENTS_PATH } from '../modules/attachments/attachment-link.ts';
import type { AttachmentUploads } from '../modules/attachments/attachment-uploads.ts';
import type { ContextMaker } from '../operations/operation-context.ts';
import type { PresentErrors } from '../operations/present-errors.ts';
import { attachmentRoute } from './attachments/attachment-route.ts';
import { Drain } from './drain.ts';
import { StreamTickets, type Ticket } from './event-stream/stream-tickets.ts';
import { TicketUses } from './event-stream/ticket-uses.ts';
import { listExportRoute } from './exports/list-export-route.ts';
import { signInByHeader } from './exports/sign-in.ts';
import { BuiltFiles } from './http/built-files.ts';
import { consoleRoute } from './http/console-route.ts';
import { type DemoAccounts, demoAccountsRoute } from './http/demo-accounts-route.ts';
import { type Exports, exportRoute } from './http/export-route.ts';
import { graphiqlRoute, refuseGraphiql } from './http/graphiql.ts';
import { type HealthChecks, sendLive, sendReady } from './http/health.ts';
import { HttpServer, refuseHandshake } from './http/http-server.ts';
import { type JsonWebKeySet, keysRoute } from './http/keys-route.ts';
import { ARRIVAL_LIMITS } from './http/limit-arrival.ts';
import { LinkRate } from './http/link-rate.ts';
import { logoutRoute } from './http/logout-route.ts';
import { metricsRoute } from './http/metrics-route.ts';
import { PageLimits } from './http/page-limits.ts';
import { refuseSchema, schemaRoute } from './http/schema-route.ts';
import { type PublishedPages, statusPageRoute } from './http/status-page-route.ts';
import { type Importer, importRoute } from './imports/import-route.ts';
import type { Attempts } from './pipeline/attempts.ts';
import { withholdSchema, withoutSuggestions } from './pipeline/introspection.ts';
import { limitOperations } from './pipeline/limit-operations.ts';
import { attemptsAt, limitRequests } from './pipeline/limit-requests.ts';
import { createPipeline } from './pipeline/operation-pipeline.ts';
import { persistedQueries } from './pipeline/persisted-queries.ts';
import {
  onlyTrustedDocuments,
  readTrustedDocuments,
  type TrustedDocuments,
} from './pipeline/trusted-documents.ts';
import { socketProtocol } from './socket/socket-protocol.ts';
import { WebSocketServer } from './socket/web-socket-server.ts';
import { UnsentAnswers } from './unsent-answers.ts';

export interface TransportParts {
  readonly config: Config;
  readonly schema: GraphQLSchema;
  readonly identity: Identity;
  readonly changeLog: ChangeLog;
  readonly cursors: CursorCodec;
  readonly register: RegisterConnection;
  readonly subscriptions: SubscriptionEngine;
  readonly contextFor: ContextMaker;
  readonly present: PresentErrors;
  /** Counts requests over all nodes; null without Redis. */
  readonly redis: Redis | null;
  /** Takes the logout token of an outside issuer; throws a RequestError that says why it is refused. */
  readonly takeLogout: (token: string) => Promise<void>;
  /** Reads the public keys of receipts. */
  readonly publishedKeys: () => Promise<JsonWebKeySet>;
  readonly uploads: AttachmentUploads;
  readonly downloads: AttachmentDownloads;
  readonly personExports: Exports;
  /** The imports by path. */
  readonly imports: ReadonlyMap<string, Importer>;
  /** Opens a ticket of an event stream; null for one that opens nothing. */
  readonly openTicket: (ticket: string) => Ticket | null;
  readonly statusPages: PublishedPages;
  /** The accounts that pages offer for signing in; null without the demo. */
  readonly demoAccounts: DemoAccounts | null;
  readonly health: Omit<HealthChecks, 'isDraining'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Null where nothing is traced. */
  readonly tracing: Tracing | null;
}

const KEEP_ALIVE_MS = 12_000;
/** The part of the drain time in which clients leave and requests are accepted. In the rest they are only answered. */
const LEAVING_PART = 0.8;

/** All transports, on one port. */
export class Transport {
  readonly #server: HttpServer;
  readonly #sockets: WebSocketServer;
  readonly #drain = new Drain();
  readonly #drainMs: number;
  readonly #noticeMs: number;

  constructor(parts: TransportParts) {
    const { config, schema, identity, clock, log, metrics } = parts;
    const { introspection } = config;
    const present = introspection === 'all' ? parts.present : withoutSuggestions(parts.present);
    const attempts = attemptsAt(config.requestsPerSecond);
    const pipeline = createPipeline({
      ...parts,
      present,
      tickets: new StreamTickets({
        open: parts.openTicket,
        uses: new TicketUses(parts.redis, log),
        clock,
      }),
      drain: this.#drain,
      maxBodyBytes: config.maxBodyBytes,
      maxConnections: config.wsMaxSocketsPerUser,
      operationsPerUser: config.operationsPerUser,
      introspection,
      maxStatements: config.maxStatements,
      limits: limitsOf(config, parts.redis, attempts),
    });
    const protocol = socketProtocol({
      ...parts,
      pipeline,
      identity,
      present,
      clock,
      initTimeoutMs: config.wsInitTimeoutMs,
      maxOperations: config.wsMaxOperations,
      maxAnonymous: config.wsMaxAnonymousSockets,
    });
    const logCut = sparingLog((fields) => log.warn(fields, 'answer not sent: MAX_UNSENT_ANSWER_BYTES'));
    const unsent = new UnsentAnswers(config.maxUnsentAnswerBytes, (network) => logCut({ network }));
    this.#sockets = new WebSocketServer({
      protocol,
      drain: this.#drain,
      log,
      metrics,
      maxMessageBytes: config.wsMaxMessageBytes,
      keepAliveMs: KEEP_ALIVE_MS,
      refuseHandshake,
      maxUnsentBytes: config.wsMaxUnsentBytes,
      unsent,
      maxConnections: config.wsMaxSocketsPerUser,
      messages: { perSecond: config.wsMessagesPerSecond, burst: config.wsMessageBurst },
    });
    const signIn = signInByHeader({ ...parts, ...config, attempts });
    const linkRate = new LinkRate({ ...config, attempts });
    const importing = { pipeline, signIn, contextFor: parts.contextFor, log };
    const files = new BuiltFiles();
    const health = { ...parts.health, isDraining: () => this.#drain.isAnnounced };
    this.#server = new HttpServer({
      host: config.host,
      port: config.port,
      pipeline,
      sockets: this.#sockets,
      drain: this.#drain,
      corsOrigins: config.corsOrigins,
      trustedProxies: config.trustedProxies,
      arrival: ARRIVAL_LIMITS,
      idleTimeoutMs: config.idleTimeoutMs,
      sendTimeoutMs: config.sendTimeoutMs,
      unsent,
      log,
      metrics,
      console: consoleRoute(files),
      graphiql: config.isGraphiql === false ? refuseGraphiql : graphiqlRoute(files),
      statusPages: statusPageRoute({
        pages: parts.statusPages,
        files,
        limits: new PageLimits({
          requestsPerSecond: config.pageRequestsPerSecond,
          streamsPerNetwork: config.pageStreamsPerNetwork,
          streams: config.pageStreams,
        }),
        trustedProxies: config.trustedProxies,
        drain: this.#drain,
        metrics,
      }),
      routes: new Map([
        ['/schema.graphql', introspection === 'all' ? schemaRoute(schema) : refuseSchema],
        ['/.well-known/jwks.json', keysRoute(parts.publishedKeys)],
        ['/oidc/backchannel-logout', logoutRoute(parts.takeLogout)],
        [
          '/exports/list',
          listExportRoute({
            schema,
            pipeline,
            signIn,
            log,
          }),
        ],
        [
          ATTACHMENTS_PATH,
          attachmentRoute({ ...parts, signIn, linkRate, trustedProxies: config.trustedProxies }),
        ],
        ...[...parts.imports].map(([path, one]) => [path, importRoute(importing, one)] as const),
        ['/demo-accounts.json', demoAccountsRoute(parts.demoAccounts)],
        ['/exports/person', exportRoute(parts.personExports, linkRate)],
        ['/health/live', (_request, response) => sendLive(response)],
        ['/health/ready', (_request, response) => sendReady(response, health)],
        ['/metrics', metricsRoute(metrics, config.metricsToken)],
      ]),
    });
    this.#drainMs = config.drainMs;
    this.#noticeMs = config.drainNoticeMs;
  }

  /** Starts to listen and returns the address; throws StartError if that is not possible. */
  listen(): Promise<string> {
    return this.#server.listen();
  }

  /** Whether it is about to stop. */
  get isDraining(): boolean {
    return this.#drain.isAnnounced;
  }

  /**
   * Gives balancers notice, sends clients away one after the other, and lets running requests end; done within the time
   * of the notice and that of the drain. `onAnnounced` is called when the notice begins.
   */
  async stop(onAnnounced: () => void = () => {}): Promise<void> {
    const announced = this.#drain.announce(this.#noticeMs);
    onAnnounced();
    await announced;
    const deadline = performance.now() + this.#drainMs;
    await this.#drain.run(this.#drainMs * LEAVING_PART);
    const graceMs = Math.max(deadline - performance.now(), 0);
    const late = setTimeout(() => this.#sockets.terminate(), graceMs);
    await this.#server.stop(graceMs);
    clearTimeout(late);
  }
}

/** The plugins that limit operations, in the order in which they ask. */
function limitsOf(config: Config, redis: Redis | null, attempts: Attempts): Plugin[] {
  const trusted: TrustedDocuments = config.trustedDocuments
    ? readTrustedDocuments(config.trustedDocuments)
    : new Map();
  return [
    limitRequests(config.requestsPerSecond, redis, attempts),
    ...(config.isTrustedOnly ? [onlyTrustedDocuments(trusted)] : []),
    limitOperations(config),
    ...(config.introspection === 'all' ? [] : [withholdSchema(config.introspection)]),
    // After the limits, because what they refuse is not kept.
    persistedQueries(trusted),
  ];
}
