import { atMost, type Findings, type Goal } from '../findings.ts';
import type { Options } from '../options.ts';
import { requireOpenFiles } from '../support/open-files.ts';
import type { Load } from './load.ts';
import { PEERS } from './peer.ts';
import { processorTime, type Reading } from './rounds.ts';
import { LOCKSTEP, LOCKSTEP_ALONE, runScenario, type Scenario, type ScenarioOutcome } from './scenario.ts';

const SLICE_MS = 500;
const closed = (inFlight: number, atOnce: number, ms = SLICE_MS): Load => {
  return { kind: 'closed', ms, inFlight, atOnce };
};

const ONE_FEED: Scenario = {
  title: '1,000 subscribers of one feed',
  audience: { subscribers: 1_000, topics: 1 },
  tasks: [
    { name: 'two events in flight', load: closed(2, 1) },
    { name: 'bursts of 20', load: closed(20, 20) },
    { name: '5,000 deliveries/s', load: { kind: 'paced', ms: 2_000, deliveriesPerSecond: 5_000 } },
    {
      name: 'each an audience of its own',
      load: closed(2, 1),
      contestants: [PEERS.ws.name, PEERS.yoga.name, LOCKSTEP_ALONE],
    },
  ],
};

const LARGE_FEED: Scenario = {
  title: '5,000 subscribers of one feed',
  audience: { subscribers: 5_000, topics: 1 },
  tasks: [{ name: 'one event in flight', load: closed(1, 1, 2 * SLICE_MS) }],
};

const MANY_TENANTS: Scenario = {
  title: '1,000 tenants with 5 subscribers each',
  audience: { subscribers: 5_000, topics: 1_000 },
  tasks: [{ name: '400 events in flight', load: closed(400, 1, 2 * SLICE_MS) }],
};

const NOTES = `The peers are wired as their documentation shows: Socket.IO with its Redis adapter, graphql-yoga with graphql-ws and
graphql-redis-subscriptions. Subscribers are distinct users, each on a socket of its own, with distinct operation ids. Events
are published by another process than the one that is measured, for Lockstep by its own transactions. Latency begins when
COMMIT has returned there, and for the peers when they are about to publish. A burst is 20 changes in one transaction; peers
publish 20 events in a row. "Nothing shared" are members of one customer who ask who made the change, which each may know of
itself only.`;

/** Measures what it costs to tell many subscribers, beside the peers, all of them in one run. */
export async function measureFanOut({ rounds }: Options): Promise<Findings> {
  requireOpenFiles(LARGE_FEED.audience.subscribers);
  const one = await runScenario(ONE_FEED, rounds);
  const large = await runScenario(LARGE_FEED, rounds);
  const many = await runScenario(MANY_TENANTS, rounds);
  const outcomes = [one, large, many];
  return {
    goals: [...goalsOfLarge(large), ...goalsOfOne(one), ...goalsOfMany(many), faultless(outcomes)].toSorted(
      (a, b) => (a.row ?? 0) - (b.row ?? 0),
    ),
    tables: [...outcomes.flatMap(({ tables }) => tables), NOTES],
    figures: outcomes.map(({ rounds: { slices }, kibPerConnection }) => ({ kibPerConnection, slices })),
  };
}

type Compare = (row: number, task: string, what: string, base: string, limit: number) => Goal;

function comparison({ rounds }: ScenarioOutcome, reading = processorTime, who = LOCKSTEP): Compare {
  return (row, task, what, base, limit) => {
    const measured = rounds.ratio(task, who, base, reading);
    return atMost(limit, '×', { row, what: `${what} ÷ ${base}`, measured });
  };
}

function goalsOfLarge(outcome: ScenarioOutcome): Goal[] {
  const compare = comparison(outcome);
  const [what, task] = ['server CPU, 5,000 subscribers, one event in flight', 'one event in flight'];
  return [
    compare(1, task, what, PEERS.ws.name, 1.15),
    compare(1, task, what, PEERS.socketIo.name, 0.8),
    compare(3, task, what, PEERS.yoga.name, 0.2),
    atMost(20, 'KiB', {
      row: 9,
      what: 'memory for each of 5,000 connections',
      measured: outcome.kibPerConnection[LOCKSTEP] ?? Number.NaN,
    }),
  ];
}

function goalsOfOne(outcome: ScenarioOutcome): Goal[] {
  const compare = comparison(outcome);
  const [two, burst] = ['1,000 subscribers, two in flight', '1,000 subscribers, bursts of 20'];
  const p99: Reading = ({ latency }) => latency?.p99 ?? Number.NaN;
  const late = 'publish → receive, p99, 1,000 subscribers, 5,000/s';
  const alone = 'each of 1,000 its own audience';
  return [
    compare(2, 'two events in flight', two, PEERS.ws.name, 0.75),
    compare(2, 'two events in flight', two, PEERS.socketIo.name, 0.55),
    compare(3, 'two events in flight', two, PEERS.yoga.name, 0.2),
    compare(4, 'bursts of 20', burst, PEERS.ws.name, 0.3),
    compare(4, 'bursts of 20', burst, PEERS.socketIo.name, 0.35),
    comparison(outcome, processorTime, LOCKSTEP_ALONE)(
      6,
      'each an audience of its own',
      alone,
      PEERS.yoga.name,
      0.55,
    ),
    comparison(outcome, p99)(7, '5,000 deliveries/s', late, PEERS.ws.name, 1.3),
  ];
}

function goalsOfMany(outcome: ScenarioOutcome): Goal[] {
  const compare = comparison(outcome);
  const [what, task] = ['1,000 tenants × 5 subscribers', '400 events in flight'];
  return [compare(5, task, what, PEERS.ws.name, 1.25), compare(5, task, what, PEERS.socketIo.name, 0.9)];
}

function faultless(outcomes: readonly ScenarioOutcome[]): Goal {
  const slices = outcomes
    .flatMap(({ rounds }) => rounds.slices)
    .filter(({ contestant }) => contestant === LOCKSTEP || contestant === LOCKSTEP_ALONE);
  const deliveries = slices.reduce((sum, slice) => sum + slice.deliveries, 0);
  const measured = slices.reduce(
    (sum, slice) => sum + slice.missing + slice.duplicates + slice.outOfOrder,
    0,
  );
  const what = `missing, twice or late of ${deliveries.toLocaleString('en-GB')} deliveries above`;
  return atMost(0, '', { row: 13, what, measured });
}
