import { collectDefaultMetrics } from 'prom-client';
import { ChangeLog } from './changes/change-log.ts';
import { forgetOldKeys } from './changes/idempotency.ts';
import { LogPositions } from './changes/log-positions.ts';
import { Projector } from './changes/projector.ts';
import { openPubSub } from './changes/pub-sub.ts';
import { pruneLog } from './changes/retention.ts';
import { Signals } from './changes/signals.ts';
import { Transactions } from './changes/transactions.ts';
import { WakeUps } from './changes/wake-ups.ts';
import type { Config, FirstAdmin } from './config/config.ts';
import { loadSecrets, type Secrets } from './config/secrets.ts';
import { systemClock as clock } from './core/clock.ts';
import { CursorCodec } from './core/cursor.ts';
import type { Log } from './core/log.ts';
import { createMetrics } from './core/metrics.ts';
import { type Database, openDatabase } from './db/database.ts';
import { loadDemo } from './demo/demo.ts';
import { Backlog } from './live/backlog.ts';
import { ConnectionLeases } from './live/connection-leases.ts';
import { connectionRegistrar } from './live/connection-registrar.ts';
import { WORTH_COMPILING } from './live/executor.ts';
import { FeedTails } from './live/feed-tails.ts';
import { RightsWatch } from './live/rights-watch.ts';
import { Subscriptions, type SubscriptionsParts } from './live/subscriptions.ts';
import { BulkJobRunner } from './modules/bulk-jobs/bulk-job-runner.ts';
import { AccessTokens } from './modules/sessions/access-tokens.ts';
import { forgetEndedSessions } from './modules/sessions/ended-sessions.ts';
import { DatabaseIdentity } from './modules/sessions/identity.ts';
import { OutsideIssuer } from './modules/sessions/outside-issuer.ts';
import { hashPassword } from './modules/sessions/passwords.ts';
import { AesSecretCipher } from './modules/sessions/second-factor/aes-secret-cipher.ts';
import { CountingThrottle } from './modules/sessions/sign-in-throttle.ts';
import { createFirstAdmin } from './modules/users/first-admin.ts';
import { bulkActions, entities, reactions } from './rooms.ts';
import { schema } from './schema.ts';
import { contextMaker, eventContextMaker } from './transport/context.ts';
import { errorPresenter } from './transport/present-errors.ts';
import { Transport } from './transport/transport.ts';

const POSITION_INTERVAL_MS = 15_000;
const HOUR_MS = 3_600_000;

/** A running server. */
export interface App {
  readonly url: string;
  /** The first administrator, if this start made one with a generated password: to be shown once. */
  readonly firstAdmin: FirstAdmin | null;
  /** Lets running work end, sends clients elsewhere, and closes everything. */
  stop(): Promise<void>;
}

/** How tests look at what followers share: whether they do, who is told when they could not, and what is made. */
export type Sharing = Partial<
  Pick<SubscriptionsParts, 'isSharing' | 'onUnshared' | 'present' | 'compileAfter'>
>;

