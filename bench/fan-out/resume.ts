import { setTimeout as pause } from 'node:timers/promises';
import { openSeat, type Seat } from './dialogue.ts';

/** What clients got that resumed. */
export interface Resumed {
  readonly deliveries: number;
  /** From the moment when the first of them was about to connect to the last event of all. */
  readonly seconds: number;
  /** Events that were not the next one on their connection. */
  readonly faults: number;
  /** How often a client was sent away or cut off, and came again a second later. */
  readonly retries: number;
}

const RETRY_MS = 1_000;
const PATIENCE_MS = 120_000;

const RESUMED = `subscription CustomerUpdated($tenantId: ID!, $after: Cursor!) {
  customerUpdated(tenantId: $tenantId, after: $after) {
    eventId occurredAt changedFields actor { kind name }
    customer {
      id tenantId company owner email phone status kind internalNotes
      memberCount propertyCount version createdAt updatedAt
    }
  }
}`;

/** Has clients connect and resume behind a cursor, all at once, until each has got the events it missed. */
export async function resume(seats: readonly Seat[], after: string, events: number): Promise<Resumed> {
  const counts = { faults: 0, retries: 0 };
  const begunAt = performance.now();
  const follow = async (seat: Seat): Promise<void> => {
    const operation = { query: RESUMED, variables: { ...seat.operation?.variables, after } };
    while (!(await followOnce({ ...seat, operation }, events, () => (counts.faults += 1)))) {
      counts.retries += 1;
      if (performance.now() - begunAt > PATIENCE_MS) throw new Error('A client cannot resume.');
      await pause(RETRY_MS);
    }
  };
  await Promise.all(seats.map(follow));
  return { deliveries: seats.length * events, seconds: (performance.now() - begunAt) / 1_000, ...counts };
}

/** Follows until it has all events or the connection has ended; says whether it has all. */
function followOnce(seat: Seat, events: number, onFault: () => void): Promise<boolean> {
  let [received, last] = [0, -1];
  return new Promise((resolve) => {
    const opening = openSeat('graphql', seat, {
      onEvent: (sequence) => {
        if (last >= 0 && sequence !== last + 1) onFault();
        last = sequence;
        received += 1;
        if (received < events) return;
        resolve(true);
        void opening.then((socket) => socket.end());
      },
      onEnd: () => resolve(false),
    });
    opening.catch(() => {}); // `onEnd` tells of it too
  });
}
