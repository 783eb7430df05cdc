import type { Spread } from '../support/figures.ts';
import type { Faults } from './receipts.ts';

/** A constant number of events under way: a new one for each that has reached all its subscribers. */
export interface ClosedLoad {
  readonly kind: 'closed';
  readonly ms: number;
  readonly inFlight: number;
  /** The number that is published in one go, when as many have arrived: a burst, if it equals `inFlight`. */
  readonly atOnce: number;
}

/** A fixed rate, whether or not earlier events have arrived. */
export interface PacedLoad {
  readonly kind: 'paced';
  readonly ms: number;
  readonly deliveriesPerSecond: number;
}

/** The load on a server for the length of a slice. */
export type Load = ClosedLoad | PacedLoad;

/** The outcome of a load. */
export interface Outcome extends Faults {
  readonly events: number;
  readonly deliveries: number;
  /** The bytes of the messages that carried events. */
  readonly bytes: number;
  /** The time from the first order to the last delivery. */
  readonly seconds: number;
  /** The time from the publishing of each event to each of its deliveries, in milliseconds; for paced loads. */
  readonly latency: Spread | null;
}
