import { type LockstepInstallation, startLockstep } from './fan-out/lockstep.ts';
import { markOf } from './fan-out/mark.ts';
import { type Missed, type Resumed, resume } from './fan-out/resume.ts';
import { atLeast, atMost, type Findings } from './findings.ts';
import type { Options } from './options.ts';
import { CustomerWriter } from './support/customer-writer.ts';
import { medianOf } from './support/figures.ts';
import type { LoopDelay } from './support/gauge.ts';
import { toTable } from './support/table.ts';
import { openWritingNode } from './support/write-parts.ts';

const EVENTS = 10_000;
const AT_ONCE = 100;
/** The number of clients that resume together, and of the connections of one process. */
export const STORM_CLIENTS = 2_000;
const STORM_EVENTS = 200;

interface Storm extends Resumed {
  readonly loop: LoopDelay;
}

/** Measures how fast clients that were disconnected receive what they missed, and how that affects other clients. */
export async function measureCatchUp({ rounds }: Options): Promise<Findings> {
  const installation = await startLockstep();
  try {
    const [node] = installation.nodes;
    const seats = await installation.seats({ subscribers: STORM_CLIENTS, topics: 1 });
    const [first] = seats;
    if (!node || !first) throw new Error('There is no client to resume.');
    // These are written while no client is subscribed, so that no ring holds any of them.
    const missed = await write(installation, first.topic);
    const alone: Resumed[] = [];
    for (let round = 0; round <= rounds; round += 1) alone.push(await resume([first], missed.long));
    const [, ...warm] = alone;
    await node.gauge.startLoopDelay();
    const storm = await resume(seats, missed.short);
    return findingsOf(warm, { ...storm, loop: await node.gauge.stopLoopDelay() });
  } finally {
    await installation.stop();
  }
}

/** Writes the events; a long absence missed all of them, a short one the last. */
async function write(
  { settings }: LockstepInstallation,
  customerId: string,
): Promise<Readonly<Record<'long' | 'short', Missed>>> {
  const node = await openWritingNode(settings);
  try {
    const writer = new CustomerWriter(node.parts, customerId);
    const cursors = new Map<number, string>();
    const write = async (upTo: number, contactNames: readonly string[]): Promise<void> => {
      cursors.set(upTo, (await writer.write(contactNames)).cursor ?? '');
    };
    await write(0, ['before all']);
    for (let done = 0; done < EVENTS; done += AT_ONCE) {
      const numbers = Array.from({ length: AT_ONCE }, (_, index) => done + index + 1);
      await write(done + AT_ONCE, numbers.map(markOf));
    }
    const missedSince = (seen: number): Missed => {
      return { after: cursors.get(seen) ?? '', first: seen + 1, last: EVENTS };
    };
    return { long: missedSince(0), short: missedSince(EVENTS - STORM_EVENTS) };
  } finally {
    await node.close();
  }
}

function findingsOf(alone: readonly Resumed[], storm: Storm): Findings {
  const rate = ({ deliveries, seconds }: Resumed): number => deliveries / seconds;
  const faults = [...alone, storm].reduce((sum, resumed) => sum + resumed.faults, 0);
  const figure = (value: number): string => Math.round(value).toLocaleString('en-GB');
  const storms = `${figure(STORM_CLIENTS)} clients together, ${STORM_EVENTS} events each`;
  return {
    goals: [
      atLeast(20_000, '/s', {
        row: 11,
        what: 'catch-up of 10,000 events by one resumed client',
        measured: medianOf(alone.map(rate)),
      }),
      atMost(200, 'ms', {
        row: 11,
        what: 'event-loop delay, p99, 2,000 clients resuming together',
        measured: storm.loop.p99Ms,
      }),
      atMost(0, '', { row: 13, what: 'missing, twice or late while resuming', measured: faults }),
    ],
    tables: [
      toTable([
        ['resuming', 'events/s', 'seconds', 'sent away', 'loop p99 ms', 'loop max ms'],
        [
          `one client, ${figure(EVENTS)} events`,
          figure(medianOf(alone.map(rate))),
          medianOf(alone.map(({ seconds }) => seconds)).toFixed(2),
          alone.reduce((sum, { retries }) => sum + retries, 0),
          '–',
          '–',
        ],
        [
          storms,
          figure(rate(storm)),
          storm.seconds.toFixed(2),
          storm.retries,
          storm.loop.p99Ms.toFixed(1),
          storm.loop.maxMs.toFixed(1),
        ],
      ]),
    ],
    figures: { alone, storm },
  };
}
