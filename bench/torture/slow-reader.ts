import { setTimeout as pause } from 'node:timers/promises';
import { openSocketStream, type SocketStream } from '../support/socket-stream.ts';
import type { OpenStream } from '../support/stream.ts';
import type { Follower } from './follower.ts';

/** As many as the nodes are to allow, and the other limits do. */
export const MAX_ALIASES = 300;

/**
 * What the kernels keep between the two ends, some megabytes, must fill before a node notices that nobody reads. So each
 * change comes to more than a megabyte, and few of them do.
 */
const HEAVY = `subscription ($tenantId: ID!) { customerChanged(tenantId: $tenantId) { ... on ChangeEvent {
  ${Array.from({ length: MAX_ALIASES }, (_, index) => `a${index}: eventId`).join(' ')} } } }`;
const TIMES = 90;
const MAX_STALL_MS = 15_000;
const TOO_SLOW = 1013;
/** For what was sent before, and the close frame behind it, to be read. */
const LAST_WORDS_MS = 2_000;

interface Reading {
  readonly stream: SocketStream;
  /** Whether anything has come. */
  isInUse: boolean;
  hasStalled: boolean;
}

/** A client that stops to read for a while, and then takes in what is left for it. */
export class SlowReader {
  readonly #neighbour: Follower;
  #reading: Reading | null = null;

  /** The neighbour follows the same and does read. */
  constructor(neighbour: Follower) {
    this.#neighbour = neighbour;
  }

  /** Follows over a WebSocket. Who has stalled may be cut off before it has read why, and then gives no close code. */
  readonly open: OpenStream = (request, onResult) => {
    const stream = openSocketStream(request, (result) => {
      reading.isInUse = true;
      onResult(result as never);
    });
    const reading: Reading = { stream, isInUse: false, hasStalled: false };
    this.#reading = reading;
    const ended = stream.ended.then((code) => {
      if (this.#reading === reading) this.#reading = null;
      return reading.hasStalled && code !== TOO_SLOW ? null : code;
    });
    return { ended, cut: stream.cut };
  };

  /** Reads nothing while its neighbour is told of so many changes; true if it was closed for that, else it leaves. */
  async stall(changes: number): Promise<boolean> {
    const reading = this.#reading;
    if (!reading?.isInUse) return false;
    const { stream } = reading;
    reading.hasStalled = true;
    stream.burden(HEAVY, TIMES);
    stream.pause();
    await this.#neighbour.receives(changes, MAX_STALL_MS);
    stream.resume();
    const closeCode = await Promise.race([stream.ended, pause(LAST_WORDS_MS, null)]);
    stream.cut();
    return closeCode === TOO_SLOW;
  }
}
