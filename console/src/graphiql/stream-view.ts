import type { Stream } from './stream.ts';
import type { Streams } from './streams.ts';

/** More are a burden for the editor that shows them; the list of events beside it has all. */
const MOST_SHOWN = 50;
/** The shortest time between two texts in the editor. */
const PAUSE_MS = 100;

/**
 * Shows a stream in GraphiQL: each value is the whole text, with the newest event first.
 *
 * GraphiQL stops by asking for a second iterator and ending that, so there is only one. It does so when the user presses stop
 * and also when the user chooses a tab, which it reports right after. Only the former ends the stream.
 */
export class StreamView implements AsyncIterableIterator<object> {
  readonly #stream: Stream;
  readonly #streams: Streams;
  #shown: unknown = null;
  #shownAt = 0;
  #isOver = false;
  #wake: () => void = () => {};

  constructor(stream: Stream, streams: Streams) {
    this.#stream = stream;
    this.#streams = streams;
    streams.shown(this);
  }

  /** The tab that this view is in. */
  get tabId(): string {
    return this.#stream.tabId;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<object, undefined>> {
    const unsubscribe = this.#stream.subscribe(() => this.#wake());
    try {
      while (!this.#isEnded()) {
        if (this.#stream.state === this.#shown) {
          if (!this.#stream.isRunning) break;
          await this.#woken();
        } else {
          const pauseMs = this.#shownAt + PAUSE_MS - Date.now();
          if (pauseMs <= 0) return { done: false, value: this.#show() };
          await this.#woken(pauseMs);
        }
      }
    } finally {
      unsubscribe();
    }
    this.#end();
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<object, undefined>> {
    if (!this.#isOver) {
      this.#end();
      const { tabChanges } = this.#streams;
      queueMicrotask(() => {
        const isInFront = this.#streams.activeTab === this.tabId;
        if (isInFront && this.#streams.tabChanges === tabChanges) this.#stream.stop();
      });
    }
    return { done: true, value: undefined };
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
    this.#streams.hidden(this);
  }

  /** Whether there is nothing more to show here: what comes now would be written into another tab. */
  #isEnded(): boolean {
    return this.#isOver || this.#streams.activeTab !== this.#stream.tabId;
  }

  #woken(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        // While it pauses, only the end is worth waking for.
        if (ms !== undefined && !this.#isEnded()) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #show(): object {
    const { state } = this.#stream;
    this.#shown = state;
    this.#shownAt = Date.now();
    const { status, count, events, position, error } = state;
    return {
      stream: { status, count, ...(position && { position: position.cursor, at: position.at }) },
      ...(error && { errors: [{ message: error.message, extensions: { code: error.code } }] }),
      events: events.slice(0, MOST_SHOWN).map(({ at, cursor, data, errors }) => ({
        at,
        ...(cursor && { cursor }),
        data,
        ...(errors !== undefined && { errors }),
      })),
    };
  }
}
