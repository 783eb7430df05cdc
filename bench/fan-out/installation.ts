import { findFreePort } from '../../test/support/servers/free-port.ts';
import type { Gauge } from '../support/gauge.ts';
import type { Dialogue, Seat } from './dialogue.ts';

/** A process that holds subscribers, and is measured. */
export interface Node {
  readonly port: number;
  readonly pid: number;
  readonly gauge: Gauge;
}

/** The number of subscribers, and their topics. */
export interface Seating {
  readonly subscribers: number;
  /** The topics among which the subscribers are spread evenly. */
  readonly topics: number;
  /** Whether each subscriber is one of a kind, so that nothing can be shared; for peers that is always so. */
  readonly isPersonal?: boolean;
}

/**
 * A server with all that belongs to it: the nodes that hold subscribers, another process that publishes, and a Redis
 * between them.
 */
export interface Installation {
  readonly dialogue: Dialogue;
  readonly nodes: readonly Node[];
  /** The port on which the publishing process takes orders. */
  readonly ordersPort: number;
  readonly redisPid: number;
  /** Prepares the data of the subscribers, and spreads them over the nodes. */
  seats(seating: Seating): Promise<Seat[]>;
  stop(): Promise<void>;
}

/** Ports for a node: one that it serves on, and one for the gauge. */
export async function portsForNode(): Promise<{ port: number; gaugePort: number }> {
  return { port: await findFreePort(), gaugePort: await findFreePort() };
}
