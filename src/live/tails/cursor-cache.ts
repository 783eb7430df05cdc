import type { CursorCodec } from '../../core/feeds/cursor.ts';
import type { FeedTail } from './feed-tail.ts';

/** More cursors than are in use at the same time. */
const MAX_CURSORS = 1_024;

/**
 * The encrypted cursors of one tail. All groups deliver a change with the same cursor, and encrypting it is costly.
 */
export class CursorCache {
  readonly #tail: Pick<FeedTail, 'feed' | 'epoch'>;
  readonly #codec: CursorCodec;
  readonly #cursors = new Map<string, string>();

  constructor({ feed, epoch }: FeedTail, codec: CursorCodec) {
    this.#tail = { feed, epoch };
    this.#codec = codec;
  }

  /** Returns the cursor of a position in the feed, for a client that has the rows of the audience, if one is named. */
  at(seq: number, audience?: string): string {
    const name = `${seq}/${audience ?? ''}`;
    const known = this.#cursors.get(name);
    if (known) return known;
    if (this.#cursors.size >= MAX_CURSORS) this.#cursors.clear();
    const cursor = this.#codec.encode({ ...this.#tail, seq, audience });
    this.#cursors.set(name, cursor);
    return cursor;
  }
}
