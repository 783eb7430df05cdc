import { RequestError } from '../core/errors.ts';
import type { Signal } from '../core/signal.ts';
import type { Payload, Sink } from './payload.ts';

/** More different things than this at once are dropped: nobody can look at them. */
const MAX_WAITING = 100;

export interface ListenerParts {
  readonly sink: Sink;
  readonly signal: AbortSignal;
  /** Begins to hear; the returned function ends it. */
  readonly listen: (heard: (signal: Signal) => void) => () => void;
  /** Calls back when the client's rights have changed, until the returned function is called. */
  readonly onRightsChange: (callback: () => void) => () => void;
  /** Throws the RequestError that ends the stream if the client may not listen any more. */
  readonly requireAdmission: () => void;
  /** What a signal is to the client now, or null; throws the RequestError that ends the stream. */
  readonly show: (signal: Signal) => Promise<Payload | null>;
  /** Reads again who the client is and what it may do. */
  readonly refresh: () => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Tells one client the signals it hears, at the pace at which it reads. What comes meanwhile waits, the latest of each
 * name and key only: so a client that reads slowly hears less, never later.
 */
export class Listener {
  readonly #parts: ListenerParts;
  readonly #waiting = new Map<string, Signal>();
  /** Whether there is something to look at: a signal, a change of rights or the end. */
  #hasNews = false;
  #wake: () => void = () => {};

  constructor(parts: ListenerParts) {
    this.#parts = parts;
  }

  /** Tells until the abort signal is given; throws the RequestError that ends the stream. */
  async run(): Promise<void> {
    const { signal, listen, onRightsChange, requireAdmission } = this.#parts;
    if (signal.aborted) return;
    const onNews = () => this.#note();
    const undo = [listen((one) => this.#hear(one)), onRightsChange(onNews)];
    signal.addEventListener('abort', onNews);
    try {
      while (!signal.aborted) {
        await this.#news();
        if (signal.aborted) return;
        requireAdmission();
        await this.#tell([...this.#waiting.values()]);
      }
    } finally {
      signal.removeEventListener('abort', onNews);
      for (const step of undo) step();
    }
  }

  #hear(signal: Signal): void {
    const key = `${signal.name}\n${signal.key}`;
    if (this.#waiting.size >= MAX_WAITING && !this.#waiting.has(key)) return;
    this.#waiting.set(key, signal);
    this.#note();
  }

  /** Takes note of news, for now or for when the last ones have been dealt with. */
  #note(): void {
    this.#hasNews = true;
    this.#wake();
  }

  /** Waits for news. */
  async #news(): Promise<void> {
    if (!this.#hasNews) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#hasNews = false;
  }

  async #tell(signals: readonly Signal[]): Promise<void> {
    const { refresh, show, sink, signal, onTrouble } = this.#parts;
    this.#waiting.clear();
    if (signals.length === 0) return;
    try {
      // Behind the signals: whatever was withdrawn before they were sent is withdrawn here, too.
      await refresh();
      for (const one of signals) {
        const payload = await show(one);
        if (signal.aborted) return;
        if (payload) await sink.deliver(payload);
      }
    } catch (error) {
      if (error instanceof RequestError) throw error;
      onTrouble(error);
    }
  }
}
