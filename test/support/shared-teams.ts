import { ChangeLog } from '../../src/changes/change-log.ts';
import { LogPositions } from '../../src/changes/log-positions.ts';
import { rowsThatMove } from '../../src/changes/moved-rows.ts';
import { Projector } from '../../src/changes/projector.ts';
import { openPubSub } from '../../src/changes/pub-sub.ts';
import { Transactions } from '../../src/changes/transactions.ts';
import { WakeUps } from '../../src/changes/wake-ups.ts';
import { CursorCodec } from '../../src/core/feeds/cursor.ts';
import { createMetrics } from '../../src/core/process/metrics.ts';
import type { Viewer } from '../../src/core/rights/viewer.ts';
import { type Change, rowAfter, rowBefore, rowLost } from '../../src/core/rows/change.ts';
import type { Transact } from '../../src/core/rows/transact.ts';
import { toPrismaWhere } from '../../src/db/prisma-where.ts';
import type { PrismaClient, Team } from '../../src/generated/prisma/client.ts';
import { followSpecOf } from '../../src/graph/events/change-source.ts';
import { createOrganization } from '../../src/modules/organizations/organizations.demo.ts';
import { teams } from '../../src/modules/teams/teams.access.ts';
import { teamEntity } from '../../src/modules/teams/teams.changes.ts';
import { tenantEntity } from '../../src/modules/tenants/tenants.changes.ts';
import { createTenant } from '../../src/modules/tenants/tenants.demo.ts';
import { entities, reactions, tallies } from '../../src/rooms.ts';
import { anOpenDatabase, type OpenDatabase } from './open-database.ts';
import { silentLog } from './silent-log.ts';

const KEY = Buffer.alloc(32, 'k');
/** The teams that one transaction creates. */
const AT_ONCE = 200;
const SYSTEM = { kind: 'SYSTEM', id: null, name: 'a test', isOfPlatform: false } as const;

/** A view of the teams that a viewer of a tenant in an organization sees in the tenant's feed. */
export function teamsSeenBy(viewer: Viewer) {
  const events = { created: 'created', updated: 'updated', deleted: 'deleted' } as const;
  const spec = followSpecOf({ rows: teams, events }, { hasPositions: false });
  return spec.view(viewer, {}, null as never); // the schema is read for filters only
}

/** Makes a viewer of a tenant, as its rights are while the tenant belongs to the organization. */
export function aViewerOf(tenantId: string, organizationId: string): Viewer {
  const rights = { role: 'TENANT_ADMIN', permissions: new Set(['teams:read']), reach: [tenantId] };
  return { ...rights, sharing: [organizationId], tenantId } as unknown as Viewer; // what the view reads
}

/** Reads the log, and fails after a number of reads, as the process of a killed node does. */
class DyingLog extends ChangeLog {
  left = Number.POSITIVE_INFINITY;

  override read(...args: Parameters<ChangeLog['read']>) {
    return this.#breathe() ?? super.read(...args);
  }

  override stored(...args: Parameters<ChangeLog['stored']>) {
    return this.#breathe() ?? super.stored(...args);
  }

  #breathe(): Promise<never> | null {
    this.left -= 1;
    return this.left < 0 ? Promise.reject(new Error('The node was killed.')) : null;
  }
}

/** A database in which organizations share teams with their tenants, without a server. */
export class SharedTeams {
  readonly open: OpenDatabase;
  readonly log: ChangeLog;
  readonly #wakeUps: WakeUps;
  readonly #pubSub = openPubSub({ url: undefined, prefix: '', timeoutMs: 100, log: silentLog });
  readonly #transactions: Transactions;
  readonly #transact: Transact;
  #names = 0;

