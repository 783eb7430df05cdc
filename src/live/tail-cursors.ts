import type { CursorCodec } from '../core/cursor.ts';
import type { FeedTail } from './feed-tail.ts';

/** More than are under way at the same time. */
const KEPT = 1_024;

/** The cursors of one tail: all groups are shown a change with the same one, and signing is most of what it costs. */
export class TailCursors {
  readonly #tail: Pick<FeedTail, 'feed' | 'epoch'>;
  readonly #codec: CursorCodec;
  readonly #texts = new Map<number, string>();

  constructor({ feed, epoch }: FeedTail, codec: CursorCodec) {
    this.#tail = { feed, epoch };
    this.#codec = codec;
  }

  /** The cursor of a place in the feed. */
  at(seq: number): string {
    const known = this.#texts.get(seq);
    if (known) return known;
    if (this.#texts.size >= KEPT) this.#texts.clear();
    const text = this.#codec.encode({ ...this.#tail, seq });
    this.#texts.set(seq, text);
    return text;
  }
}
