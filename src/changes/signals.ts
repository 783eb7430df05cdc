import type { PubSubEngine } from 'graphql-subscriptions';
import type { Signal } from '../core/feeds/signal.ts';
import type { Log } from '../core/process/log.ts';
import { MessageSigner } from './message-signer.ts';

/** The most signals that may wait for Redis; further ones are dropped, because they are worthless later. */
const MAX_PENDING = 1_000;

export interface SignalsParts {
  readonly engine: PubSubEngine;
  readonly key: Buffer;
  readonly log: Log;
}

type OnSignal = (signal: Signal) => void;

/**
 * Carries signals between nodes, at most once, to the listeners of that moment. While Redis is unavailable, signals are
 * lost.
 */
export class Signals {
  readonly #parts: SignalsParts;
  readonly #signer: MessageSigner;
  /** By feed, so that this node listens to each feed once, however many subscriptions receive its signals. */
  readonly #listeners = new Map<string, { readonly heard: Set<OnSignal>; readonly stop: () => void }>();
  #pending = 0;

  constructor(parts: SignalsParts) {
    this.#parts = parts;
    this.#signer = new MessageSigner(parts.key);
  }

  /** Sends a signal. Returns immediately and never fails. */
  send(signal: Signal): void {
    const { engine, log } = this.#parts;
    if (this.#pending >= MAX_PENDING) return;
    this.#pending += 1;
    engine
      .publish(channelOf(signal.feed), this.#signer.sign(JSON.stringify(signal)))
      .catch((error: Error) => log.debug({ err: error }, 'signal not sent'))
      .finally(() => {
        this.#pending -= 1;
      });
  }

  /** Calls `heard` with each signal of a feed until the returned function is called. May take effect later. */
  listen(feed: string, heard: OnSignal): () => void {
    const listeners = this.#listeners.get(feed) ?? this.#open(feed);
    listeners.heard.add(heard);
    return () => {
      listeners.heard.delete(heard);
      if (listeners.heard.size > 0 || this.#listeners.get(feed) !== listeners) return;
      this.#listeners.delete(feed);
      listeners.stop();
    };
  }

  #open(feed: string) {
    const { engine, log } = this.#parts;
    const heard = new Set<OnSignal>();
    const subscribed = engine
      .subscribe(channelOf(feed), (message: object) => this.#hear(feed, message, heard), {})
      .catch((error: Error) => {
        log.warn({ feed, err: error }, 'not listening for signals');
        return null;
      });
    const stop = () => void subscribed.then((id) => id !== null && engine.unsubscribe(id));
    const listeners = { heard, stop };
    this.#listeners.set(feed, listeners);
    return listeners;
  }

  #hear(feed: string, message: object, listeners: ReadonlySet<OnSignal>): void {
    const body = this.#signer.verify(message);
    const signal = body === null ? null : (JSON.parse(body) as Signal);
    if (signal?.feed !== feed) {
      this.#parts.log.warn({ feed }, 'forged signal ignored');
      return;
    }
    for (const heard of [...listeners]) heard(signal);
  }
}

function channelOf(feed: string): string {
  return `signals:${feed}`;
}