  private constructor(open: OpenDatabase) {
    this.open = open;
    const { prisma, ownerPool } = open;
    const metrics = createMetrics();
    this.log = new ChangeLog(ownerPool, entities, metrics);
    this.#wakeUps = new WakeUps({
      engine: this.#pubSub.engine,
      key: KEY,
      entities,
      log: silentLog,
      metrics,
    });
    this.#transactions = new Transactions({
      prisma,
      changeLog: this.log,
      wakeUps: this.#wakeUps,
      feedPositions: new LogPositions(this.log, new CursorCodec(KEY)),
      entities,
      reactions: [...reactions, ...rowsThatMove(entities)],
      tallies,
    });
    this.#transact = this.#transactions.of({ actor: SYSTEM, requestId: null, ip: null });
  }

  static async open(): Promise<SharedTeams> {
    return new SharedTeams(await anOpenDatabase());
  }

  async close(): Promise<void> {
    await this.#pubSub.close();
    await this.open.drop();
  }

  async organization(): Promise<string> {
    const slug = this.#name('org') as 'northwind';
    const { value } = await this.#transact((tx) => createOrganization(tx, { name: slug, slug } as never)); // any slug
    return value?.id ?? '';
  }

  async tenant(organizationId: string): Promise<string> {
    const slug = this.#name('tenant');
    const facts = { slug, name: slug, businessType: null, size: 'SMALL', currency: 'EUR' } as const;
    const { value } = await this.#transact((tx) => createTenant(tx, facts, organizationId));
    return value?.id ?? '';
  }

  async move(id: string, organizationId: string): Promise<void> {
    await this.#transact(async (tx) => {
      await tx.lock(tenantEntity, id);
      const before = await tx.db.tenant.findUniqueOrThrow({ where: { id } });
      return tx.update(tenantEntity, before, { organizationId });
    });
  }

  async organizationOf(id: string): Promise<string> {
    return (await this.open.prisma.tenant.findFirstOrThrow({ where: { id } })).organizationId;
  }

  /** Creates a team that the organization shares, or one of a tenant. */
  async team(owner: { organizationId: string; tenantId?: string }): Promise<string> {
    const { value } = await this.#transact(async (tx) =>
      tx.created(teamEntity, await tx.db.team.create({ data: { ...owner, name: this.#name('team') } })),
    );
    return value.id;
  }

  /** Creates teams that the organization shares, some in each transaction, and gives their names. */
  async teams(organizationId: string, count: number, description: string | null = null): Promise<string[]> {
    const names: string[] = [];
    for (let left = count; left > 0; left -= AT_ONCE) {
      const data = Array.from({ length: Math.min(left, AT_ONCE) }, () => ({
        ...{ organizationId, description, name: this.#name('team') },
      }));
      const { value } = await this.#transact(async (tx) => {
        const rows = await tx.db.team.createManyAndReturn({ data });
        const inOrder = rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
        return inOrder.map((row) => tx.created(teamEntity, row).name);
      });
      names.push(...value);
    }
    return names;
  }

  /** Creates a user of a tenant. */
  async user(tenantId: string): Promise<string> {
    const name = this.#name('user');
    const data = { tenantId, name, email: `${name}@lockstep.test`, role: 'TENANT_ADMIN' } as const;
    return (await this.open.prisma.user.create({ data })).id;
  }

  /** Renames a team, as the system or as a user. */
  async rename(id: string, userId?: string): Promise<void> {
    const actor = userId ? { ...SYSTEM, kind: 'USER' as const, id: userId, name: 'Ada' } : SYSTEM;
    const transact = this.#transactions.of({ actor, requestId: 'r', ip: '192.0.2.1' });
    await transact(async (tx) => {
      await tx.lock(teamEntity, id);
      const before = await tx.db.team.findUniqueOrThrow({ where: { id } });
      return tx.update(teamEntity, before, { name: this.#name('renamed') });
    });
  }

  async remove(id: string): Promise<void> {
    await this.#transact(async (tx) => {
      await tx.lockToDelete(teamEntity, id);
      return tx.delete(teamEntity, await tx.db.team.findUniqueOrThrow({ where: { id } }));
    });
  }

  /** A projector of one more node. */
  projector(changeLog: ChangeLog = this.log, prisma: PrismaClient = this.open.prisma): Projector {
    const parts = { prisma, changeLog, wakeUps: this.#wakeUps, entities };
    return new Projector({ ...parts, pollIntervalMs: 1_000, log: silentLog });
  }

  /** A projector that fails after a number of reads of the log. */
  dyingProjector(reads: number): Projector {
    const log = new DyingLog(this.open.ownerPool, entities, createMetrics());
    log.left = reads;
    return this.projector(log);
  }

  /** Projects until no feed is ahead. */
  async project(projector = this.projector()): Promise<void> {
    while ((await projector.round()) === 0);
  }

  /** Projects all again, as if no position had been stored. */
  async forgetPositions(): Promise<void> {
    await this.open.prisma.projection.updateMany({ data: { seq: 0 } });
  }

  changes(feed: string, after = 0): Promise<Change<Team>[]> {
    return this.log.read(feed, after, Number.MAX_SAFE_INTEGER, 10_000) as Promise<Change<Team>[]>;
  }

  /** The changes of teams in a feed, as texts: the last letter says what is visible of its row before and after. */
  async told(feed: string, after = 0): Promise<string[]> {
    const changes = await this.changes(feed, after);
    return changes.filter(({ entity }) => entity === 'Team').map(textOf);
  }

  async end(feed: string): Promise<number> {
    const [position] = await this.log.positions([feed]);
    return position?.seq ?? 0;
  }

  /** The teams in the list of a viewer. */
  async listOf(viewer: Viewer): Promise<Map<string, string>> {
    const rows = await this.open.prisma.team.findMany({ where: toPrismaWhere(teams.visibleTo(viewer)) });
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  #name(kind: string): string {
    this.#names += 1;
    return `${kind}-${this.#names}`;
  }
}

function textOf(change: Change<Team>): string {
  const row = rowLost(change) ?? rowAfter(change) ?? rowBefore(change);
  return `${rowLost(change) ? 'LOST' : change.kind} ${row?.name}`;
}
