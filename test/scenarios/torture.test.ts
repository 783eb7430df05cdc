import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { SeenCustomer } from '../../bench/torture/customers.ts';
import { deliveryFaults } from '../../bench/torture/delivery-faults.ts';
import { FAULTS, noFaults } from '../../bench/torture/fault-counts.ts';
import { type Closing, Follower, type Received } from '../../bench/torture/follower.ts';
import { type Attempt, Ledger } from '../../bench/torture/ledger.ts';
import { readOptions } from '../../bench/torture/options.ts';
import { RedisFailovers } from '../../bench/torture/redis-failovers.ts';
import { shortcomings } from '../../bench/torture/shortcomings.ts';
import { type LoggedChange, NO_EXPIRIES, type Truth } from '../../bench/torture/truth.ts';
import { addUp, type Conduct, type Expectation, judge, type Verdict } from '../../bench/torture/verdict.ts';
import { programArguments } from '../support/program-file.ts';
import { describeWithOwnPostgres, describeWithOwnRedis } from '../support/real-servers.ts';

const MAIN = new URL('../../bench/torture/main.ts', import.meta.url);
const PATIENCE_MS = 600_000;

/** The duration does not include the time in which nodes restart. */
const SHORT = ['--seconds', '6', '--kills', '1', '--rolling-restarts', '1'];

/** Runs the program from the command line. A broken promise ends it with 1, and its table is in the error. */
async function torture(...options: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, programArguments(MAIN, ...options)).catch(
    (error) => {
      throw new Error(`${error.stdout}\n${error.stderr}`);
    },
  );
  return stdout;
}

function escaped(text: string): string {
  return text.replaceAll(/[()]/g, '\\$&');
}

describeWithOwnPostgres('on PostgreSQL', () => {
  describeWithOwnRedis('and Redis', () => {
    test(
      'L G D O X A S 19: two nodes keep every promise while nodes, database, Redis and connections break and restart, Redis fails over, and another installation shares it',
      async () => {
        const report = await torture(...SHORT, '--database-restarts', '2');
        for (const fault of Object.values(FAULTS))
          expect(report).toMatch(new RegExp(`${escaped(fault)} +[1-9]`));
      },
      PATIENCE_MS,
    );
  });
});

test(
  'L G D O X A S: a single node on the embedded database keeps every promise through a kill and a restart',
  async () => {
    const report = await torture(...SHORT, '--embedded');
    expect(report).toMatch(/nodes killed and restarted +1/);
  },
  PATIENCE_MS,
);

test('a run on a Redis in which nothing happened proves nothing, and says what is missing', () => {
  const options = readOptions([]);
  const neighbour = { ledger: new Ledger(), organizations: 0, node: { onLine() {} } };
  const failovers = new RedisFailovers({ nodes: [], neighbour, readers: [] } as never);
  const scene = {
    ledger: new Ledger(),
    consents: { retried: 0 },
    balancer: { announced: 0 },
    followers: [],
    cast: { readers: [] },
    page: { answers: 0, events: 0 },
    endpoint: { taken: 0, failed: 0 },
    shared: { neighbour, failovers },
  };
  const outcome = {
    faults: noFaults(2),
    scene,
    truth: { expiries: NO_EXPIRIES },
    organizations: 0,
    wakeUpsThere: 0,
  };
  expect(shortcomings(outcome as never, options)).toEqual(
    expect.arrayContaining([
      'It had none: Redis failed over to its replica, its primary demoted.',
      'No node reported a failover of Redis and came back.',
      'No node was seen to be without a Redis during a failover.',
      'The nodes were not seen to count together after a failover.',
      'No permission was withdrawn during a failover.',
      'It had none: nodes killed while they did due work.',
      'No consent ended.',
      'No organization was founded.',
      'No reader received the public page.',
      'No stream of the public page had an event.',
      'The webhook sent nothing.',
      'No request of the webhook failed.',
      'The other installation wrote nothing.',
      'The other installation founded no organization.',
      'The other installation received no wake-up.',
      'Keys in Redis had the names of 0 installations.',
      'Channels had the names of 0 installations.',
    ]),
  );
});

