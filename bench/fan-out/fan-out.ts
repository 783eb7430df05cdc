import { atMost, type Findings, type Goal } from '../findings.ts';
import type { Options } from '../options.ts';
import { runScenario, type ScenarioOutcome } from './scenario.ts';
import { LARGE_FEED, MANY_TENANTS, ONE_FEED } from './scenarios.ts';

const NOTES = `The peers are wired as their documentation shows: Socket.IO with its Redis adapter, graphql-yoga with graphql-ws and
graphql-redis-subscriptions. Subscribers are distinct users, each on a socket of its own, with distinct operation ids. Events
are published by another process than the one that is measured, for Lockstep by its own transactions. Latency begins when
COMMIT has returned there, and for the peers when they are about to publish. A burst is 20 changes in one transaction; peers
publish 20 events in a row. "Nothing shared" are members of one customer who ask who made the change, which each may know of
itself only. CPU is that of the server, in seconds for a million deliveries.`;

/** The number of connections of one process. */
export const FAN_OUT_CONNECTIONS = LARGE_FEED.seating.subscribers;

/** Measures the cost of deliveries to many subscribers, beside the peers, all of them in one run. */
export async function measureFanOut({ rounds }: Options): Promise<Findings> {
  const one = await runScenario(ONE_FEED, rounds);
  const large = await runScenario(LARGE_FEED, rounds);
  const many = await runScenario(MANY_TENANTS, rounds);
  const outcomes = [one, large, many];
  return {
    goals: [...outcomes.flatMap(({ goals }) => goals), memoryGoal(large), faultsGoal(outcomes)],
    tables: [...outcomes.flatMap(({ tables }) => tables), NOTES],
    figures: outcomes.map(({ rounds: { slices }, kibPerConnection }) => ({
      kibPerConnection: Object.fromEntries(kibPerConnection),
      slices,
    })),
  };
}

function memoryGoal({ kibPerConnection }: ScenarioOutcome): Goal {
  const measured = kibPerConnection.get('Lockstep') ?? Number.NaN;
  return atMost(20, 'KiB', { row: 9, what: 'memory for each of 5,000 connections', measured });
}

function faultsGoal(outcomes: readonly ScenarioOutcome[]): Goal {
  const slices = outcomes
    .flatMap(({ rounds }) => rounds.slices)
    .filter(({ contestant }) => contestant.startsWith('Lockstep'));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const deliveries = sum(slices.map((slice) => slice.deliveries)).toLocaleString('en-GB');
  return atMost(0, '', {
    row: 13,
    what: `missing, twice or late of ${deliveries} deliveries beside the peers`,
    measured: sum(slices.flatMap(({ missing, duplicates, outOfOrder }) => [missing, duplicates, outOfOrder])),
  });
}
