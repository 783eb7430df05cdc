import { setTimeout as pause } from 'node:timers/promises';
import { openSocketStream, type SocketStream } from '../support/socket-stream.ts';
import type { OpenStream } from '../support/stream.ts';
import type { Follower } from './follower.ts';

/** As many as the nodes and the other limits allow. */
export const MAX_ALIASES = 300;

/**
 * The buffers of the kernels at both ends, some megabytes, must fill before a node notices that its client does not read.
 * So each change takes more than a megabyte, and few changes fill them.
 */
const HEAVY = `subscription ($tenantId: ID!) { customerChanged(tenantId: $tenantId) { ... on ChangeEvent {
  ${Array.from({ length: MAX_ALIASES }, (_, index) => `a${index}: eventId`).join(' ')} } } }`;
const TIMES = 90;
const MAX_STALL_MS = 15_000;
const TOO_SLOW = 1013;
/** The time to read everything that was sent before, and the close frame after it. */
const LAST_WORDS_MS = 2_000;

interface Reading {
  readonly stream: SocketStream;
  /** Whether anything has arrived. */
  isInUse: boolean;
  hasStalled: boolean;
}

/** A client that stops reading for a while, and then reads what is left for it. */
export class SlowReader {
  readonly #neighbour: Follower;
  #reading: Reading | null = null;

  /** The neighbour has the same subscription and does read. */
  constructor(neighbour: Follower) {
    this.#neighbour = neighbour;
  }

  /** Subscribes over a WebSocket. A client that has stalled may be cut off before the close frame: no close code then. */
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

  /** Reads nothing while its neighbour receives so many changes; true if it was closed for that, else it leaves. */
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
