import type { ServerResponse } from 'node:http';

/**
 * One reader of the event stream of a status page. At most one event waits for a slow reader: a newer one takes its place,
 * as each has the whole page.
 */
export class PageStream {
  readonly lastEventId: string | undefined;
  readonly #response: ServerResponse;
  #waiting: Buffer | null = null;

  constructor(response: ServerResponse, lastEventId: string | undefined) {
    this.#response = response;
    this.lastEventId = lastEventId;
    response.on('drain', () => this.#sendWaiting());
  }

  /** Begins the stream; a browser waits for `retryMs` before it connects again. */
  begin(retryMs: number): void {
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no', // a proxy would hold events back
    });
    this.#response.write(`retry: ${retryMs}\n\n`);
  }

  send(event: Buffer): void {
    if (this.#response.writableNeedDrain) this.#waiting = event;
    else this.#response.write(event);
  }

  keepAlive(comment: Buffer): void {
    if (!this.#response.writableNeedDrain) this.#response.write(comment);
  }

  end(): void {
    this.#response.end();
  }

  #sendWaiting(): void {
    const event = this.#waiting;
    this.#waiting = null;
    if (event) this.#response.write(event);
  }
}
