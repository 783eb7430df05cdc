import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

/** The options of a run of the fuzzer. */
export interface Options {
  /** The minutes for which questions are asked. */
  readonly minutes: number;
  readonly seed: number;
}

const USAGE = `npm run fuzz -- [options]

  --minutes N   how long questions are asked, without the time in which the rows are made (2)
  --seed N      repeats the questions of an earlier run`;

/** Reads the arguments; throws for one that is not known or not a number. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '2' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    },
  });
  return { minutes: numberOf('minutes', values.minutes), seed: numberOf('seed', values.seed) };
}

function numberOf(name: string, text: string): number {
  if (!/^\d{1,10}(\.\d+)?$/.test(text)) throw new TypeError(`--${name} must be a number.\n\n${USAGE}`);
  return Number(text);
}
