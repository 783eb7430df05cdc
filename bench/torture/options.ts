import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

/** The options of a run of the torture. */
export interface Options {
  /** The seconds for which things are broken, without the time that nodes take to come back. */
  readonly seconds: number;
  /** The number of nodes. */
  readonly nodes: number;
  /** The number of kills of nodes. */
  readonly kills: number;
  /** The number of restarts of all nodes, one after the other. */
  readonly rollingRestarts: number;
  /** The number of restarts of PostgreSQL: by a crash, and every other time in order. */
  readonly databaseRestarts: number;
  /** The number of readers of a public page. */
  readonly readers: number;
  readonly isEmbedded: boolean;
  readonly seed: number;
}

const USAGE = `npm run torture -- [options]

  --seconds N             how long things break while the writers write, without the time that nodes are away (60)
  --nodes N               how many nodes there are (2; one when embedded)
  --kills N               how often a node is killed with SIGKILL, each in its turn (10)
  --rolling-restarts N    how often all nodes are restarted with SIGTERM, one after the other (2)
  --database-restarts N   how often PostgreSQL is restarted, immediate and fast in turn (4; none when embedded)
  --readers N             how many clients read a public page meanwhile (1000)
  --embedded              the embedded database and no Redis, instead of a PostgreSQL and a Redis of our own
  --seed N                repeats the chance of an earlier run`;

/** Reads the arguments; throws for one that is not known or not a number. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '60' },
      nodes: { type: 'string', default: '2' },
      kills: { type: 'string', default: '10' },
      'rolling-restarts': { type: 'string', default: '2' },
      'database-restarts': { type: 'string', default: '4' },
      readers: { type: 'string', default: '1000' },
      embedded: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    },
  });
  return {
    seconds: wholeNumber('seconds', values.seconds),
    nodes: values.embedded ? 1 : wholeNumber('nodes', values.nodes),
    kills: wholeNumber('kills', values.kills),
    rollingRestarts: wholeNumber('rolling-restarts', values['rolling-restarts']),
    databaseRestarts: values.embedded ? 0 : wholeNumber('database-restarts', values['database-restarts']),
    readers: wholeNumber('readers', values.readers),
    isEmbedded: values.embedded,
    seed: wholeNumber('seed', values.seed),
  };
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new TypeError(`--${name} must be a whole number.\n\n${USAGE}`);
  return Number(text);
}
