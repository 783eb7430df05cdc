import { modulesAbout } from '../../configuration/catalogue/modules.ts';
import { configurationEntity } from '../../configuration/layers/layer-entity.ts';
import type { Change } from '../../core/rows/change.ts';
import type { Configuration } from '../../generated/prisma/client.ts';
import type { PageRows } from './page-rows.ts';
import { type PageView, viewOf } from './page-view.ts';
import type { FeedWatch, WatchFeed } from './watch-feed.ts';

/** However often a page changes, it is read no more often than this, except to hide something. */
const READ_INTERVAL_MS = 1_000;
const MINUTE_MS = 60_000;
/** The approximate cost of an effect on a service. */
const EFFECT_BYTES = 200;

interface StatusPageParts {
  readonly tenantId: string;
  readonly watch: WatchFeed;
  /** Reads the rows; null if there is no such tenant any more, or it is without the module. */
  readonly read: () => Promise<PageRows | null>;
  /** The page is stale when it is not known to be complete until so many milliseconds ago. */
  readonly staleAfterMs: number;
  /** The page was read, or has ended: its streams have something to send. */
  readonly onChanged: () => void;
}

/**
 * The public page of one tenant in the memory of a node. It is read when it is asked for and has changed, once for all who
 * ask, and follows the feed of the tenant, in which the projector repeats what the organization shares.
 *
 * A change that hides something, e.g. of a service that is no longer public, is not waited for: until the page has been
 * read again, no reader gets the old one.
 */
export class StatusPage {
  readonly #parts: StatusPageParts;
  #watch: FeedWatch | null = null;
  #rows: PageRows | null = null;
  /** Counts the changes that concern the page. `#read` of them are in the rows; after `#hiding` the rows must not be shown. */
  #changes = 0;
  #read = 0;
  #hiding = 0;
  /** When the first change happened that the rows do not have. */
  #behindSince: Date | null = null;
  #triedAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;
  #view: PageView | null = null;
  #isEnded = false;

  private constructor(parts: StatusPageParts) {
    this.#parts = parts;
  }

  /** Opens a page; throws if the database is unavailable. */
  static async open(parts: StatusPageParts): Promise<StatusPage> {
    const page = new StatusPage(parts);
    page.#watch = await parts.watch(parts.tenantId, (changes) => page.#take(changes));
    try {
      await page.#readOnce();
    } catch (error) {
      page.end();
      throw error;
    }
    return page;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether the rows lack changes. */
  get isBehind(): boolean {
    return this.#read < this.#changes;
  }

  /** The milliseconds until the page may be read again; 0 if it must not be shown as it is. */
  get readableInMs(): number {
    return this.#mustHide ? 0 : Math.max(0, this.#triedAt + READ_INTERVAL_MS - performance.now());
  }

  /** The approximate bytes of the page in memory. */
  get bytes(): number {
    const { json, feed, event } = this.#view ?? {};
    const texts = [json?.body, feed?.body, event].reduce((sum, text) => sum + (text?.length ?? 0), 0);
    return 2 * texts + EFFECT_BYTES * (this.#rows?.effects.length ?? 0);
  }

  /** Returns the page as it is now, or as it was last known; throws if there is none that may be shown. */
  async view(): Promise<PageView> {
    // A read that is under way may have begun before the last change.
    for (let attempt = 0; attempt < 2 && this.isBehind && this.readableInMs === 0; attempt += 1) {
      await this.#readOnce().catch((error: unknown) => {
        if (this.#mustHide) throw error;
      });
    }
    return this.present();
  }

  /** Returns the page as the node knows it; throws if it must not be shown. */
  present(): PageView {
    const rows = this.#rows;
    const watch = this.#watch;
    if (!rows || !watch || this.#isEnded || this.#mustHide) throw new Error('The page cannot be shown.');
    const complete = Math.max(rows.readAt.getTime(), watch.completeUntil().getTime());
    const known = Math.min(complete, this.#behindSince?.getTime() ?? Number.POSITIVE_INFINITY);
    const isStale = !watch.isComplete() || Date.now() - known > this.#parts.staleAfterMs;
    const asOf = new Date(Math.floor(known / MINUTE_MS) * MINUTE_MS);
    const { asOf: shownAsOf, isStale: wasStale } = this.#view ?? {};
    if (!this.#view || shownAsOf?.getTime() !== asOf.getTime() || wasStale !== isStale) {
      this.#view = viewOf(rows, asOf, isStale);
    }
    return this.#view;
  }

  /** Ends the page: nothing of it is shown any more. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#watch?.close();
    this.#parts.onChanged();
  }

  get #mustHide(): boolean {
    return this.#read < this.#hiding;
  }

  #take(changes: readonly Change[] | null): void {
    if (changes === null) {
      this.end();
      return;
    }
    for (const change of changes.filter(concernsPages)) {
      this.#changes += 1;
      this.#behindSince ??= change.occurredAt;
      if (hides(change)) this.#hiding = this.#changes;
    }
    if (this.isBehind) this.#parts.onChanged();
  }

  /** Reads the rows, once for all who wait for them. */
  #readOnce(): Promise<void> {
    this.#reading ??= this.#readRows().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #readRows(): Promise<void> {
    const covered = this.#changes;
    const since = this.#behindSince;
    this.#behindSince = null;
    try {
      const rows = await this.#parts.read();
      if (!rows) return this.end();
      this.#rows = rows;
      this.#read = covered;
      this.#view = null;
      if (!this.#mustHide && !this.#isEnded) this.present();
    } catch (error) {
      this.#behindSince = since ?? this.#behindSince;
      throw error;
    } finally {
      this.#triedAt = performance.now();
    }
    this.#parts.onChanged();
  }
}

const ENTITIES: readonly string[] = ['Tenant', 'Service', 'Incident', 'IncidentUpdate', 'MaintenanceWindow'];

function concernsPages(change: Change): boolean {
  return ENTITIES.includes(change.entity) || switchesModules(change);
}

/** Whether a change may end the page by switching its module off. */
function switchesModules({ entity, image }: Change): boolean {
  return (
    entity === configurationEntity.name && modulesAbout((image as ConfigurationImage).memberPaths).length > 0
  );
}

type ConfigurationImage = Configuration & Change['image'];

/** Whether a change takes something from the page: its module, a row, a service that was public, what another organization shares. */
function hides(change: Change): boolean {
  const { kind, before } = change;
  const was = before as { readonly isPublic?: boolean; readonly organizationId?: string };
  if (switchesModules(change)) return true;
  return kind === 'DELETED' || was.isPublic === true || was.organizationId !== undefined;
}
