import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import type { Change } from '../../core/rows/change.ts';
import { rowAfter } from '../../core/rows/change.ts';
import type { PrismaClient, Tenant } from '../../generated/prisma/client.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';
import type { FeedWatch, WatchFeed } from './watch-feed.ts';

interface PageDirectoryParts {
  readonly prisma: PrismaClient;
  readonly watch: WatchFeed;
  /** A page has ended: its tenant was suspended, withdrew it or moved it to another slug. */
  readonly onEnded: (tenantId: string) => void;
}

/**
 * The slugs of all pages that are published, and their tenants. It is read once, and then follows the changes of tenants
 * in the platform's feed. So no slug that leads nowhere costs a query, and a suspended, a private and an unknown one are
 * the same: absent.
 */
export class PageDirectory {
  readonly #parts: PageDirectoryParts;
  #opening: Promise<void> | null = null;
  #watch: FeedWatch | null = null;
  /** The tenant of each slug, and the slug of each tenant. */
  #tenants = new Map<string, string>();
  #slugs = new Map<string, string>();
  /** The changes that arrive while the table is read. */
  #missed: Change[] | null = null;

  constructor(parts: PageDirectoryParts) {
    this.#parts = parts;
  }

  /** Returns the tenant that has a page at a slug; undefined if there is none. Throws if the database is unavailable. */
  async tenantOf(slug: string): Promise<string | undefined> {
    this.#opening ??= this.#open();
    await this.#opening;
    return this.#tenants.get(slug);
  }

  close(): void {
    this.#watch?.close();
  }

  async #open(): Promise<void> {
    try {
      this.#missed = [];
      this.#watch = await this.#parts.watch(PLATFORM_FEED, (changes) => this.#take(changes));
      await this.#read();
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  /** Changes that are both in the table and among the missed ones are applied twice, which changes nothing. */
  async #read(): Promise<void> {
    const rows = await this.#parts.prisma.tenant.findMany({
      where: { statusPageSlug: { not: null }, status: 'ACTIVE' },
      select: { id: true, statusPageSlug: true },
    });
    const before = this.#slugs;
    this.#slugs = new Map(rows.map(({ id, statusPageSlug }) => [id, `${statusPageSlug}`]));
    this.#tenants = new Map([...this.#slugs].map(([id, slug]) => [slug, id]));
    const missed = this.#missed ?? [];
    this.#missed = null;
    for (const [id, slug] of before) if (this.#slugs.get(id) !== slug) this.#parts.onEnded(id);
    this.#take(missed);
  }

  #take(changes: readonly Change[] | null): void {
    if (changes === null) this.#forget();
    else if (this.#missed) this.#missed.push(...changes.filter(isOfTenant));
    else for (const change of changes.filter(isOfTenant)) this.#apply(change);
  }

  #apply(change: Change): void {
    const id = change.entityId;
    const tenant = rowAfter(change as Change<Tenant>);
    const slug = tenant?.status === 'ACTIVE' ? (tenant.statusPageSlug ?? null) : null;
    const before = this.#slugs.get(id) ?? null;
    if (slug === before) return;
    // Its slug may have gone to another tenant meanwhile.
    if (before !== null && this.#tenants.get(before) === id) this.#tenants.delete(before);
    if (before !== null) this.#parts.onEnded(id);
    if (slug === null) this.#slugs.delete(id);
    else {
      this.#slugs.set(id, slug);
      this.#tenants.set(slug, id);
    }
  }

  /** The next question reads the table again. */
  #forget(): void {
    this.#watch?.close();
    this.#watch = null;
    this.#opening = null;
    this.#missed = null;
  }
}

function isOfTenant({ entity }: Change): boolean {
  return entity === tenantEntity.name;
}
