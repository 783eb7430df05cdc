/** More events than a topic has in any run. */
const CAPACITY = 1 << 15;

/** The faults of deliveries, over any number of subscribers. */
export interface Faults {
  readonly missing: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
}

/** The deliveries to one subscriber: a bit for each number, so nothing is estimated. */
export class Receipts {
  readonly #seen = new Uint8Array(CAPACITY >> 3);
  #highest = 0;

  /** Notes a delivery: whether it is the next, comes after a later one, or has been there before. */
  note(sequence: number): 'next' | 'late' | 'again' {
    if (sequence >= CAPACITY) throw new RangeError(`More than ${CAPACITY} events of one topic.`);
    const bit = 1 << (sequence & 7);
    const byte = this.#seen[sequence >> 3] ?? 0;
    if (byte & bit) return 'again';
    this.#seen[sequence >> 3] = byte | bit;
    if (sequence < this.#highest) return 'late';
    this.#highest = sequence;
    return 'next';
  }
}
