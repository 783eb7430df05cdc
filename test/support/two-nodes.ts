import type { ExecutionResult } from 'graphql';
import { ChangeLog } from '../../src/changes/change-log.ts';
import { loadSecrets } from '../../src/config/secrets.ts';
import { SettingsMemory } from '../../src/configuration/layers/settings-memory.ts';
import { CursorCodec } from '../../src/core/feeds/cursor.ts';
import { systemClock } from '../../src/core/process/clock.ts';
import { createMetrics } from '../../src/core/process/metrics.ts';
import type { Viewer } from '../../src/core/rights/viewer.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { DatabaseIdentity } from '../../src/modules/sessions/identity.ts';
import { OutsideIssuers } from '../../src/modules/sessions/outside-issuers.ts';
import { errorPresenter } from '../../src/operations/present-errors.ts';
import { entities } from '../../src/rooms.ts';
import type { TestApp } from './app.ts';
import { Crowd, type Somebody } from './crowd.ts';
import { Installation } from './installation.ts';
import { KIND } from './random-document.ts';
import { type SeqOf, seqOfCursors } from './seq-of-cursor.ts';
import { silentLog } from './silent-log.ts';

// The random documents are larger than a client is allowed by default.
const WIDE = {
  MAX_TOKENS: '2000',
  MAX_DEPTH: '20',
  MAX_NODES: '1000000',
  MAX_STATEMENTS: '1000000',
  MAX_ANSWER_BYTES: '67108864',
  MAX_ALIASES: '1000',
  WS_MAX_UNSENT_BYTES: '67108864',
  WS_MAX_OPERATIONS: '1000',
  WS_MESSAGE_BURST: '10000',
  POLL_INTERVAL_MS: '10',
};

const FOLLOW_ALL = 'subscription ($id: ID) { changes(tenantId: $id) { __typename } }';

/** Says whether a result is a change. Each subscription receives positions separately, at its own time. */
function isOfChange({ data }: ExecutionResult): boolean {
  const [item] = Object.values(data ?? {}) as { [KIND]?: string }[];
  return item?.[KIND] !== undefined && item[KIND] !== 'FeedPosition';
}

/** The number of changes that each node executed, and the errors of plans that could not be shared. */
interface Counts {
  shared: number;
  alone: number;
  readonly unshared: string[];
}

/** Two nodes on one database: subscriptions share executions on the first, and each has its own on the second. */
export class TwoNodes {
  readonly installation: Installation;
  readonly nodes: readonly [sharing: TestApp, alone: TestApp];
  readonly crowd: Crowd;
  readonly counts: Counts;
  readonly log: ChangeLog;
  readonly seqOf: SeqOf;
  readonly #database: Database;
  readonly #identity: DatabaseIdentity;
  readonly #cursors: CursorCodec;

  private constructor(
    parts: Pick<TwoNodes, 'installation' | 'nodes' | 'crowd' | 'counts' | 'seqOf'>,
    database: Database,
    cursors: CursorCodec,
  ) {
    this.installation = parts.installation;
    this.nodes = parts.nodes;
    this.crowd = parts.crowd;
    this.counts = parts.counts;
    this.seqOf = parts.seqOf;
    this.#database = database;
    this.#cursors = cursors;
    this.log = new ChangeLog(database.feedPool, entities, createMetrics());
    this.#identity = new DatabaseIdentity({
      prisma: database.prisma,
      settings: new SettingsMemory(database.prisma),
      accessTokens: null as never, // it is asked about viewers only, never about tokens
      outsideIssuers: new OutsideIssuers([], systemClock),
      transactions: null as never, // it binds no outside identity
      subjectKey: null as never, // nor finds one
      clock: systemClock,
      log: silentLog,
    });
  }

  static async start(): Promise<TwoNodes> {
    const counts: Counts = { shared: 0, alone: 0, unshared: [] };
    const present = errorPresenter(silentLog, createMetrics(), 10_000);
    const installation = await Installation.start(WIDE, silentLog, {
      compileAfter: 1,
      onUnshared: (error) => counts.unshared.push(error.stack ?? error.message),
      present: (result, requestId) => {
        if (isOfChange(result)) counts.shared += 1;
        return present(result, requestId);
      },
    });
    const alone = await installation.anotherNode(WIDE, {
      isSharing: false,
      compileAfter: Number.POSITIVE_INFINITY,
      present: (result, requestId) => {
        if (isOfChange(result)) counts.alone += 1;
        return present(result, requestId);
      },
    });
    const { config } = installation.app;
    const database = await openDatabase({
      ...(config.databaseUrl && { url: config.databaseUrl }),
      dataDir: '',
      poolSize: 4,
      statementTimeoutMs: 10_000,
    });
    const crowd = await Crowd.gather(installation, database.prisma);
    const cursors = new CursorCodec((await loadSecrets(config)).cursors);
    // While a subscription to a feed is open, its node keeps the latest changes, and catching up reads them there.
    for (const { id } of crowd.tenants) {
      installation.root.follow(FOLLOW_ALL, { id });
      installation.root.at(alone).follow(FOLLOW_ALL, { id });
    }
    const seqOf = await seqOfCursors(config);
    return new TwoNodes(
      { installation, nodes: [installation.app, alone], crowd, counts, seqOf },
      database,
      cursors,
    );
  }

  async stop(): Promise<void> {
    await this.#database.close();
    await this.installation.stop();
  }

  /** The present rights of a user; null if it may not act. */
  viewer({ userId }: Somebody): Promise<Viewer | null> {
    return this.#identity.viewer({ userId, sessionId: null });
  }

  /** The present position of each feed as a cursor, and its number. */
  async positions(): Promise<Map<string, { readonly cursor: string; readonly seq: number }>> {
    const positions = await this.log.allPositions();
    return new Map(
      positions.map((position) => [
        position.feed,
        { cursor: this.#cursors.encode(position), seq: position.seq },
      ]),
    );
  }
}
