import { LRUCache } from 'lru-cache';
import type { Log } from '../../core/process/log.ts';
import type { Metrics } from '../../core/process/metrics.ts';
import { sparingLog } from '../../core/process/sparing-log.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { SharedPlaces } from '../../lib/shared-places.ts';
import { PageDirectory } from './page-directory.ts';
import { type PageReader, PageReaders } from './page-readers.ts';
import { isWithoutPage, type PageRows, readPageRows } from './page-rows.ts';
import type { PageView } from './page-view.ts';
import { StatusPage } from './status-page.ts';
import type { WatchFeed } from './watch-feed.ts';

export interface StatusPagesParts {
  readonly prisma: PrismaClient;
  readonly watch: WatchFeed;
  readonly pollIntervalMs: number;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The pages that a node keeps, those that were asked for last, and the approximate bytes of them together. */
const MAX_PAGES = 1_000;
const MAX_BYTES = 64 * 1_024 * 1_024;
/** The approximate cost of a page, beside its texts. */
const PAGE_BYTES = 8_192;
/** The reads of pages at a time: the others leave connections to those who are signed in. */
const READS = { lane: 'pages', share: 2, maxWaiting: 1_000, waitMs: 5_000 };
/** A page is stale after two polls that brought nothing, and this. */
const GRACE_MS = 3_000;

/** A page in memory, with the readers of its stream. */
interface KeptPage {
  readonly page: StatusPage;
  readonly readers: PageReaders;
}

/**
 * The public status pages, from the memory of this node. Readers cost no access to the database, however many they are: a
 * page is read once for each change, and the slugs that exist are known.
 */
export class StatusPages {
  readonly #parts: StatusPagesParts;
  readonly #directory: PageDirectory;
  readonly #places = new SharedPlaces(READS.share);
  readonly #opening = new Map<string, Promise<KeptPage>>();
  readonly #logFault: (fields: object) => void;
  readonly #pages = new LRUCache<string, KeptPage>({
    max: MAX_PAGES,
    maxSize: MAX_BYTES,
    // Its readers come back, and it is read again if there is room.
    dispose: ({ page }) => page.end(),
    noDisposeOnSet: true,
  });

  constructor(parts: StatusPagesParts) {
    const { prisma, watch, log } = parts;
    this.#parts = parts;
    this.#logFault = sparingLog((fields) => log.warn(fields, 'status page not read'));
    this.#directory = new PageDirectory({ prisma, watch, onEnded: (id) => void this.#pages.delete(id) });
  }

  /** Returns the page at a slug as it is now; undefined if there is none. Throws if it cannot be read or must not be shown. */
  async view(slug: string): Promise<PageView | undefined> {
    return (await this.#find(slug))?.view;
  }

  /**
   * Sends the page at a slug to a reader now and whenever it changes, until the returned function is called; undefined if
   * there is none.
   */
  async follow(slug: string, reader: PageReader): Promise<(() => void) | undefined> {
    const found = await this.#find(slug);
    return found?.kept.readers.add(reader, found.view);
  }

  /** Ends all pages and their streams. */
  close(): void {
    this.#directory.close();
    this.#pages.clear();
  }

  async #find(slug: string): Promise<{ kept: KeptPage; view: PageView } | undefined> {
    try {
      const tenantId = await this.#directory.tenantOf(slug);
      if (tenantId === undefined) return undefined;
      const found = (await this.#viewOf(tenantId)) ?? (await this.#viewOf(tenantId));
      if ((await this.#directory.tenantOf(slug)) !== tenantId) return undefined; // withdrawn during the read
      if (!found && (await isWithoutPage(this.#parts.prisma, tenantId))) return undefined;
      if (!found) throw new Error('The page ended while it was read.');
      return found;
    } catch (error) {
      this.#logFault({ err: error });
      throw error;
    }
  }

  /** Null: the page ended meanwhile, e.g. because it lost its position in the feed. Another one can be opened. */
  async #viewOf(tenantId: string): Promise<{ kept: KeptPage; view: PageView } | null> {
    const kept = this.#pages.get(tenantId) ?? (await this.#open(tenantId));
    try {
      return { kept, view: await kept.page.view() };
    } catch (error) {
      if (kept.page.isEnded) return null;
      throw error;
    }
  }

  /** Opens a page, once for all who wait for it. */
  #open(tenantId: string): Promise<KeptPage> {
    const opening =
      this.#opening.get(tenantId) ??
      this.#openNow(tenantId).finally(() => {
        this.#opening.delete(tenantId);
      });
    this.#opening.set(tenantId, opening);
    return opening;
  }

  async #openNow(tenantId: string): Promise<KeptPage> {
    let kept: KeptPage | null = null;
    const { watch, pollIntervalMs } = this.#parts;
    const page = await StatusPage.open({
      tenantId,
      watch,
      read: () => this.#read(tenantId),
      staleAfterMs: 2 * pollIntervalMs + GRACE_MS,
      onChanged: () => kept && this.#changed(tenantId, kept),
    });
    kept = { page, readers: new PageReaders(page) };
    if (!page.isEnded) this.#keep(tenantId, kept);
    return kept;
  }

  #changed(tenantId: string, kept: KeptPage): void {
    if (!kept.page.isEnded) this.#keep(tenantId, kept);
    else if (this.#pages.peek(tenantId)?.page === kept.page) this.#pages.delete(tenantId);
    kept.readers.update();
  }

  /** A copy, because the cache does not count the same object again. */
  #keep(tenantId: string, kept: KeptPage): void {
    this.#pages.set(tenantId, { ...kept }, { size: Math.min(PAGE_BYTES + kept.page.bytes, MAX_BYTES) });
  }

  async #read(tenantId: string): Promise<PageRows | null> {
    const giveBack = await this.#places.take(READS);
    if (!giveBack) throw new Error('Too many status pages are being read.');
    try {
      this.#parts.metrics.pageReads.inc();
      return await readPageRows(this.#parts.prisma, tenantId);
    } finally {
      giveBack();
    }
  }
}
