import { v7 as uuidv7 } from 'uuid';
import { PLATFORM_FEED } from '../core/feeds/feed.ts';
import type { Log } from '../core/process/log.ts';
import type { Change } from '../core/rows/change.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { BackgroundLoop } from '../lib/background-loop.ts';
import type { ChangeLog } from './change-log.ts';
import type { Entities } from './stored-change.ts';
import type { WakeUps } from './wake-ups.ts';

/** The number of changes that are read at a time, and after which the position is stored. */
const BATCH = 100;
const RETRY_MS = 1_000;

export interface ProjectorParts {
  readonly prisma: PrismaClient;
  readonly changeLog: ChangeLog;
  readonly wakeUps: WakeUps;
  readonly entities: Entities;
  readonly pollIntervalMs: number;
  readonly log: Log;
}

/**
 * Repeats changes of the platform's feed that concern every tenant in the feeds of all tenants, so that subscriptions
 * to a tenant's feed receive them in its order. There is one transaction for each tenant: a single one over all of them
 * would hold every feed. A change is repeated in a feed once, and after those before it, however many nodes project and
 * wherever one was killed: the unique index over `projection_of` refuses a second time, and a node projects the changes
 * in order.
 */
export class Projector {
  readonly #parts: ProjectorParts;
  readonly #loop: BackgroundLoop;
  #forget: () => void = () => {};

  constructor(parts: ProjectorParts) {
    this.#parts = parts;
    this.#loop = new BackgroundLoop(
      () => this.#goRound(),
      (error) => {
        parts.log.warn({ err: error }, 'platform changes not projected yet: retrying');
        return RETRY_MS;
      },
    );
  }

  start(): void {
    this.#forget = this.#parts.wakeUps.listen(PLATFORM_FEED, () => this.#loop.nudge());
    this.#loop.start();
  }

  async stop(): Promise<void> {
    this.#forget();
    await this.#loop.stop();
  }

  async #goRound(): Promise<number> {
    const { prisma, changeLog, pollIntervalMs } = this.#parts;
    const { seq } = await prisma.projection.findFirstOrThrow({ where: { feed: PLATFORM_FEED } });
    const changes = await changeLog.read(PLATFORM_FEED, Number(seq), Number.MAX_SAFE_INTEGER, BATCH);
    for (const change of changes) {
      if (this.#loop.isStopping) return 0;
      if (this.#concernsEveryTenant(change)) await this.#repeat(change);
    }
    const last = changes.at(-1);
    if (last) await this.#note(last.seq);
    return changes.length === BATCH ? 0 : pollIntervalMs;
  }

  #concernsEveryTenant(change: Change): boolean {
    const entity = this.#parts.entities.get(change.entity);
    return entity?.concernsEveryTenant?.(change.image) ?? false;
  }

  async #repeat({ eventId }: Change): Promise<void> {
    const { prisma, changeLog, wakeUps } = this.#parts;
    for (const { id: feed } of await prisma.tenant.findMany({
      select: { id: true },
      orderBy: { id: 'asc' },
    })) {
      const copy = uuidv7();
      const written = await prisma.$executeRaw`
        INSERT INTO change (
          feed, event_id, kind, entity, entity_id, entity_version, image, before, projection_of,
          actor_kind, actor_id, actor_name, actor_of_platform, request_id, ip, occurred_at)
        SELECT ${feed}::uuid, ${copy}::uuid, kind, entity, entity_id, entity_version, image, before, event_id,
          actor_kind, actor_id, actor_name, actor_of_platform, request_id, ip, occurred_at
        FROM change WHERE event_id = ${eventId}::uuid
        ON CONFLICT (feed, projection_of) WHERE projection_of IS NOT NULL DO NOTHING`;
      if (written > 0) wakeUps.send(feed, await changeLog.epochOf(feed), await changeLog.stored([copy]));
    }
  }

  /** Stores the position. It never moves back, because another node may be further. */
  async #note(seq: number): Promise<void> {
    await this.#parts.prisma.projection.updateMany({
      where: { feed: PLATFORM_FEED, seq: { lt: seq } },
      data: { seq },
    });
  }
}
