import type { PageView } from './page-view.ts';
import type { StatusPage } from './status-page.ts';

/** A reader of the stream of a page. */
export interface PageReader {
  /** The id of the last event that it has. */
  readonly lastEventId: string | undefined;
  /** Receives an event; a reader that is slow may drop all but the last. */
  send(event: Buffer): void;
  /** Receives a comment that shows that the stream is alive. */
  keepAlive(comment: Buffer): void;
  end(): void;
}

const KEEP_ALIVE_MS = 12_000;
const RETRY_MS = 1_000;

/**
 * The readers of the stream of one page on a node. Each gets the whole page as it is, and again whenever what it shows has
 * changed, so none misses anything by missing events. The event is made once for all.
 */
export class PageReaders {
  readonly #page: StatusPage;
  readonly #readers = new Map<PageReader, string | undefined>();
  #keepAlive: NodeJS.Timeout | null = null;
  #reading: NodeJS.Timeout | null = null;

  constructor(page: StatusPage) {
    this.#page = page;
  }

  get count(): number {
    return this.#readers.size;
  }

  /** Adds a reader, which gets the page unless it has it, until the returned function is called. */
  add(reader: PageReader, view: PageView): () => void {
    this.#readers.set(reader, reader.lastEventId);
    this.#keepAlive ??= setInterval(() => this.#showLife(), KEEP_ALIVE_MS).unref();
    this.#send(reader, view);
    if (this.#page.isEnded) this.#endAll(); // since it was found
    return () => this.#remove(reader);
  }

  /** Sends the page to its readers once it can be read; ends the streams of a page that has ended. */
  update(): void {
    if (this.#page.isEnded) this.#endAll();
    else if (this.count > 0 && this.#page.isBehind) this.#readIn(this.#page.readableInMs);
    else if (this.count > 0) this.#sendAll();
  }

  #readIn(ms: number): void {
    if (this.#reading) clearTimeout(this.#reading);
    this.#reading = setTimeout(() => void this.#read(), ms).unref();
  }

  /** Reads the page, which tells its readers; tries again while it cannot be read. */
  async #read(): Promise<void> {
    await this.#page.view().catch(() => {}); // who asks for the page logs why it cannot be read
    const isOver = this.count === 0 || this.#page.isEnded;
    if (!isOver && this.#page.isBehind) this.#readIn(Math.max(this.#page.readableInMs, RETRY_MS));
  }

  #sendAll(): void {
    const view = this.#page.present();
    for (const reader of this.#readers.keys()) this.#send(reader, view);
  }

  #send(reader: PageReader, { event, eventId }: PageView): void {
    if (this.#readers.get(reader) === eventId) return;
    this.#readers.set(reader, eventId);
    reader.send(event);
  }

  #showLife(): void {
    try {
      this.#sendAll(); // the page may have become stale meanwhile
      const comment = Buffer.from(`: ${this.#page.present().asOf.toISOString()}\n\n`);
      for (const reader of this.#readers.keys()) reader.keepAlive(comment);
    } catch {
      // The page must not be shown before it has been read again, which is being tried.
    }
  }

  #remove(reader: PageReader): void {
    this.#readers.delete(reader);
    if (this.count > 0) return;
    if (this.#keepAlive) clearInterval(this.#keepAlive);
    if (this.#reading) clearTimeout(this.#reading);
    this.#keepAlive = null;
  }

  #endAll(): void {
    for (const reader of [...this.#readers.keys()]) {
      this.#remove(reader);
      reader.end();
    }
  }
}
