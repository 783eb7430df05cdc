import { type AuthenticationParts, authenticationOf } from './assembly/authentication-parts.ts';
import { type ChangeLogParts, changeLogOf } from './assembly/change-log-parts.ts';
import type { InstallationParts } from './assembly/installation-parts.ts';
import type { PubSubConnection } from './changes/pub-sub.ts';
import { redisPrefix } from './changes/redis-prefix.ts';
import type { Signals } from './changes/signals.ts';
import { cleanHourly } from './clean-hourly.ts';
import type { Config, FirstAdmin } from './config/config.ts';
import { systemClock as clock } from './core/process/clock.ts';
import type { Log } from './core/process/log.ts';
import type { Metrics } from './core/process/metrics.ts';
import { readDatabaseId } from './db/database-id.ts';
import { isReadOnly } from './db/read-only.ts';
import { metricsOf } from './db/server-metrics.ts';
import { demoAccounts } from './demo/greeting.ts';
import { createFirstRows } from './first-rows.ts';
import { ConnectionLeases } from './live/connections/connection-leases.ts';
import { connectionRegistrar } from './live/connections/connection-registrar.ts';
import { LiveClients } from './live/connections/live-clients.ts';
import { RightsWatch } from './live/connections/rights-watch.ts';
import { Typists } from './live/connections/typists.ts';
import { WORTH_COMPILING } from './live/execution/executor.ts';
import { SubscriptionEngine, type SubscriptionEngineParts } from './live/subscription-engine.ts';
import { Backlog } from './live/tails/backlog.ts';
import { FeedWatch } from './live/tails/feed-watch.ts';
import { TailRegistry } from './live/tails/tail-registry.ts';
import { BulkJobRunner } from './modules/bulk-jobs/bulk-job-runner.ts';
import { publishedKeys } from './modules/consent-receipts/published-keys.ts';
import { customersImport } from './modules/customers/customers-import.ts';
import { DueWorkRunner } from './modules/due-work/due-work-runner.ts';
import { mailRunnerOf } from './modules/mail/mail-of-server.ts';
import { PersonExports } from './modules/persons/person-exports.ts';
import { openedTicket } from './modules/sessions/stream-ticket.ts';
import { StatusPages } from './modules/status-pages/status-pages.ts';
import { eventContextMaker } from './operations/event-context.ts';
import { limitAnswers } from './operations/limit-answers.ts';
import { contextMaker } from './operations/operation-context.ts';
import { errorPresenter } from './operations/present-errors.ts';
import { GuardedClient } from './outbound/guarded-client.ts';
import { bulkActions, dueActions, entities, mailTexts } from './rooms.ts';
import { schema } from './schema.ts';
import { LeasedSets } from './signals/leased-sets.ts';
import { MemorySetStore } from './signals/memory-set-store.ts';
import { RedisSetStore } from './signals/redis-set-store.ts';
import { Transport } from './transport/transport.ts';
import { webhookChecks } from './transport/webhooks/webhook-checks.ts';
import { WebhookRunner } from './transport/webhooks/webhook-runner.ts';

const POSITION_INTERVAL_MS = 15_000;
const HOUR_MS = 3_600_000;
/** The limits of a request to an address that a tenant has named. */
const OUTBOUND = { timeoutMs: 10_000, maxRequestBytes: 1_048_576, maxAnswerBytes: 65_536 };

/** The dependencies of a server. */
export interface ServerParts extends InstallationParts {
  readonly sharing: Sharing;
}

/**
 * The hooks with which tests observe whether subscriptions share executions, and which results they could not share.
 */
export type Sharing = Partial<
  Pick<SubscriptionEngineParts, 'isSharing' | 'onUnshared' | 'present' | 'compileAfter'>
>;

/** A server that listens. */
export interface Server {
  readonly url: string;
  /** The first administrator, if this start created one with a generated password, which must be shown once. */
  readonly firstAdmin: FirstAdmin | null;
  /** Completes running work, disconnects clients one by one, and closes everything but the database. */
  stop(): Promise<void>;
}

