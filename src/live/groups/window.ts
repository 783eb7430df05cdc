import type { Change, EntityRow } from '../../core/rows/change.ts';
import type { View } from '../../graph/events/follow.ts';
import type { WindowRows } from '../../graph/events/window-rows.ts';
import { BLOCK, type Interest, type Passage } from '../tails/backlog.ts';
import { bytesOfRow } from '../tails/change-bytes.ts';
import type { FeedTail } from '../tails/feed-tail.ts';
import { HeldRows } from './held-rows.ts';
import { Snapshot } from './snapshot.ts';
import type { WindowMemory } from './window-memory.ts';
import { stepItems, type WindowStep } from './window-step.ts';

/** The steps that a window keeps for clients that read slowly, and their bytes. Beyond them a client receives its rows again. */
const MAX_STEPS = 64;
const MAX_STEP_BYTES = 512 * 1_024;

/** Rows that were read together with the position at which they are so. */
export interface ReadRows {
  readonly seq: number;
  readonly rows: readonly EntityRow[];
  /** The erasures of the tail before the read. */
  readonly erasures: number;
}

export interface WindowParts {
  readonly tail: Pick<FeedTail, 'last' | 'erasures' | 'since'>;
  /** Reads changes that the tail no longer keeps. */
  readonly readBacklog: (after: number, interest: Interest) => Promise<Passage>;
  readonly rows: WindowRows;
  readonly view: View;
  /** Reads the first `take` rows. Done when the tail has reached their position. */
  readonly read: (take: number) => Promise<ReadRows>;
  readonly memory: WindowMemory;
}

/** The steps that a client of a window lacks; ROWS if it lacks all rows. */
export type Missing = { readonly steps: readonly WindowStep[]; readonly upTo: number } | 'ROWS';

/**
 * The first rows of a list in an order, as one audience sees them. The subscriptions of a group share it.
 *
 * - It has the rows at one position, and some spare ones. A change moves it in memory. Only when too few rows are left it
 *   reads them again, once for all clients, and goes to the position of what it has read.
 * - It moves by steps. A client that has the rows from before a step has those after it by the items of the step.
 * - A client from before the steps that are kept lacks nothing if no change since then has touched the window; otherwise it
 *   receives the rows again.
 * - It may forget everything at any time, and reads the rows when it is asked next.
 */
export class Window {
  readonly #parts: WindowParts;
  #held: HeldRows | null = null;
  #at = 0;
  #erasures = 0;
  /** The latest steps, in order. A client at `#base` or later gets on by them. */
  #steps: WindowStep[] = [];
  #stepBytes = 0;
  #base = 0;
  #advancing: Promise<void> | null = null;
  #isClosed = false;

  constructor(parts: WindowParts) {
    this.#parts = parts;
  }

