import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

/** What a run of the torture is told. */
export interface Options {
  /** How long the server lives, about and all its lives together; the run takes as much longer as it is away. */
  readonly seconds: number;
  /** How often the server is killed. */
  readonly kills: number;
  /** How often PostgreSQL crashes. */
  readonly databaseCrashes: number;
  readonly isEmbedded: boolean;
  readonly seed: number;
}

const USAGE = `npm run torture -- [options]

  --seconds N            how long the server lives, all its lives together, and the writers write (60)
  --kills N              how often the server is killed with SIGKILL (10)
  --database-crashes N   how often PostgreSQL crashes (1; none when embedded)
  --embedded             the embedded database and no Redis, instead of a PostgreSQL and a Redis of our own
  --seed N               repeats the chance of an earlier run`;

/** Reads the arguments; throws for one that is not known or not a number. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '60' },
      kills: { type: 'string', default: '10' },
      'database-crashes': { type: 'string', default: '1' },
      embedded: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    },
  });
  return {
    seconds: wholeNumber('seconds', values.seconds),
    kills: wholeNumber('kills', values.kills),
    databaseCrashes: values.embedded ? 0 : wholeNumber('database-crashes', values['database-crashes']),
    isEmbedded: values.embedded,
    seed: wholeNumber('seed', values.seed),
  };
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new TypeError(`--${name} must be a whole number.\n\n${USAGE}`);
  return Number(text);
}
