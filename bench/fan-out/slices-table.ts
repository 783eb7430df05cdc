import { type Row, toTable } from '../support/table.ts';
import { PEERS } from './peer.ts';
import { latencyP99, processorTime, type Reading, type Rounds } from './rounds.ts';

const COLUMNS = [
  'deliveries/s',
  'server CPU s/M',
  '÷ ws',
  'Lockstep ÷ it',
  'Redis CPU s/M',
  'p50 ms',
  'p99 ms',
  'bytes',
  'KiB/connection',
  'missing/twice/late',
];

/** Formats the slices of a task as a table; medians over the rounds, and the sums of faults. */
export function slicesTable(
  title: string,
  task: string,
  rounds: Rounds,
  kibPerConnection: ReadonlyMap<string, number>,
): string {
  const present = [...kibPerConnection.keys()].filter((name) => rounds.of(task, name).length > 0);
  const lockstep = present.find((name) => name.startsWith('Lockstep')) ?? '';
  const lineOf = (contestant: string): Row => {
    const median = (reading: Reading, digits: number): string =>
      written(rounds.median(task, contestant, reading), digits);
    const sum = (reading: Reading): number =>
      rounds.of(task, contestant).reduce((total, slice) => total + reading(slice), 0);
    const faults = [sum((slice) => slice.missing), sum((slice) => slice.duplicates)];
    return [
      contestant,
      median(({ deliveries, seconds }) => deliveries / seconds, 0),
      median(processorTime, 2),
      written(rounds.ratio(task, contestant, PEERS.ws.name, processorTime), 2),
      written(rounds.ratio(task, lockstep, contestant, processorTime), 2),
      median(({ redisSeconds, deliveries }) => (redisSeconds / deliveries) * 1e6, 2),
      median(({ latency }) => latency?.p50 ?? Number.NaN, 1),
      median(latencyP99, 1),
      median(({ bytes, deliveries }) => bytes / deliveries, 0),
      written(kibPerConnection.get(contestant) ?? Number.NaN, 1),
      [...faults, sum((slice) => slice.outOfOrder)].join('/'),
    ];
  };
  return toTable([[title, ...COLUMNS], ...present.map(lineOf)]);
}

function written(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–';
}