  /** Returns the present rows as the snapshot with which a stream begins. */
  async snapshot(): Promise<Snapshot> {
    const held = await this.#advanced();
    return new Snapshot(this.#parts.rows.types.snapshot, held.shown, {
      seq: this.#at,
      erasures: this.#erasures,
      bytes: held.bytes,
    });
  }

  /** Returns what a client lacks that has the rows as they were at a position. */
  async after(seq: number): Promise<Missing> {
    const held = await this.#advanced();
    const upTo = this.#at;
    if (seq >= this.#base) {
      const steps = this.#steps.filter((step) => step.seq > seq);
      const isWithinStep = steps[0] !== undefined && steps[0].from < seq;
      return isWithinStep ? 'ROWS' : { steps, upTo };
    }
    return (await this.#isUntouched(held, seq, upTo)) ? { steps: [], upTo } : 'ROWS';
  }

  /** Forgets the rows and the steps: they are read again when a client asks. */
  forget(): void {
    this.#held = null;
    this.#steps = [];
    this.#stepBytes = 0;
  }

  /** The last subscription has left. */
  close(): void {
    this.#isClosed = true;
    this.forget();
    this.#parts.memory.release(this);
  }

  /** The rows at the end of the tail. One advance at a time: all who wait for it share it. */
  async #advanced(): Promise<HeldRows> {
    for (;;) {
      const held = this.#present();
      if (held && this.#at >= this.#parts.tail.last) return held;
      this.#advancing ??= this.#advance().finally(() => {
        this.#advancing = null;
      });
      await this.#advancing;
    }
  }

  /** The held rows, unless persons have been erased since. */
  #present(): HeldRows | null {
    if (this.#erasures !== this.#parts.tail.erasures) this.forget();
    return this.#held;
  }

  async #advance(): Promise<void> {
    const { tail, memory } = this.#parts;
    for (;;) {
      const held = this.#present();
      if (!held) {
        await this.#begin();
      } else if (this.#at >= tail.last) {
        break;
      } else {
        const changes = tail.since(this.#at, BLOCK);
        if (!changes) this.forget();
        else if (!changes.every((change) => this.#take(change))) await this.#refill();
      }
    }
    if (!this.#isClosed) memory.keep(this, (this.#held?.bytes ?? 0) + this.#stepBytes);
  }

  async #begin(): Promise<void> {
    const { seq, rows, erasures } = await this.#parts.read(HeldRows.takeFor(this.#parts.rows));
    this.forget();
    this.#start(rows, seq, erasures);
    this.#base = seq;
  }

  #start(rows: readonly EntityRow[], seq: number, erasures: number): void {
    this.#held = HeldRows.of(this.#parts.rows, rows);
    this.#at = seq;
    this.#erasures = erasures;
  }

  /** Moves the window by one change; false if it has too few rows then, and has to read them. */
  #take(change: Change): boolean {
    const held = this.#held;
    if (!held) return false;
    const next = change.entity === this.#parts.rows.entity ? held.after(change) : held;
    if (!next) return false;
    if (next !== held) this.#step(held, next, change.seq, [change]);
    this.#held = next;
    this.#at = change.seq;
    return true;
  }

  /** Reads the rows again, and goes to their position in one step. */
  async #refill(): Promise<void> {
    const { tail, rows } = this.#parts;
    const from = this.#at;
    const read = await this.#parts.read(HeldRows.takeFor(rows));
    const held = this.#present();
    const passed = tail.since(from, read.seq - from);
    // Without the changes in between it is not known why rows left.
    if (!held || !passed || read.erasures !== tail.erasures) return this.forget();
    this.#start(read.rows, read.seq, read.erasures);
    const changes = passed.filter(({ entity }) => entity === rows.entity);
    if (this.#held) this.#step(held, this.#held, read.seq, changes, from);
  }

  #step(
    old: HeldRows,
    now: HeldRows,
    seq: number,
    changes: readonly Change[],
    from: number = this.#at,
  ): void {
    const { rows, view } = this.#parts;
    const items = stepItems(old.shown, now.shown, { rows, view, changes });
    if (items.length === 0) return;
    const bytes = items.reduce((sum, { row }) => sum + bytesOfRow(row), 0);
    this.#steps.push({ from, seq, items, bytes, erasures: this.#erasures });
    this.#stepBytes += bytes;
    while (this.#steps.length > MAX_STEPS || this.#stepBytes > MAX_STEP_BYTES) {
      const oldest = this.#steps.shift();
      if (!oldest) return;
      this.#stepBytes -= oldest.bytes;
      this.#base = oldest.seq;
    }
  }

  /**
   * Whether no change between a position and `upTo`, where the window is, has touched it: then it was the same all the time.
   * Of so many changes that they are not read together it is not known.
   */
  async #isUntouched(held: HeldRows, seq: number, upTo: number): Promise<boolean> {
    const { tail, readBacklog, rows } = this.#parts;
    const kept = tail.since(seq, BLOCK);
    const { changes, upTo: end } = kept
      ? { changes: kept, upTo: kept.at(-1)?.seq ?? seq }
      : await readBacklog(seq, [rows.entity]);
    if (end < upTo) return false;
    return !changes.some((change) => change.seq <= upTo && held.isTouchedBy(change));
  }
}
