import type { Spread } from '../support/figures.ts';
import type { Faults } from './receipts.ts';

/** A constant number of events under way: a new one for each that has reached all its subscribers. */
export interface ClosedLoad {
  readonly kind: 'closed';
  readonly ms: number;
  readonly inFlight: number;
  /** How many are published in one go, when as many have arrived: a burst, if it is as many as are in flight. */
  readonly atOnce: number;
}

/** A fixed rate, whether or not earlier events have arrived. */
export interface PacedLoad {
  readonly kind: 'paced';
  readonly ms: number;
  readonly deliveriesPerSecond: number;
}

/** What is put on a server for the length of a slice. */
export type Load = ClosedLoad | PacedLoad;

/** What came of it. */
export interface Outcome extends Faults {
  readonly events: number;
  readonly deliveries: number;
  /** Of the messages that carried events. */
  readonly bytes: number;
  /** From the first order to the last delivery. */
  readonly seconds: number;
  /** From the publishing of each event to each of its deliveries, in milliseconds; of paced loads. */
  readonly latency: Spread | null;
}
