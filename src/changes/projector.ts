import { PLATFORM_FEED } from '../core/feeds/feed.ts';
import type { Log } from '../core/process/log.ts';
import type { Change, EntityRow } from '../core/rows/change.ts';
import { BackgroundLoop } from '../lib/background-loop.ts';
import { everyOrganization, membersAt } from './feed-members.ts';
import { join, leave, type MembershipParts, stepOfMembership } from './membership.ts';
import { repeatChanges } from './repeated-changes.ts';

/** The number of changes that are read at a time, and after which the position is stored. */
const BATCH = 100;
const RETRY_MS = 1_000;

export interface ProjectorParts extends MembershipParts {
  readonly pollIntervalMs: number;
  readonly log: Log;
}

interface Projected {
  readonly feed: string;
  readonly seq: bigint;
}

/**
 * Repeats changes of the platform's feed that concern every tenant in the feeds of all tenants, and those of rows that an
 * organization shares in the feeds of its tenants, so that subscriptions to a tenant's feed receive them in its order.
 * A tenant belongs to an organization from one position of the organization's feed to another: when it joins or leaves,
 * its feed gains or loses all shared rows. There is a transaction for each tenant: a single one over all of them would
 * hold every feed. A change is repeated in a feed once, and after those before it, however many nodes project and
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
      () => this.round(),
      (error) => {
        parts.log.warn({ err: error }, 'shared changes not projected yet: retrying');
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

  /** Begins immediately if this node wrote a change to project; other nodes find it by their poll. */
  notice(changes: readonly { readonly entity: string; readonly image: object }[]): void {
    if (changes.some(({ entity, image }) => this.#isToProject(entity, image as EntityRow)))
      this.#loop.nudge();
  }

  #isToProject(entity: string, image: EntityRow): boolean {
    const { concernsEveryTenant, concernsEveryOrganization, sharedBy, sharesIn } =
      this.#parts.entities.get(entity) ?? {};
    return Boolean(
      sharesIn || concernsEveryTenant?.(image) || concernsEveryOrganization?.(image) || sharedBy?.(image),
    );
  }

  /**
   * Projects a batch of each feed that is ahead of its projection; returns the pause before the next round. A feed that
   * fails does not hold up the others.
   */
  async round(): Promise<number> {
    const failures: unknown[] = [];
    let isAhead = false;
    for (const { feed, seq } of await this.#feedsAhead()) {
      if (this.#loop.isStopping) return 0;
      const isEnd = await this.#project(feed, Number(seq)).catch((error) => failures.push(error) > 0);
      isAhead ||= !isEnd;
    }
    if (failures.length > 0) throw failures[0];
    return isAhead ? 0 : this.#parts.pollIntervalMs;
  }

  /** The feeds with changes after their projection. */
  #feedsAhead(): Promise<Projected[]> {
    return this.#parts.prisma.$queryRaw`
      SELECT feed, seq FROM projection JOIN feed_head USING (feed) WHERE last_seq > seq ORDER BY feed`;
  }

  /** Projects the next changes of a feed; returns whether these were the last ones. */
  async #project(feed: string, after: number): Promise<boolean> {
    const changes = await this.#parts.changeLog.read(feed, after, Number.MAX_SAFE_INTEGER, BATCH);
    let run: Change[] = [];
    for (const change of changes) {
      const step = stepOfMembership(change, this.#parts.entities);
      if (step) {
        await this.#repeat(run);
        run = [];
        if (!(await this.#take(step, change))) return true;
      } else if (this.#isShared(change) || this.#isForOrganizations(change)) run.push(change);
    }
    await this.#repeat(run);
    const last = changes.at(-1);
    if (last && !this.#loop.isStopping) await this.#note(feed, last.seq);
    return changes.length < BATCH;
  }

  /** Takes a step of membership; returns whether it has come to its end, because a node that stops leaves the rest. */
  async #take(step: 'JOINS' | 'LEAVES', change: Change): Promise<boolean> {
    const written = (step === 'JOINS' ? join : leave)(this.#parts, change);
    while (!this.#loop.isStopping) {
      if ((await written.next()).done) return true;
    }
    return false;
  }

  #isShared({ feed, entity, image }: Change): boolean {
    const { concernsEveryTenant, sharedBy } = this.#parts.entities.get(entity) ?? {};
    return feed === PLATFORM_FEED ? (concernsEveryTenant?.(image) ?? false) : sharedBy?.(image) === feed;
  }

  #isForOrganizations({ feed, entity, image }: Change): boolean {
    return (
      feed === PLATFORM_FEED &&
      (this.#parts.entities.get(entity)?.concernsEveryOrganization?.(image) ?? false)
    );
  }

  /** Repeats a run of changes, during which the members of their feed are the same. */
  async #repeat(run: readonly Change[]): Promise<void> {
    const [first] = run;
    if (!first) return;
    const { prisma } = this.#parts;
    const ofTenants = run.filter((change) => this.#isShared(change));
    await this.#repeatIn(ofTenants, () => membersAt(prisma, first.feed, first.seq));
    const ofOrganizations = run.filter((change) => this.#isForOrganizations(change));
    await this.#repeatIn(ofOrganizations, () => everyOrganization(prisma));
  }

  async #repeatIn(changes: readonly Change[], feeds: () => Promise<readonly string[]>): Promise<void> {
    for (const feed of changes.length > 0 ? await feeds() : []) {
      if (this.#loop.isStopping) return;
      await repeatChanges(this.#parts, changes, feed);
    }
  }

  /** Stores the position. It never moves back, because another node may be further. */
  async #note(feed: string, seq: number): Promise<void> {
    await this.#parts.prisma.projection.updateMany({ where: { feed, seq: { lt: seq } }, data: { seq } });
  }
}
