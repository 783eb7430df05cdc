import type { Lockstep, Stop } from '@lockstep/client';
import type { Resumable } from './resumable.ts';
import { Stream } from './stream.ts';

/** The tabs of the page, as GraphiQL reports them. */
export interface Tabs {
  readonly tabs: readonly { readonly id: string }[];
  readonly activeTabIndex: number;
}

/** The part of the page that shows a stream at the moment. */
interface View {
  readonly tabId: string;
}

const MOST_STREAMS = 10;

/**
 * The streams of the page, at most one of each tab.
 *
 * GraphiQL ends what it shows whenever another tab is chosen. So it only shows a stream, and the streams are kept here: they
 * end when the user stops them, with their tab, or with the session.
 */
export class Streams {
  readonly #byTab = new Map<string, Stream>();
  readonly #listeners = new Set<() => void>();
  #all: readonly Stream[] = [];
  #activeTab = '';
  #tabChanges = 0;
  #view: View | null = null;
  #isReturning = false;

  /** The tab in front. */
  get activeTab(): string {
    return this.#activeTab;
  }

  /** Counts what GraphiQL has reported of its tabs. */
  get tabChanges(): number {
    return this.#tabChanges;
  }

  /** The tab whose stream is shown; null if none is. */
  get viewedTab(): string | null {
    return this.#view?.tabId ?? null;
  }

  /** Whether the operation that runs now only shows the stream of its tab again. */
  get isReturning(): boolean {
    return this.#isReturning;
  }

  /** All streams, also those that have ended; the same list until one begins or is removed. */
  readonly all = (): readonly Stream[] => this.#all;

  /** Calls back when a stream begins or is removed, until the returned function is called. */
  readonly subscribe = (listener: () => void): Stop => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** The stream of a tab, if it has one. */
  of(tabId: string): Stream | undefined {
    return this.#byTab.get(tabId);
  }

  /** Begins the stream of a tab in the place of its former one; null if too many run. */
  begin(title: string, lockstep: Lockstep, operation: Resumable): Stream | null {
    this.of(this.#activeTab)?.stop();
    if (this.#all.filter(({ isRunning }) => isRunning).length >= MOST_STREAMS) return null;
    const stream = new Stream(this.#activeTab, title, lockstep, operation);
    this.#byTab.set(this.#activeTab, stream);
    this.#changed();
    return stream;
  }

  /** Takes note of the tabs, and ends the streams of those that are closed. */
  tabsChanged({ tabs, activeTabIndex }: Tabs): void {
    this.#tabChanges += 1;
    this.#activeTab = tabs[activeTabIndex]?.id ?? '';
    const open = new Set(tabs.map(({ id }) => id));
    const closed = [...this.#byTab.keys()].filter((id) => !open.has(id));
    for (const id of closed) {
      this.of(id)?.stop();
      this.#byTab.delete(id);
    }
    if (closed.length > 0) this.#changed();
  }

  /** Takes note of what shows a stream. */
  shown(view: View): void {
    this.#view = view;
  }

  /** Takes note that this shows its stream no more. */
  hidden(view: View): void {
    if (this.#view !== view) return;
    this.#view = null;
    this.#changed();
  }

  /** Has GraphiQL run the operation of a tab only to show its stream again. */
  returning(run: () => void): void {
    this.#isReturning = true;
    try {
      run();
    } finally {
      this.#isReturning = false;
    }
  }

  /** Ends all streams. */
  stopAll(): void {
    for (const stream of this.#all) stream.stop();
  }

  #changed(): void {
    this.#all = [...this.#byTab.values()];
    for (const listener of [...this.#listeners]) listener();
  }
}
