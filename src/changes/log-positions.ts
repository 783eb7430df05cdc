import { type CursorCodec, cursorExpired, cursorInvalid } from '../core/feeds/cursor.ts';
import type { FeedPositions } from '../core/feeds/feed-positions.ts';
import type { ChangeLog } from './change-log.ts';

/** Turns positions of the change log into cursors and back, in the current epoch of each feed. */
export class LogPositions implements FeedPositions {
  readonly #changeLog: ChangeLog;
  readonly #cursors: CursorCodec;

  constructor(changeLog: ChangeLog, cursors: CursorCodec) {
    this.#changeLog = changeLog;
    this.#cursors = cursors;
  }

  async cursorAt(feed: string, seq: number): Promise<string> {
    return this.#cursors.encode({ feed, epoch: await this.#changeLog.epochOf(feed), seq });
  }

  async seqOf(feed: string, cursor: string): Promise<number> {
    const place = this.#cursors.decode(cursor);
    if (place.feed !== feed) throw cursorInvalid();
    if (place.epoch !== (await this.#changeLog.epochOf(feed))) throw cursorExpired();
    return place.seq;
  }
}