describe('the judge of the torture notices', () => {
  const CLEAN: Verdict = {
    lost: 0,
    ghosts: 0,
    duplicates: 0,
    misordered: 0,
    forbidden: 0,
    misapplied: 0,
    diverged: 0,
    skipped: 0,
    redone: 0,
    late: 0,
    miscounted: 0,
    unwarned: 0,
    held: 0,
    misled: 0,
    unnoticed: 0,
    stranded: 0,
    unbounded: 0,
    crossed: 0,
    outdated: 0,
    exposed: 0,
    unsent: 0,
    unordered: 0,
    unsigned: 0,
  };
  const [FIRST, SECOND, LAST] = [created(1, 'first'), created(2, 'ada.1'), created(3, 'last')];
  const ALL = [received(SECOND), received(LAST)];

  test('no fault in a faultless run', () => expect(verdict({})).toEqual(CLEAN));

  test('L: a change that was not received', () =>
    expect(verdict({ received: [received(LAST)] })).toMatchObject({ lost: 1 }));

  test('L: a client whose stream was reset', () => expect(verdict({ resets: 1 })).toMatchObject({ lost: 1 }));

  test('G: an event that is not in the log', () =>
    expect(verdict({ received: [...ALL, received(created(4, 'never'))] })).toMatchObject({ ghosts: 1 }));

  test('G: an event that differs from the log', () =>
    expect(
      verdict({ received: [{ ...received(SECOND), customer: seen(LAST) }, received(LAST)] }),
    ).toMatchObject({
      ghosts: 1,
    }));

  test('G: a rolled-back write in the log', () =>
    expect(verdict({ attempts: [attempt('ada.1', 'ROLLED_BACK')] })).toMatchObject({ ghosts: 1 }));

  test('D: an event that arrived twice, even after a resume', () =>
    expect(verdict({ received: [...ALL, { ...received(LAST), connection: 2 }] })).toMatchObject({
      duplicates: 1,
    }));

  test('O: an event after a later one', () =>
    expect(verdict({ received: ALL.toReversed() })).toMatchObject({ misordered: 1 }));

  test('X: a customer of another tenant', () =>
    expect(
      verdict({
        received: [{ ...received(SECOND), customer: { ...seen(SECOND), company: 'Globex' } }, received(LAST)],
      }),
    ).toMatchObject({
      forbidden: 1,
    }));

  test('X: notes that reached a viewer without the permission', () =>
    expect(verdict({ mayReadNotes: false })).toMatchObject({ forbidden: 2 }));

  const WITHDRAWAL = { userId: 'temporary', seq: 2 };

  test('X: notes that reached a viewer after the permission was withdrawn, and not those from before', () =>
    expect(verdict({ withdrawnFrom: 'temporary', withdrawals: [WITHDRAWAL] })).toMatchObject({
      forbidden: 1,
    }));

  test('X: notes that are missing although the permission was never withdrawn', () =>
    expect(
      verdict({
        withdrawnFrom: 'temporary',
        received: ALL.map((each) => ({
          ...each,
          customer: each.customer && { ...each.customer, internalNotes: null },
        })),
      }),
    ).toMatchObject({ forbidden: 2 }));

  test('no fault in a list with the notes that a viewer received before the permission was withdrawn', () =>
    expect(
      verdict({
        withdrawnFrom: 'temporary',
        withdrawals: [{ ...WITHDRAWAL, seq: 3 }],
        final: [{ ...seen(LAST), internalNotes: null }],
      }),
    ).toEqual(CLEAN));

  test('61: an event that a webhook never sent, and one that it sent too late, but not one that it sent twice', () => {
    const [create, update] = [created(2, 'ada.1'), { ...created(3, 'ada.2'), kind: 'UPDATED' as const }];
    const changes = [FIRST, create, { ...update, customerId: create.customerId }, created(4, 'last')];
    const faults = (...accepted: number[]) =>
      deliveryFaults(
        new Set(accepted.map((index) => String(changes[index]?.eventId))),
        changes,
        [changes[0], changes[3]].map((marker) => String(marker?.customerId)),
      );
    expect(faults(1, 2, 3, 2)).toEqual({ unsent: 0, unordered: 0 });
    expect(faults(1, 3)).toEqual({ unsent: 1, unordered: 0 });
    expect(faults(2, 1, 3)).toEqual({ unsent: 0, unordered: 1 });
  });

  test('A: an acknowledged write that is missing', () =>
    expect(verdict({ attempts: [attempt('ada.2', 'ACKNOWLEDGED')] })).toMatchObject({ misapplied: 1 }));

  test('A: a write that was applied twice', () =>
    expect(verdict({ changes: [...[FIRST, SECOND, LAST], created(4, 'ada.1')] })).toMatchObject({
      misapplied: 1,
    }));

  test('a socket that a stopping node broke without a close frame, and no other', () => {
    const closings = [1006, 1001, 1013].flatMap((code) => [
      { code, isOfStopping: true },
      { code, isOfStopping: false },
    ]);
    expect(verdict({ closings })).toMatchObject({ unwarned: 1 });
  });

  test('what the nodes do wrong with a Redis that fails over or is shared', () => {
    const conduct = { unnoticed: 1, stranded: 2, unbounded: 3, crossed: 4 };
    expect(verdict({ conduct })).toMatchObject(conduct);
  });

  test('faults of either of two installations', () =>
    expect(addUp(verdict({ resets: 1 }), verdict({ conduct: { held: 2 } }))).toEqual({
      ...CLEAN,
      lost: 1,
      held: 2,
    }));

  test('consents that did not expire, that expired twice, and that expired too late', () => {
    const faults = { skipped: 1, redone: 2, late: 3 };
    expect(verdict({ expiries: { ...NO_EXPIRIES, ...faults } })).toMatchObject(faults);
  });

  test('half-open connections that were kept, and readiness answers that misled the balancer', () =>
    expect(verdict({ conduct: { held: 1, misled: 2 } })).toMatchObject({ held: 1, misled: 2 }));

  test('S: a list that differs from the server’s', () =>
    expect(verdict({ final: [{ ...seen(LAST), version: 2 }] })).toMatchObject({ diverged: 1 }));

  /** Judges a run of one subscription and three customers that differs in the given parts. */
  function verdict(
    otherwise: Partial<Truth & { received: Received[]; attempts: Attempt[]; final: SeenCustomer[] }> & {
      resets?: number;
      mayReadNotes?: boolean;
      closings?: Closing[];
      conduct?: Partial<Conduct>;
      withdrawnFrom?: string;
    },
  ): Verdict {
    const tenant = { id: 'acme', name: 'Acme' };
    const follower = new Follower({ tenant, mayReadNotes: true, ...otherwise } as never);
    follower.received.push(...(otherwise.received ?? ALL));
    follower.closings.push(...(otherwise.closings ?? []));
    follower.resets = otherwise.resets ?? 0;
    follower.customers.set(LAST.customerId, seen(LAST));
    const ledger = new Ledger();
    for (const each of otherwise.attempts ?? [attempt('ada.1', 'ACKNOWLEDGED')]) ledger.add(each);
    const truth = {
      changes: [FIRST, SECOND, LAST],
      withdrawals: [],
      brokenFeeds: 0,
      miscounted: 0,
      expiries: NO_EXPIRIES,
      ...otherwise,
    };
    const final = otherwise.final ?? [seen(LAST)];
    const expectation: Expectation = { follower, markers: [FIRST.customerId, LAST.customerId], final };
    return judge(truth, ledger, [expectation], otherwise.conduct ?? {});
  }
});

function created(seq: number, mark: string): LoggedChange {
  const company = `Acme ${mark}`;
  const place = { feed: 'acme', seq, eventId: `event ${seq}` };
  return {
    ...place,
    kind: 'CREATED',
    customerId: `customer ${seq}`,
    version: 1,
    company,
    contactName: mark,
    status: 'TRIAL',
  };
}

function seen({ customerId: id, version, company, contactName, status }: LoggedChange): SeenCustomer {
  return { id, version, company, contactName, status, internalNotes: `notes of ${company}` };
}

function received(change: LoggedChange): Received {
  return { connection: 1, type: 'CustomerCreated', eventId: change.eventId, customer: seen(change) };
}

function attempt(mark: string, outcome: Attempt['outcome']): Attempt {
  return { kind: 'CREATED', mark, outcome, tries: 1 };
}
