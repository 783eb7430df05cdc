import { setTimeout as pause } from 'node:timers/promises';
import { openSeat, type Seat } from './dialogue.ts';
import { CUSTOMER_UPDATED_AFTER } from './operations.ts';

/** The outcome of a crowd of clients that resumed. */
export interface Resumed {
  readonly deliveries: number;
  /** The time from the first connection to the last event of all. */
  readonly seconds: number;
  /** Events that were not the next one on their connection. */
  readonly faults: number;
  /** The number of times that a client was refused or disconnected, and came again a second later. */
  readonly retries: number;
}

const RETRY_MS = 1_000;
const PATIENCE_MS = 120_000;

/** The events that clients missed: those after a cursor, by their numbers. */
export interface Missed {
  readonly after: string;
  readonly first: number;
  readonly last: number;
}

/** Connects clients and resumes them, all together, until each has received what it missed. */
export async function resume(seats: readonly Seat[], missed: Missed): Promise<Resumed> {
  const counts = { faults: 0, retries: 0 };
  const begunAt = performance.now();
  const follow = async (seat: Seat): Promise<void> => {
    const variables = { ...seat.operation?.variables, after: missed.after };
    const resuming = { ...seat, operation: { query: CUSTOMER_UPDATED_AFTER, variables } };
    while (!(await followOnce(resuming, missed, () => (counts.faults += 1)))) {
      counts.retries += 1;
      await pause(RETRY_MS);
    }
  };
  const tooLong = new AbortController();
  await Promise.race([
    Promise.all(seats.map(follow)),
    pause(PATIENCE_MS, null, { signal: tooLong.signal }).then(() => {
      throw new Error('Clients that resumed have not received what they missed.');
    }),
  ]);
  tooLong.abort();
  const deliveries = seats.length * (missed.last - missed.first + 1);
  return { deliveries, seconds: (performance.now() - begunAt) / 1_000, ...counts };
}

/** Subscribes until it has received what it missed or the connection has ended; returns whether it has everything. */
function followOnce(seat: Seat, { first, last }: Missed, onFault: () => void): Promise<boolean> {
  let expected = first;
  return new Promise((resolve) => {
    const opening = openSeat('graphql', seat, {
      onEvent: (sequence) => {
        if (sequence !== expected) onFault();
        expected = sequence + 1;
        if (sequence !== last) return;
        resolve(true);
        void opening.then((socket) => socket.end());
      },
      onEnd: () => resolve(false),
    });
    opening.catch(() => {}); // `onEnd` reports it, too
  });
}
