import { RequestError } from '../../core/requests/errors.ts';
import { deliverInRoom } from '../streams/deliver-in-room.ts';
import type { Payload, Sink } from '../streams/payload.ts';
import { News } from './news.ts';

export interface ObserverParts {
  readonly sink: Sink;
  readonly signal: AbortSignal;
  /** Watches the state; the returned function stops. */
  readonly watch: (onChange: () => void) => () => void;
  /** Calls back when the viewer has changed, until the returned function is called. */
  readonly onViewerChange: (callback: () => void) => () => void;
  /** Reads the viewer and its rights again. */
  readonly refresh: () => Promise<void>;
  /** Reads the state as the viewer may see it now. Throws the RequestError that ends the stream. */
  readonly render: () => Promise<Rendered>;
  readonly onTrouble: (error: unknown) => void;
}

/** A state for the client; null if the client has seen it. */
export interface Rendered {
  readonly payload: Payload | null;
  /** Whether the client has not seen all of the state after it. */
  readonly hasMore: boolean;
  /** Called when the client was sent the payload. */
  readonly onSent: () => void;
}

/** The pause after a state that could not be read. */
const RETRY_MS = 1_000;

/**
 * One running subscription to a state. It delivers the present state, and then the latest whenever it has changed and
 * the client has room: a slow client receives fewer states, never older ones. A changed viewer is a reason to look again:
 * what it may no longer see is gone from the next state.
 */
export class Observer {
  readonly #parts: ObserverParts;
  /** A changed state, a changed viewer, or the end. */
  readonly #news = new News(true);

  constructor(parts: ObserverParts) {
    this.#parts = parts;
  }

  /** Delivers until the abort signal is given; throws the RequestError that ends the stream. */
  async run(): Promise<void> {
    const { signal, watch, onViewerChange } = this.#parts;
    if (signal.aborted) return;
    const onNews = () => this.#news.note();
    const undo = [watch(onNews), onViewerChange(onNews)];
    signal.addEventListener('abort', onNews);
    try {
      while (!signal.aborted) {
        await this.#news.wait();
        if (!signal.aborted) await this.#deliver();
      }
    } finally {
      signal.removeEventListener('abort', onNews);
      for (const step of undo) step();
    }
  }

  async #deliver(): Promise<void> {
    const { refresh, render, sink, signal, onTrouble } = this.#parts;
    try {
      // The rights are read after the state has changed: a right that was withdrawn before is gone here, too.
      await refresh();
      let rendered: Rendered | undefined;
      const sent = await deliverInRoom(sink, signal, async () => {
        rendered = await render();
        return rendered.payload;
      });
      if (!sent || !rendered) return;
      rendered.onSent();
      if (rendered.hasMore) this.#news.note();
    } catch (error) {
      if (error instanceof RequestError) throw error;
      onTrouble(error);
      setTimeout(() => this.#news.note(), RETRY_MS).unref();
    }
  }
}
