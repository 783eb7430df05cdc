import { type Row, toTable } from '../support/table.ts';
import type { Cast } from './cast.ts';
import { FAULTS, type Fault, faultsOf } from './fault-counts.ts';
import type { HalfOpen } from './frail-network.ts';
import type { Options } from './options.ts';
import type { PublicPage } from './public-page.ts';
import type { SharedRedis } from './scene.ts';
import type { Outcome } from './torture.ts';
import { isFarewell, type Verdict } from './verdict.ts';

const WORDS: Readonly<Record<keyof Verdict, string>> = {
  lost: 'L  committed and not delivered',
  ghosts: 'G  delivered or logged, and not committed',
  duplicates: 'D  delivered twice',
  misordered: 'O  delivered out of order',
  forbidden: 'X  foreign or forbidden',
  misapplied: 'A  acknowledged and missing, or applied twice',
  diverged: 'S  folded state is not the server’s',
  skipped: 'consents that have ended and are not EXPIRED',
  redone: 'consents that expired more than once, by the ledger or the log',
  late: 'consents that expired too late',
  miscounted: 'gaps in a feed, versions without a change',
  unwarned: 'sockets that a stopping node did not close with 1001',
  held: 'half-open connections that were kept for too long',
  misled: 'answers of a stopping node that it is ready',
  unnoticed: 'nodes that did not report a failover of Redis, or did not return',
  stranded: 'connections that were left on a demoted Redis',
  unbounded: 'failovers after which the nodes did not count together',
  crossed: 'messages and names in Redis of another installation',
  outdated: 'public pages with an old state as the present one',
  exposed: 'public pages with what is not public',
  unsent: 'events that a webhook never sent',
  unordered: 'events that a webhook sent after a later one of their customer',
  unsigned: 'requests of a webhook that were not signed, or of another tenant',
};

/** Returns whether every promise was kept. */
export function isClean(verdict: Verdict): boolean {
  return Object.values(verdict).every((count) => count === 0);
}

/** Formats the faults of a run and its verdict. */
export function toReport(outcome: Outcome, options: Options): string {
  const { verdict, seconds } = outcome;
  const database = options.isEmbedded ? 'embedded database' : 'PostgreSQL and Redis';
  const judged = Object.entries(WORDS).map(([name, words]): Row => [words, verdict[name as keyof Verdict]]);
  return [
    `Torture: ${options.nodes} × Lockstep, ${database}, ${seconds.toFixed(1)} s, seed ${options.seed}`,
    toTable(workRows(outcome)),
    'Broken:',
    toTable(faultRows(outcome, options)),
    'Promises broken:',
    toTable(judged),
  ].join('\n\n');
}

function workRows({ scene, truth, organizations, wakeUpsThere }: Outcome): Row[] {
  const { ledger, shared, followers } = scene;
  return [
    ['writers, followers', `8, ${scene.cast.followers.length}`],
    ['writes acknowledged', ledger.count('ACKNOWLEDGED')],
    ['  after more than one try', ledger.repeated],
    ['writes refused', ledger.count('REFUSED')],
    ['transactions rolled back by their writer', ledger.count('ROLLED_BACK')],
    ['writes never answered', ledger.count('UNKNOWN')],
    ['changes of customers in the log', truth.changes.length],
    ['events received', sum(followers, ({ received }) => received.length)],
    ['connections of clients resumed', sum(followers, ({ connections }) => connections - 1)],
    ['organizations founded', organizations],
    ['consents ended', truth.expiries.ended],
    ['  parked, and tried again by an operator', scene.consents?.retried ?? 0],
    [
      '  the latest of them, after its end, while nodes were ready',
      `${(truth.expiries.longestDelayMs / 1_000).toFixed(1)} s`,
    ],
    ...pageRows(scene.page),
    ['requests of a webhook that were accepted', scene.endpoint.taken],
    ['  that failed', scene.endpoint.failed],
    ...(shared ? neighbourRows(shared, wakeUpsThere) : []),
  ];
}

function pageRows({ answers, events, unchanged, stale, unavailable }: PublicPage): Row[] {
  return [
    ['public pages received', answers + events],
    ['  by streams', events],
    ['  that said that they may be old', stale],
    ['  answers that nothing has changed', unchanged],
    ['  answers that there is none now', unavailable],
  ];
}

function neighbourRows({ neighbour }: SharedRedis, wakeUps: number): Row[] {
  return [
    ['another installation on the same Redis', ''],
    ['  writes acknowledged', neighbour.ledger.count('ACKNOWLEDGED')],
    ['  organizations founded', neighbour.organizations],
    ['  events received', sum(neighbour.followers, ({ received }) => received.length)],
    ['  wake-ups received', wakeUps],
  ];
}

function failoverRows({ failovers }: SharedRedis, { readers }: Cast): Row[] {
  return [
    ['  nodes that reported it and came back', failovers.returned],
    ['  nodes that were seen without a Redis meanwhile', failovers.degraded],
    ['  times that all nodes were seen to count together afterwards', failovers.bounded],
    ['  permissions withdrawn meanwhile', sum(readers, ({ isOver }) => Number(isOver))],
  ];
}

function faultRows({ faults, scene }: Outcome, options: Options): Row[] {
  const { balancer, cast, shared } = scene;
  const { followers, networks } = cast;
  const ended = (how: HalfOpen['end']): number =>
    sum(networks, ({ halfOpen }) => halfOpen.filter(({ end }) => end === how).length);
  const details: Partial<Record<Fault, Row[]>> = {
    kills: [
      ['  each of them', faults.killsOf.join(', ')],
      ['  events that the others delivered meanwhile', faults.deliveredMeanwhile],
    ],
    killsAtWork: [['  consents that they left to the others', faults.abandoned]],
    rollingRestarts: [
      ['  down, all kills and restarts together', `${(faults.downMs / 1_000).toFixed(1)} s`],
      ['  starts that had to be repeated', faults.failedStarts],
      ['  times that a node was seen to be unready before it stopped', balancer.announced],
      ['  sockets closed with 1001', sum(followers, ({ closings }) => closings.filter(isFarewell).length)],
    ],
    redisFailovers: shared ? failoverRows(shared, cast) : [],
    vanishings: [
      ['  half-open connections that their node closed', ended('RELEASED')],
      ['  and that ended with it', ended('ENDED')],
    ],
  };
  return faultsOf(options).flatMap((fault) => [[FAULTS[fault], faults[fault]], ...(details[fault] ?? [])]);
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
