import type { ExecutionResult } from 'graphql';
import type { Log } from '../../core/process/log.ts';
import type { ResultStream, StreamItem } from '../../live/streams/result-stream.ts';
import { withoutStatus } from '../../operations/without-status.ts';
import type { Drain } from '../drain.ts';

export interface EventStreamParts {
  readonly results: ResultStream;
  readonly present: (result: ExecutionResult) => ExecutionResult;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
  readonly onEnd: () => unknown;
  /** Called when the subscription has come to its end, and not the connection. */
  readonly onComplete: () => unknown;
  readonly drain: Drain;
  readonly log: Log;
}

const KEEP_ALIVE_MS = 12_000;
/** A comment, which clients ignore. */
export const COMMENT = Buffer.from(':\n\n');
export const COMPLETE = Buffer.from('event: complete\ndata:\n\n');
const END_OF_EVENT = Buffer.from('\n\n');

/** Writes the results of a subscription as server-sent events, as fast as the client reads. */
export class EventStreamBody implements UnderlyingDefaultSource<Uint8Array> {
  readonly #parts: EventStreamParts;
  #keepAlive: NodeJS.Timeout | undefined;
  #leaveDrain: () => void = NOTHING;
  #isOver = false;

  constructor(parts: EventStreamParts) {
    this.#parts = parts;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const { signal, drain } = this.#parts;
    // If the client has left already, nothing would read or cancel the body.
    if (signal.aborted) {
      void this.cancel();
      return;
    }
    signal.addEventListener('abort', () => void this.cancel(), { once: true });
    // Some browsers wait for the first byte before they pass the response on.
    controller.enqueue(COMMENT);
    this.#keepAlive = setInterval(() => this.#sendKeepAlive(controller), KEEP_ALIVE_MS).unref();
    this.#leaveDrain = drain.add(() => this.#breakOff(controller));
  }

  /** Called only when the client has room: results wait for a slow reader instead of filling a buffer. */
  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      await this.#writeTurn(controller);
    } catch (error) {
      // Nothing catches an error that is thrown here, and one item must not end the server.
      this.#parts.log.error({ err: error }, 'event stream aborted');
      await this.#breakOff(controller);
    }
  }

  async cancel(): Promise<void> {
    this.#end();
    await this.#parts.results.return();
  }

  /** Writes all items of one turn of the event loop together. */
  async #writeTurn(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const items = await this.#parts.results.nextTurn();
    if (this.#isOver) return;
    if (items.length > 0) {
      controller.enqueue(Buffer.concat(items.map((item) => toEvent(item, this.#parts.present))));
      return;
    }
    this.#end();
    if (this.#parts.results.isFinished) {
      this.#parts.onComplete();
      controller.enqueue(COMPLETE);
    }
    controller.close();
  }

  /** Ends without a `complete`, so that the client reconnects and resumes. */
  async #breakOff(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (this.#isOver) return;
    this.#end();
    controller.close();
    await this.#parts.results.return();
  }

  /** Sends a sign of life, unless data waits. The HTTP server disconnects a client that does not take that. */
  #sendKeepAlive(controller: ReadableStreamDefaultController<Uint8Array>): void {
    if ((controller.desiredSize ?? 0) > 0) controller.enqueue(COMMENT);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#keepAlive);
    this.#leaveDrain();
    this.#parts.onEnd();
  }
}

/** Formats an item as an event, with its cursor as the id. */
export function toEvent(item: StreamItem, present: (result: ExecutionResult) => ExecutionResult): Buffer {
  if (!('bytes' in item)) {
    return Buffer.from(`event: next\ndata: ${JSON.stringify(withoutStatus(present(item)))}\n\n`);
  }
  const id = item.cursor === null ? '' : `id: ${item.cursor}\n`;
  return Buffer.concat([Buffer.from(`event: next\n${id}data: `), item.bytes, END_OF_EVENT]);
}

function NOTHING(): void {}