/** Builds every part in order and starts to listen. Throws StartError with a sentence for the operator. */
export async function startApp(config: Config, log: Log, sharing: Sharing = {}): Promise<App> {
  const secrets = await loadSecrets(config);
  const database = await openDatabase({
    url: config.databaseUrl,
    ownerUrl: config.databaseOwnerUrl,
    dataDir: config.dataDir,
    poolSize: config.databasePoolSize,
    statementTimeoutMs: config.queryTimeoutMs,
    onConnectionLost: (error) => log.warn({ err: error }, 'database connection lost'),
    onWarning: (sentence) => log.warn({}, sentence),
  });
  try {
    return await startOn(database, config, secrets, log, sharing);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function startOn(
  database: Database,
  config: Config,
  secrets: Secrets,
  log: Log,
  sharing: Sharing,
): Promise<App> {
  const { prisma, feedPool, queryPool, identityPrisma, identityPool, ownerPool } = database;
  const metrics = createMetrics();
  collectDefaultMetrics({ register: metrics.registry });
  metrics.databaseWaiting.queries.read = () => queryPool.waitingCount;
  metrics.databaseWaiting.log.read = () => feedPool.waitingCount;
  metrics.databaseWaiting.identity.read = () => identityPool.waitingCount;

  // The change log: written, announced, read.
  const changeLog = new ChangeLog(feedPool, entities, metrics);
  const cursors = new CursorCodec(secrets.cursors);
  const feedPositions = new LogPositions(changeLog, cursors);
  const pubSub = openPubSub({ url: config.redisUrl, timeoutMs: config.redisTimeoutMs, log });
  metrics.redisUp.read = () => (pubSub.state() === 'down' ? 0 : 1);
  const wakeUps = new WakeUps({ engine: pubSub.engine, key: secrets.wakeUps, entities, log, metrics });
  const signals = new Signals({ engine: pubSub.engine, key: secrets.signals, log });
  const transactions = new Transactions({ prisma, log: changeLog, wakeUps, cursors, entities, reactions });

  // Who is asking.
  const lifetimeMs = config.accessTokenSeconds * 1_000;
  const accessTokens = new AccessTokens(secrets.accessTokens, clock, lifetimeMs);
  const outsideIssuer = config.outsideIssuer ? new OutsideIssuer(config.outsideIssuer, clock) : null;
  const identity = new DatabaseIdentity({
    prisma: identityPrisma,
    accessTokens,
    outsideIssuer,
    clock,
    log,
  });
  const throttle = new CountingThrottle(pubSub.redis);
  const secondFactors = new AesSecretCipher(secrets.secondFactors);
  const authentication = { accessTokens, throttle, secondFactors, hashPassword };

  // Delivery.
  const rights = new RightsWatch();
  const { ringSize, pollIntervalMs, queryTimeoutMs } = config;
  const tails = new FeedTails({
    changeLog,
    rights,
    wakeUps,
    log,
    metrics,
    ringSize,
    pollIntervalMs,
  });
  pubSub.onGap(() => tails.pollNow());
  const leases = new ConnectionLeases({ limit: config.wsMaxSocketsPerUser, redis: pubSub.redis, log });
  const present = errorPresenter(log, metrics, config.queryTimeoutMs);
  const subscriptions = new Subscriptions({
    tails,
    changeLog,
    backlog: new Backlog(changeLog),
    signals,
    cursors,
    clock,
    resumeHorizonMs: config.resumeHorizonHours * HOUR_MS,
    positionIntervalMs: POSITION_INTERVAL_MS,
    contextFor: eventContextMaker({
      prisma,
      transactions,
      authentication,
      feedPositions,
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

  // What is done in the background.
  const projector = new Projector({ prisma, changeLog, wakeUps, entities, pollIntervalMs, log });
  const bulkJobs = new BulkJobRunner({
    prisma,
    transactions,
    actions: bulkActions,
    viewerOf: (userId) => identity.viewer({ userId, sessionId: null }),
    send: (signal) => signals.send(signal),
    log,
  });

  // The way in and out.
  const transport = new Transport({
    config,
    schema,
    identity,
    changeLog,
    cursors,
    register: connectionRegistrar(tails, rights, leases),
    subscriptions,
    present,
    redis: pubSub.redis,
    contextFor: contextMaker({
      prisma,
      transactions,
      authentication,
      feedPositions,
      clock,
      queryTimeoutMs,
      log,
    }),
    health: {
      database: async () => {
        await prisma.$queryRaw`SELECT 1`;
        return 'up';
      },
      redis: () => pubSub.state(),
      delivery: () => (tails.isPolling ? 'up' : 'down'),
    },
    clock,
    log,
    metrics,
  });

  if (config.isDemo) await loadDemo({ prisma, transactions, hashPassword });
  const tidying = setInterval(() => {
    Promise.all([
      forgetOldKeys(prisma),
      forgetEndedSessions(prisma, clock),
      config.auditRetentionDays && pruneLog(ownerPool, config.auditRetentionDays),
    ]).catch((error: Error) => log.warn({ err: error }, 'hourly clean-up failed'));
  }, HOUR_MS).unref();

  const firstAdmin = config.isDemo
    ? null
    : await createFirstAdmin({ admin: config.admin, prisma, transactions, hashPassword });
  const url = await transport.listen();
  projector.start();
  bulkJobs.start();
  return {
    url,
    firstAdmin,
    async stop() {
      clearInterval(tidying);
      await transport.stop();
      await Promise.all([bulkJobs.stop(), projector.stop()]);
      leases.stop();
      await tails.stop();
      await pubSub.close();
      await database.close();
    },
  };
}