/** Builds every part, fills an empty database, and starts to listen. Throws StartError with a sentence for the operator. */
export async function startServer(parts: ServerParts): Promise<Server> {
  const { database, config, secrets, log } = parts;
  const { prisma } = database;
  const metrics = metricsOf(database);
  const prefix = redisPrefix(secrets.redisNames, await readDatabaseId(database.feedPool));
  const writing = changeLogOf(parts, metrics, prefix);
  const { transactions, pubSub } = writing;
  const who = authenticationOf(parts, pubSub);
  const outbound = outboundOf(parts);
  const delivery = deliveryOf(parts, metrics, writing, who, outbound);
  const background = backgroundOf(parts, metrics, writing, who);
  const webhooks = webhooksOf(parts, metrics, writing, who, delivery, outbound);
  const transport = transportOf(parts, metrics, writing, who, delivery, outbound);

  const { ciphers } = who;
  const firstAdmin = await createFirstRows({ prisma, transactions, config, ciphers, log });
  const url = await transport.listen();
  const mail = mailRunnerOf({ prisma, config, url, texts: mailTexts, who, log });
  const stopCleaning = cleanHourly(database, transactions, config, clock, log);
  background.projector.start();
  background.bulkJobs.start();
  background.dueWork.start();
  mail.start();
  webhooks.start();
  return {
    url,
    firstAdmin,
    async stop() {
      stopCleaning();
      await transport.stop();
      await Promise.all([...Object.values(background), mail, webhooks].map((part) => part.stop()));
      delivery.statusPages.close();
      delivery.leases.stop();
      delivery.clients.stop();
      delivery.typing.stop();
      await delivery.sets.stop(config.presenceGraceMs);
      await delivery.tails.stop();
      await pubSub.close();
    },
  };
}

type DeliveryParts = ReturnType<typeof deliveryOf>;
type OutboundParts = ReturnType<typeof outboundOf>;

/** The client for addresses that tenants have named, and the checks with which it is used. */
function outboundOf({ config }: ServerParts) {
  const client = new GuardedClient({ limits: OUTBOUND, reachable: { loopback: config.isWebhookLoopback } });
  return { client, checks: webhookChecks(client, { schema, limits: config }) };
}

/** The parts that deliver changes to subscriptions. */
function deliveryOf(
  { database, config, log, sharing }: ServerParts,
  metrics: Metrics,
  { changeLog, cursors, feedPositions, pubSub, wakeUps, signals }: ChangeLogParts,
  { authentication, ciphers }: AuthenticationParts,
  { checks }: OutboundParts,
) {
  const rights = new RightsWatch();
  const { ringSize, maxRingBytes, pollIntervalMs, queryTimeoutMs, maxSnapshotRows, maxSnapshotBytes } =
    config;
  const tails = new TailRegistry({
    changeLog,
    applyRights: (change) => rights.apply(change),
    erasesEarlier: ({ entity, image }) => entities.get(entity)?.erasesEarlier?.(image) ?? false,
    wakeUps,
    log,
    metrics,
    ringSize,
    maxRingBytes,
    pollIntervalMs,
  });
  pubSub.onGap(() => tails.pollNow());
  const { sets, clients, typing } = sharedStateOf(config, log, pubSub, signals);
  const leases = new ConnectionLeases({ limit: config.wsMaxSocketsPerUser, redis: pubSub.redis, log });
  const present = limitAnswers(errorPresenter(log, metrics, queryTimeoutMs), config.maxAnswerBytes);
  const subscriptions = new SubscriptionEngine({
    tails,
    changeLog,
    backlog: new Backlog(changeLog),
    signals,
    sets,
    cursors,
    clock,
    resumeHorizonMs: config.resumeHorizonHours * HOUR_MS,
    positionIntervalMs: POSITION_INTERVAL_MS,
    prisma: database.prisma,
    maxSnapshotRows,
    maxSnapshotBytes,
    contextFor: eventContextMaker({
      prisma: database.prisma,
      authentication,
      ciphers,
      webhookChecks: checks,
      feedPositions,
      countConnections: () => leases.count(),
      live: clients,
      typing,
      clock,
      queryTimeoutMs,
      log,
      changeLog,
      cursors,
    }),
    present,
    onTrouble: (error) => log.warn({ err: error }, 'follower retries: database unavailable'),
    onUnshared: (error) => {
      metrics.unshared.inc();
      log.warn({ err: error }, 'result not shared: a field is missing isPersonal');
    },
    isSharing: true,
    compileAfter: WORTH_COMPILING,
    metrics,
    ...sharing,
  });
  const { prisma } = database;
  const watch = FeedWatch.openerOn(tails);
  const statusPages = new StatusPages({ prisma, watch, pollIntervalMs, metrics, log });
  return { rights, tails, leases, sets, clients, typing, present, subscriptions, statusPages };
}

