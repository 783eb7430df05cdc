import { tmpdir } from 'node:os';
import { ChangeLog } from '../../src/changes/change-log.ts';
import { LogPositions } from '../../src/changes/log-positions.ts';
import { openPubSub } from '../../src/changes/pub-sub.ts';
import { redisPrefix } from '../../src/changes/redis-prefix.ts';
import type { WriteParts } from '../../src/changes/transactions.ts';
import { WakeUps } from '../../src/changes/wake-ups.ts';
import { loadSecrets } from '../../src/config/secrets.ts';
import { CursorCodec } from '../../src/core/feeds/cursor.ts';
import type { Log } from '../../src/core/process/log.ts';
import { createMetrics } from '../../src/core/process/metrics.ts';
import { openDatabase } from '../../src/db/database.ts';
import { readDatabaseId } from '../../src/db/database-id.ts';
import { entities, reactions, tallies } from '../../src/rooms.ts';

const POOL_SIZE = 4;
const STATEMENT_TIMEOUT_MS = 10_000;

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** The product's own way of writing, outside of any server: as one more node without clients. */
export interface WritingNode {
  readonly parts: WriteParts;
  close(): Promise<void>;
}

/** Opens a node that writes into the database of a server with these settings. */
export async function openWritingNode(
  settings: Readonly<Record<string, string | undefined>>,
  { poolSize = POOL_SIZE } = {},
): Promise<WritingNode> {
  const { DATABASE_URL: url, REDIS_URL: redisUrl, JWT_SECRET: jwtSecret } = settings;
  if (!url) throw new Error('DATABASE_URL is not set: the embedded database belongs to the server alone.');
  const database = await openDatabase({
    url,
    dataDir: tmpdir(),
    poolSize,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  const secrets = await loadSecrets({ jwtSecret, dataDir: tmpdir() });
  const prefix = redisPrefix(secrets.redisNames, await readDatabaseId(database.feedPool));
  const pubSub = openPubSub({ url: redisUrl, prefix, timeoutMs: 100, log: silent });
  const metrics = createMetrics();
  const changeLog = new ChangeLog(database.feedPool, entities, metrics);
  const parts = {
    prisma: database.prisma,
    changeLog,
    wakeUps: new WakeUps({ engine: pubSub.engine, key: secrets.wakeUps, entities, log: silent, metrics }),
    feedPositions: new LogPositions(changeLog, new CursorCodec(secrets.cursors)),
    entities,
    reactions,
    tallies,
  };
  return {
    parts,
    close: async () => {
      await pubSub.close();
      await database.close();
    },
  };
}
