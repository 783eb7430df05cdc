import { systemClock as clock } from '../core/process/clock.ts';
import type { Metrics } from '../core/process/metrics.ts';
import { rowAfter, rowBefore } from '../core/rows/change.ts';
import { ConnectionLeases } from '../live/connections/connection-leases.ts';
import { RightsWatch } from '../live/connections/rights-watch.ts';
import { WORTH_COMPILING } from '../live/execution/executor.ts';
import { SubscriptionEngine, type SubscriptionEngineParts } from '../live/subscription-engine.ts';
import { Backlog } from '../live/tails/backlog.ts';
import { FeedWatch } from '../live/tails/feed-watch.ts';
import { TailRegistry } from '../live/tails/tail-registry.ts';
import { StatusPages } from '../modules/status-pages/status-pages.ts';
import { eventContextMaker } from '../operations/event-context.ts';
import { limitAnswers } from '../operations/limit-answers.ts';
import { errorPresenter } from '../operations/present-errors.ts';
import { entities } from '../rooms.ts';
import type { AuthenticationParts } from './authentication-parts.ts';
import type { ChangeLogParts } from './change-log-parts.ts';
import type { InstallationParts } from './installation-parts.ts';
import type { OutboundParts } from './outbound-parts.ts';
import { sharedStateOf } from './shared-state-parts.ts';

const POSITION_INTERVAL_MS = 15_000;
const HOUR_MS = 3_600_000;

/**
 * The hooks with which tests observe whether subscriptions share executions, and which results they could not share.
 */
export type Sharing = Partial<
  Pick<SubscriptionEngineParts, 'isSharing' | 'onUnshared' | 'present' | 'compileAfter'>
>;

export type DeliveryParts = ReturnType<typeof deliveryOf>;

/** The parts that deliver changes to subscriptions. */
export function deliveryOf(
  { database, config, log, sharing }: InstallationParts & { readonly sharing: Sharing },
  metrics: Metrics,
  { changeLog, cursors, feedPositions, pubSub, wakeUps, signals, traces }: ChangeLogParts,
  { authentication, ciphers, rightsOf }: AuthenticationParts,
  { checks }: OutboundParts,
) {
  const rights = new RightsWatch();
  const { ringSize, maxRingBytes, pollIntervalMs, queryTimeoutMs, maxSnapshotRows, maxSnapshotBytes } =
    config;
  const tails = new TailRegistry({
    changeLog,
    applyRights: async (change) => {
      const disconnection = entities.get(change.entity)?.disconnects?.(rowBefore(change), rowAfter(change));
      if (disconnection) clients.disconnect(disconnection);
      await rights.apply(change);
    },
    erasesEarlier: ({ entity, image }) => entities.get(entity)?.erasesEarlier?.(image) ?? false,
    wakeUps,
    traces,
    log,
    metrics,
    ringSize,
    maxRingBytes,
    pollIntervalMs,
  });
  pubSub.onGap(() => tails.pollNow());
  const { sets, clients, typing, nodes, uploading } = sharedStateOf(config, log, pubSub, signals);
  const leases = new ConnectionLeases({ limit: config.wsMaxSocketsPerUser, redis: pubSub.redis, log });
  const present = limitAnswers(errorPresenter(log, metrics, queryTimeoutMs), config.maxAnswerBytes);
  const moment = {
    countConnections: () => leases.count(),
    live: clients,
    typing,
    nodes,
    uploading,
    rightsOf,
  };
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
      ...moment,
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
  return {
    rights,
    tails,
    leases,
    sets,
    clients,
    typing,
    nodes,
    moment,
    present,
    subscriptions,
    statusPages,
  };
}
