import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Contestant } from './fan-out/contestant.ts';
import { openSeat, type Seat } from './fan-out/dialogue.ts';
import type { Installation } from './fan-out/installation.ts';
import { startLockstep } from './fan-out/lockstep.ts';
import { latencyP99, Rounds } from './fan-out/rounds.ts';
import { atMost, type Findings } from './findings.ts';
import type { Options } from './options.ts';
import { toTable } from './support/table.ts';

const SEATING = { subscribers: 500, topics: 1 };
const LOAD = { kind: 'paced', ms: 3_000, deliveriesPerSecond: 5_000 } as const;
const TASK = '5,000 deliveries/s';
const [UNDISTURBED, BESET] = ['all 500 clients read', 'and three more never read'];
const IDLERS = 3;
/** The kernels keep some megabytes for each socket: so many operations fill that in seconds. */
const OPERATIONS = 60;
/** They are disconnected after some seconds, and come again. */
const COME_AGAIN_MS = 10_000;

/** Measures the cost of clients that never read to those that do: two servers, side by side, one with such clients. */
export async function measureSlowReaders({ rounds }: Options): Promise<Findings> {
  const [quiet, busy] = [await startLockstep(), await startLockstep()];
  const isOver = new AbortController();
  const idle: Seat[] = [];
  try {
    const contestants = [
      await Contestant.open(UNDISTURBED, quiet, SEATING),
      await Contestant.open(BESET, withFurtherSeats(busy, idle), SEATING),
    ];
    const idling = Promise.all(idle.map((seat) => neverRead(seat, isOver.signal)));
    const run = await Rounds.run([{ name: TASK, load: LOAD, contestants }], rounds);
    isOver.abort();
    await idling;
    const cutOff = await cutOffBy(busy);
    await Promise.all(contestants.map((contestant) => contestant.close()));
    return findingsOf(run, cutOff);
  } finally {
    isOver.abort();
    await Promise.all([quiet.stop(), busy.stop()]);
  }
}

/** Keeps seats in the same feed for the clients that do not read. */
function withFurtherSeats(installation: Installation, further: Seat[]): Installation {
  return {
    ...installation,
    async seats(seating) {
      const seats = await installation.seats({ ...seating, subscribers: seating.subscribers + IDLERS });
      further.push(...seats.splice(seating.subscribers));
      return seats;
    },
  };
}

async function neverRead(seat: Seat, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const socket = await openSeat('graphql', seat, { onEvent: () => {}, onEnd: () => {} });
    for (let further = 1; further < OPERATIONS; further += 1) {
      socket.send(JSON.stringify({ id: randomUUID(), type: 'subscribe', payload: seat.operation }));
    }
    socket.pause();
    await pause(COME_AGAIN_MS, null, { signal }).catch(() => {});
    socket.end();
  }
}

/** The number of sockets that a server has closed because they were not read, by its metrics. */
async function cutOffBy({ nodes }: Installation): Promise<number> {
  const [node] = nodes;
  const response = await fetch(`http://127.0.0.1:${node?.port}/metrics`);
  const [, count] =
    /^lockstep_socket_closes_total\{reason="TOO_SLOW"\} (\d+)$/m.exec(await response.text()) ?? [];
  return Number(count);
}

function findingsOf(run: Rounds, cutOff: number): Findings {
  const p99 = (contestant: string): string => run.median(TASK, contestant, latencyP99).toFixed(1);
  return {
    goals: [
      atMost(1.3, '×', {
        row: null,
        what: 'p99 of those who read, beside three who never do ÷ without them',
        measured: run.ratio(TASK, BESET, UNDISTURBED, latencyP99),
      }),
    ],
    tables: [
      toTable([
        [`500 subscribers, ${TASK}`, 'p99 ms', 'closed with 1013'],
        [UNDISTURBED, p99(UNDISTURBED), 0],
        [BESET, p99(BESET), cutOff],
      ]),
    ],
    figures: { slices: run.slices, cutOff },
  };
}
