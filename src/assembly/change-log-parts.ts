import { ChangeLog } from '../changes/change-log.ts';
import { ChangeTraces } from '../changes/change-traces.ts';
import { LogPositions } from '../changes/log-positions.ts';
import { rowsThatMove } from '../changes/moved-rows.ts';
import { Projector } from '../changes/projector.ts';
import { openPubSub } from '../changes/pub-sub.ts';
import { Signals } from '../changes/signals.ts';
import { Transactions } from '../changes/transactions.ts';
import { WakeUps } from '../changes/wake-ups.ts';
import { CursorCodec } from '../core/feeds/cursor.ts';
import type { Metrics } from '../core/process/metrics.ts';
import { entities, reactions, tallies } from '../rooms.ts';
import type { InstallationParts } from './installation-parts.ts';

export type ChangeLogParts = ReturnType<typeof changeLogOf>;

/** Looks at the changes of a transaction after it is committed. */
interface Noticing {
  notice(changes: Parameters<Projector['notice']>[0]): void;
}

/** The parts that write, announce and read the change log. */
export function changeLogOf(
  { database, config, secrets, log, tracing }: InstallationParts,
  metrics: Metrics,
  prefix: string,
) {
  const { prisma, feedPool } = database;
  const changeLog = new ChangeLog(feedPool, entities, metrics);
  const cursors = new CursorCodec(secrets.cursors);
  const feedPositions = new LogPositions(changeLog, cursors);
  const pubSub = openPubSub({ url: config.redisUrl, prefix, timeoutMs: config.redisTimeoutMs, log });
  metrics.redisUp.read = () => (pubSub.state() === 'down' ? 0 : 1);
  const traces = tracing && new ChangeTraces(tracing);
  const wakeUps = new WakeUps({
    engine: pubSub.engine,
    key: secrets.wakeUps,
    entities,
    log,
    metrics,
    traces,
  });
  const signals = new Signals({ engine: pubSub.engine, key: secrets.signals, log });
  const { pollIntervalMs } = config;
  const projector = new Projector({ prisma, changeLog, wakeUps, entities, pollIntervalMs, log });
  /** The parts that look at the changes of each transaction of this node. */
  const noticing: Noticing[] = [{ notice: (changes) => projector.notice(changes) }];
  const transactions = new Transactions({
    prisma,
    changeLog,
    wakeUps,
    feedPositions,
    entities,
    reactions: [...reactions, ...rowsThatMove(entities)],
    tallies,
    onWritten: (changes) => {
      for (const { notice } of noticing) notice(changes);
    },
  });
  const reading = { changeLog, cursors, feedPositions, traces };
  return { ...reading, pubSub, wakeUps, signals, transactions, projector, noticing };
}
