import type { Load } from './load.ts';
import { latencyP99 } from './rounds.ts';
import { LOCKSTEP_ALONE, type Scenario } from './scenario.ts';

const SLICE_MS = 1_000;
/** For loads with few events in a second: a garbage collection must not fall on some slices and not on others. */
const LONG_SLICE_MS = 2_000;

const TWO_IN_FLIGHT: Load = { kind: 'closed', ms: SLICE_MS, inFlight: 2, atOnce: 1 };

/** Many subscribers of one feed, which all receive the same; and as many that share nothing. */
export const ONE_FEED: Scenario = {
  title: '1,000 subscribers',
  seating: { subscribers: 1_000, topics: 1 },
  tasks: [
    {
      name: 'two events in flight',
      load: TWO_IN_FLIGHT,
      goals: [
        { row: 2, to: 'ws', limit: 0.75 },
        { row: 2, to: 'socketIo', limit: 0.55 },
        { row: 3, to: 'yoga', limit: 0.2 },
      ],
    },
    {
      name: 'bursts of 20',
      load: { kind: 'closed', ms: SLICE_MS, inFlight: 20, atOnce: 20 },
      goals: [
        { row: 4, to: 'ws', limit: 0.3 },
        { row: 4, to: 'socketIo', limit: 0.35 },
      ],
    },
    {
      name: 'each an audience of its own',
      load: TWO_IN_FLIGHT,
      lockstep: LOCKSTEP_ALONE,
      goals: [{ row: 6, to: 'yoga', limit: 0.55 }],
    },
    {
      name: '5,000 deliveries/s',
      load: { kind: 'paced', ms: LONG_SLICE_MS, deliveriesPerSecond: 5_000 },
      goals: [{ row: 7, of: 'p99', reading: latencyP99, to: 'ws', limit: 1.3 }],
    },
  ],
};

/** There are so many that the writing to sockets dominates the cost. */
export const LARGE_FEED: Scenario = {
  title: '5,000 subscribers',
  seating: { subscribers: 5_000, topics: 1 },
  tasks: [
    {
      name: 'one event in flight',
      load: { kind: 'closed', ms: LONG_SLICE_MS, inFlight: 1, atOnce: 1 },
      goals: [
        { row: 1, to: 'ws', limit: 1.15 },
        { row: 1, to: 'socketIo', limit: 0.8 },
        { row: 3, to: 'yoga', limit: 0.2 },
      ],
    },
  ],
};

/** There are so few for each event that the event itself dominates the cost. */
export const MANY_TENANTS: Scenario = {
  title: '1,000 tenants × 5 subscribers',
  seating: { subscribers: 5_000, topics: 1_000 },
  tasks: [
    {
      name: '400 events in flight',
      load: { kind: 'closed', ms: LONG_SLICE_MS, inFlight: 400, atOnce: 1 },
      goals: [
        { row: 5, to: 'ws', limit: 1.25 },
        { row: 5, to: 'socketIo', limit: 0.9 },
      ],
    },
    {
      // Lockstep's events are commits, and peers publish faster than any writer commits. A reader that sleeps has to be
      // woken for each event, which costs the writer more than the writing: so all are measured at one pace, too.
      name: '2,000 deliveries/s',
      load: { kind: 'paced', ms: SLICE_MS, deliveriesPerSecond: 2_000 },
      goals: [
        { row: 5, to: 'ws', limit: 1.25 },
        { row: 5, to: 'socketIo', limit: 0.9 },
      ],
    },
  ],
};
