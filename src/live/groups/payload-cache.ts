import { LRUCache } from 'lru-cache';
import type { Payload } from '../streams/payload.ts';

/**
 * For all groups of a node together. The payload that was used least recently is dropped, and rendered again if needed.
 */
const MAX_BYTES = 32 * 1_024 * 1_024;
/** The approximate cost of an entry without its bytes. */
const OVERHEAD_BYTES = 256;

/** A change as a group has rendered it. */
export interface Rendered {
  /** Null if the group's audience does not see the change. */
  readonly payload: Payload | null;
  /** Whether it holds at this moment only, and is rendered again for a subscription that asks later. */
  readonly isForNow?: boolean;
  /** The id of the only user of the group to whom it is delivered; undefined for all. */
  readonly onlyFor?: string | undefined;
}

/** Whether a user of the group is one of those to whom it is delivered. */
export function isFor({ onlyFor }: Rendered, userId: string | undefined): boolean {
  return onlyFor === undefined || onlyFor === userId;
}

/** The cache of one group: returns a cached or pending rendering of the change of a name, or starts one. */
export type GroupCache = (name: string | number, render: () => Promise<Rendered>) => Promise<Rendered>;

/**
 * Caches the latest payloads of a node's groups, for subscriptions that reach a change at another time than the rest of
 * their group. A feed can have thousands of changes in memory and a node thousands of groups, so the cache is bounded
 * in bytes and not by either number.
 */
export class PayloadCache {
  readonly #rendered = new LRUCache<string, Rendered>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ payload }) => OVERHEAD_BYTES + (payload?.bytes.length ?? 0),
  });
  readonly #pending = new Map<string, Promise<Rendered>>();
  #groups = 0;

  /** Returns the cache of a new group. */
  ofGroup(): GroupCache {
    this.#groups += 1;
    const group = this.#groups;
    return (name, render) => this.#get(`${group}/${name}`, render);
  }

  #get(key: string, render: () => Promise<Rendered>): Promise<Rendered> {
    const rendered = this.#rendered.get(key);
    if (rendered) return Promise.resolve(rendered);
    return this.#pending.get(key) ?? this.#render(key, render);
  }

  async #render(key: string, render: () => Promise<Rendered>): Promise<Rendered> {
    const pending = render();
    this.#pending.set(key, pending);
    try {
      const rendered = await pending;
      if (!rendered.isForNow) this.#rendered.set(key, rendered);
      return rendered;
    } finally {
      this.#pending.delete(key);
    }
  }
}
