import type { Signal } from '../../core/feeds/signal.ts';
import { RequestError } from '../../core/requests/errors.ts';
import { deliverInRoom } from '../streams/deliver-in-room.ts';
import type { Payload, Sink } from '../streams/payload.ts';
import { News } from './news.ts';

/** The number of different signals that may wait for a client together; further ones are dropped. */
const MAX_WAITING = 100;

export interface ListenerParts {
  readonly sink: Sink;
  readonly signal: AbortSignal;
  /** Starts to listen; the returned function stops. */
  readonly listen: (onSignal: (signal: Signal) => void) => () => void;
  /** Calls back when the viewer has changed, until the returned function is called. */
  readonly onViewerChange: (callback: () => void) => () => void;
  /** Throws the RequestError that ends the stream if the viewer may no longer listen. */
  readonly requireAdmission: () => void;
  /** Returns a signal as the viewer may see it now, or null. Throws the RequestError that ends the stream. */
  readonly render: (signal: Signal) => Promise<Payload | null>;
  /** Reads the viewer and its rights again. */
  readonly refresh: () => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * One running subscription to signals. It delivers them at the pace at which its client reads. Of the signals that
 * arrive meanwhile, the latest of each name and key waits: a client that reads slowly gets fewer signals, never later
 * ones.
 */
export class Listener {
  readonly #parts: ListenerParts;
  readonly #waiting = new Map<string, Signal>();
  /** A signal, a changed viewer, or the end. */
  readonly #news = new News(false);

  constructor(parts: ListenerParts) {
    this.#parts = parts;
  }

  /** Delivers until the abort signal is given; throws the RequestError that ends the stream. */
  async run(): Promise<void> {
    const { signal, listen, onViewerChange, requireAdmission } = this.#parts;
    if (signal.aborted) return;
    const onNews = () => this.#news.note();
    const undo = [listen((one) => this.#receive(one)), onViewerChange(onNews)];
    signal.addEventListener('abort', onNews);
    try {
      while (!signal.aborted) {
        await this.#news.wait();
        if (signal.aborted) return;
        requireAdmission();
        await this.#deliver([...this.#waiting.values()]);
      }
    } finally {
      signal.removeEventListener('abort', onNews);
      for (const step of undo) step();
    }
  }

  #receive(signal: Signal): void {
    const key = `${signal.name}\n${signal.key}`;
    if (this.#waiting.size >= MAX_WAITING && !this.#waiting.has(key)) return;
    this.#waiting.set(key, signal);
    this.#news.note();
  }

  async #deliver(signals: readonly Signal[]): Promise<void> {
    const { refresh, render, sink, signal, onTrouble } = this.#parts;
    this.#waiting.clear();
    if (signals.length === 0) return;
    try {
      // The rights are read after the signals have arrived: a right that was withdrawn before them is gone here, too.
      await refresh();
      for (const one of signals) {
        await deliverInRoom(sink, signal, () => render(one));
        if (signal.aborted) return;
      }
    } catch (error) {
      if (error instanceof RequestError) throw error;
      onTrouble(error);
    }
  }
}