/** The parts that share with other nodes what is true at this moment only. */
function sharedStateOf(config: Config, log: Log, { redis }: PubSubConnection, signals: Signals) {
  const send = signals.send.bind(signals);
  const listen = signals.listen.bind(signals);
  const { presenceLeaseMs: leaseMs, presenceGraceMs: graceMs } = config;
  const store = redis ? new RedisSetStore(redis) : new MemorySetStore(clock);
  const sets = new LeasedSets({ store, send, listen, clock, leaseMs, log });
  const typing = new Typists({ sets, send, listen });
  const clients = new LiveClients({ sets, send, listen, typists: typing, clock, graceMs });
  return { sets, clients, typing };
}

/** The parts that work in the background, without a request. */
function backgroundOf(
  { database, log }: ServerParts,
  metrics: Metrics,
  { signals, transactions, projector }: ChangeLogParts,
  { identity, authentication }: AuthenticationParts,
) {
  const { prisma } = database;
  const bulkJobs = new BulkJobRunner({
    prisma,
    transactions,
    actions: bulkActions,
    viewerOf: (asking) => identity.viewer(asking),
    authentication,
    send: (signal) => signals.send(signal),
    log,
  });
  const dueWork = new DueWorkRunner({ prisma, transactions, actions: dueActions, metrics, log });
  return { projector, bulkJobs, dueWork };
}

/** The part that sends webhooks. Their connections count towards no limit of their makers, who are not there by them. */
function webhooksOf(
  { database, config, log }: ServerParts,
  metrics: Metrics,
  { changeLog, cursors, transactions, noticing }: ChangeLogParts,
  { identity, ciphers }: AuthenticationParts,
  { rights, tails, present, subscriptions }: DeliveryParts,
  { client }: OutboundParts,
): WebhookRunner {
  const uncounted = { take: async () => () => {}, add: () => () => {} };
  const register = connectionRegistrar(tails, rights, uncounted, uncounted);
  const { prisma } = database;
  const { webhookSecrets: cipher } = ciphers;
  const reading = { prisma, changeLog, cursors, transactions, identity, register, subscriptions, present };
  const webhooks = new WebhookRunner({ ...reading, client, cipher, schema, limits: config, metrics, log });
  noticing.push({ notice: (changes) => webhooks.notice(changes) });
  return webhooks;
}

/** The part that connects clients. */
function transportOf(
  { database, config, log }: ServerParts,
  metrics: Metrics,
  { changeLog, cursors, feedPositions, pubSub, transactions }: ChangeLogParts,
  { identity, authentication, ciphers }: AuthenticationParts,
  { rights, tails, leases, clients, typing, present, subscriptions, statusPages }: DeliveryParts,
  { checks }: OutboundParts,
): Transport {
  const { prisma } = database;
  const shared = { prisma, clock, queryTimeoutMs: config.queryTimeoutMs, log };
  const answering = {
    ...shared,
    transactions,
    authentication,
    ciphers,
    webhookChecks: checks,
    feedPositions,
  };
  return new Transport({
    config,
    schema,
    identity,
    changeLog,
    cursors,
    register: connectionRegistrar(tails, rights, leases, clients),
    subscriptions,
    present,
    redis: pubSub.redis,
    contextFor: contextMaker({
      ...answering,
      countConnections: () => leases.count(),
      live: clients,
      typing,
    }),
    publishedKeys: () => publishedKeys(prisma),
    statusPages,
    openTicket: (ticket) => openedTicket(ciphers.streamTickets, clock, ticket),
    demoAccounts: config.isDemo ? demoAccounts() : null,
    imports: new Map([['/imports/customers', customersImport]]),
    personExports: new PersonExports({ ...shared, identity, cipher: ciphers.exportLinks }),
    health: {
      database: async () => ((await isReadOnly(prisma)) ? 'read-only' : 'up'),
      redis: () => pubSub.state(),
      delivery: () => (tails.isPolling ? 'up' : 'down'),
    },
    clock,
    log,
    metrics,
  });
}
