import { type Row, toTable } from '../support/table.ts';
import type { Options } from './options.ts';
import type { Outcome } from './torture.ts';
import type { Verdict } from './verdict.ts';

const WORDS: Readonly<Record<keyof Verdict, string>> = {
  lost: 'L  committed and not delivered',
  ghosts: 'G  delivered or logged, and not committed',
  duplicates: 'D  delivered twice',
  misordered: 'O  delivered out of order',
  forbidden: 'X  foreign or forbidden',
  misapplied: 'A  acknowledged and missing, or applied twice',
  diverged: 'S  folded state is not the server’s',
  miscounted: 'gaps in a feed, versions without a change',
};

/** What keeps a run from proving anything: a quiet run breaks no promise either. */
export function shortcomings({ faults, ledger, followers }: Outcome, options: Options): string[] {
  const received = followers.map((follower) => follower.received.length);
  return [
    ...(faults.kills < options.kills ? ['The server was not killed often enough.'] : []),
    ...(ledger.count('ACKNOWLEDGED') === 0 ? ['No write was acknowledged.'] : []),
    ...(Math.min(...received) === 0 ? ['A follower received nothing.'] : []),
  ];
}

/** Whether every promise was kept. */
export function isClean(verdict: Verdict): boolean {
  return Object.values(verdict).every((count) => count === 0);
}

/** Prints what happened and what came of it. */
export function toReport(outcome: Outcome, options: Options): string {
  const { faults, ledger, followers, truth, verdict, seconds } = outcome;
  const sum = (of: (follower: (typeof followers)[number]) => number): number =>
    followers.reduce((total, follower) => total + of(follower), 0);
  const happened: Row[] = [
    ['writers, followers', `8, ${followers.length}`],
    ['writes acknowledged', ledger.count('ACKNOWLEDGED')],
    ['  after more than one try', ledger.repeated],
    ['writes refused', ledger.count('REFUSED')],
    ['transactions rolled back by their writer', ledger.count('ROLLED_BACK')],
    ['writes never answered', ledger.count('UNKNOWN')],
    ['changes of customers in the log', truth.changes.length],
    ['events received', sum(({ received }) => received.length)],
    ['server killed and restarted', faults.kills],
    ['  away, all in all', `${(faults.downMs / 1_000).toFixed(1)} s`],
    ['connections of followers cut', faults.cuts],
    ['  and resumed, for any reason', sum(({ connections }) => connections - 1)],
    ...(options.isEmbedded ? [] : backingRows(outcome)),
  ];
  const judged = Object.entries(WORDS).map(([name, words]): Row => [words, verdict[name as keyof Verdict]]);
  const database = options.isEmbedded ? 'embedded database' : 'PostgreSQL and Redis';
  return [
    `Torture: ${database}, ${seconds.toFixed(1)} s, seed ${options.seed}`,
    toTable(happened),
    'Promises broken:',
    toTable(judged),
  ].join('\n\n');
}

function backingRows({ faults }: Outcome): Row[] {
  return [
    ['PostgreSQL crashed', faults.databaseCrashes],
    ['Redis unreachable for a while', faults.redisOutages],
    ['Redis silent for a while', faults.redisSilences],
    ['Redis crashed', faults.redisCrashes],
    ['Redis flushed', faults.redisFlushes],
  ];
}
