import { parseArgs } from 'node:util';

/** The parts that can be measured by themselves, in the order in which they run. */
export const PARTS = [
  'start-up',
  'latency',
  'fan-out',
  'slow-readers',
  'execution',
  'documents',
  'memory',
  'writes',
  'queries',
  'catch-up',
  'consent-ledger',
  'configuration',
  'endurance',
] as const;

export type Part = (typeof PARTS)[number];

/** The options of a run of the bench. */
export interface Options {
  readonly parts: readonly Part[];
  /** The number of interleaved slices; the median of fewer than seven says little. */
  readonly rounds: number;
  /** The number of deliveries that are counted on one node, and again on two. */
  readonly deliveries: number;
}

const SHORT = 500_000;
const LONG = 5_000_000;

const USAGE = `npm run bench -- [part …] [options]

  part         one or more of ${PARTS.join(', ')}; all of them unless given
  --rounds N   rounds of interleaved slices (7)
  --long       counts ${LONG.toLocaleString('en-GB')} deliveries on one node and on two, instead of ${SHORT.toLocaleString('en-GB')}`;

/** Reads the arguments; throws a TypeError for one that is not known. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '7' }, long: { type: 'boolean', default: false } },
  });
  for (const name of positionals) {
    if (!isPart(name)) throw new TypeError(`There is no part "${name}".\n\n${USAGE}`);
  }
  if (!/^[1-9]\d{0,2}$/.test(values.rounds)) throw new TypeError(`--rounds must be a number.\n\n${USAGE}`);
  return {
    parts: positionals.length > 0 ? PARTS.filter((part) => positionals.includes(part)) : PARTS,
    rounds: Number(values.rounds),
    deliveries: values.long ? LONG : SHORT,
  };
}

function isPart(name: string): name is Part {
  return (PARTS as readonly string[]).includes(name);
}
