import { Contestant } from './fan-out/contestant.ts';
import { startLockstep } from './fan-out/lockstep.ts';
import { atMost, type Findings, type Goal } from './findings.ts';
import type { Options } from './options.ts';

const SEATING = { subscribers: 1_000, topics: 1 };
const LOAD = { kind: 'closed', ms: 2_000, inFlight: 20, atOnce: 2 } as const;
const NODES = { 1: 'one node', 2: 'two nodes' } as const;

interface Count {
  readonly nodes: keyof typeof NODES;
  readonly deliveries: number;
  readonly missing: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
}

/** Counts the faults of many deliveries, on one node and on two, while another node writes. */
export async function measureEndurance({ deliveries }: Options): Promise<Findings> {
  const counts = [await count(1, deliveries), await count(2, deliveries)];
  return { goals: counts.map(goalOf), tables: [], figures: counts };
}

async function count(nodes: keyof typeof NODES, wanted: number): Promise<Count> {
  const installation = await startLockstep({ nodes });
  try {
    const contestant = await Contestant.open('Lockstep', installation, SEATING);
    const total = { nodes, deliveries: 0, missing: 0, duplicates: 0, outOfOrder: 0 };
    while (total.deliveries < wanted) {
      const slice = await contestant.take(LOAD);
      total.deliveries += slice.deliveries;
      total.missing += slice.missing;
      total.duplicates += slice.duplicates;
      total.outOfOrder += slice.outOfOrder;
    }
    await contestant.close();
    return total;
  } finally {
    await installation.stop();
  }
}

function goalOf({ nodes, deliveries, missing, duplicates, outOfOrder }: Count): Goal {
  const what = `missing, twice or late of ${deliveries.toLocaleString('en-GB')} deliveries on ${NODES[nodes]}`;
  return atMost(0, '', { row: 13, what, measured: missing + duplicates + outOfOrder });
}
