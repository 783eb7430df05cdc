import { isDeepStrictEqual } from 'node:util';
import type { SeenCustomer } from './customers.ts';
import type { Closing, Follower, Received } from './follower.ts';
import type { Attempt, Ledger } from './ledger.ts';
import type { LoggedChange, Truth } from './truth.ts';

/** The number of faults, by the letter of the promise that each breaks. All of them must be 0. */
export interface Verdict {
  /** L: committed and never delivered, or clients that had to begin again. */
  lost: number;
  /** G: delivered or logged, and never committed like that. */
  ghosts: number;
  /** D: delivered twice: on one connection, or again after the cursor from which a client continued. */
  duplicates: number;
  /** O: delivered after a later one. */
  misordered: number;
  /** X: of another tenant, or with a field that the client may not read, or no longer. */
  forbidden: number;
  /** A: acknowledged and missing, or applied twice. */
  misapplied: number;
  /** S: customers that a client has otherwise than the server. */
  diverged: number;
  /** Consents that have reached their end and are not EXPIRED. */
  skipped: number;
  /** Consents that expired more than once. */
  redone: number;
  /** Consents that expired too late. */
  late: number;
  /** Feeds with a gap, and customers whose version is not the number of their changes. */
  miscounted: number;
  /** Sockets that a stopping node closed with another code than 1001 and 1013, which ask the client to come back. */
  unwarned: number;
  /** Half-open connections that a node has kept for too long. */
  held: number;
  /** Answers of a node that it is ready, after it had announced that it was about to stop. */
  misled: number;
  /** Nodes that did not report a failover of Redis, or did not come back from it. */
  unnoticed: number;
  /** Connections that were left on a demoted Redis. */
  stranded: number;
  /** Failovers after which the nodes no longer counted together. */
  unbounded: number;
  /** Messages over Redis that a node took for forged, and names in Redis that could be those of any installation. */
  crossed: number;
  /** Public pages with an old state that they gave as the present one. */
  outdated: number;
  /** Public pages with what is not public. */
  exposed: number;
  /** Events that a webhook never sent. */
  unsent: number;
  /** Events that a webhook sent for the first time after a later one of the same customer. */
  unordered: number;
  /** Requests of a webhook that were not signed, or were of another tenant. */
  unsigned: number;
}

/** The conduct of the nodes towards the network, the balancer and Redis. */
export type Conduct = Pick<
  Verdict,
  | 'held'
  | 'misled'
  | 'unnoticed'
  | 'stranded'
  | 'unbounded'
  | 'crossed'
  | 'outdated'
  | 'exposed'
  | 'unsent'
  | 'unordered'
  | 'unsigned'
>;

const FAULTLESS: Conduct = {
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

/** The events that one client had to receive, and the list that it had to end with. */
export interface Expectation {
  readonly follower: Follower;
  /** The ids of the customers that were created first and last of all. */
  readonly markers: readonly [first: string, last: string];
  /** The list as a fresh query returns it to the same user at the end. */
  readonly final: readonly SeenCustomer[];
}

/** Compares the writes, the log, the events that were received, and the lists that were made of them. */
export function judge(
  truth: Truth,
  ledger: Ledger,
  expectations: readonly Expectation[],
  conduct: Partial<Conduct>,
): Verdict {
  const verdict: Verdict = {
    ...judgeWrites(truth, ledger),
    lost: 0,
    duplicates: 0,
    misordered: 0,
    forbidden: 0,
    diverged: 0,
    skipped: truth.expiries.skipped,
    redone: truth.expiries.redone,
    late: truth.expiries.late,
    miscounted: truth.brokenFeeds + truth.miscounted,
    unwarned: 0,
    ...FAULTLESS,
    ...conduct,
  };
  for (const expectation of expectations) {
    judgeReceived(truth, expectation, verdict);
    verdict.diverged += differences(expectation);
    verdict.unwarned += expectation.follower.closings.filter(isUnwarned).length;
  }
  return verdict;
}

/** The verdict on two installations together. */
export function addUp(one: Verdict, other: Verdict): Verdict {
  const names = Object.keys(one) as (keyof Verdict)[];
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as Record<
    keyof Verdict,
    number
  >;
}

/** Each mark must be in the log as often as its attempts allow. */
function judgeWrites({ changes }: Truth, { attempts }: Ledger): Pick<Verdict, 'ghosts' | 'misapplied'> {
  const logged = count(changes.map((change) => keyOf(change.kind, change)));
  const certain = count(attempts.filter(({ outcome }) => outcome === 'ACKNOWLEDGED').map(keyOfAttempt));
  const possible = count(attempts.filter(({ outcome }) => outcome === 'UNKNOWN').map(keyOfAttempt));
  let [ghosts, misapplied] = [0, 0];
  for (const key of new Set(attempts.map(keyOfAttempt))) {
    const [times, least, more] = [logged.get(key) ?? 0, certain.get(key) ?? 0, possible.get(key) ?? 0];
    if (times > 0 && least + more === 0)
      ghosts += 1; // refused or rolled back, and logged all the same
    else if (times < least || times > least + more) misapplied += 1;
  }
  return { ghosts, misapplied };
}

function keyOf(kind: LoggedChange['kind'], { contactName, customerId }: LoggedChange): string {
  return `${kind} ${kind === 'DELETED' ? customerId : contactName}`;
}

function keyOfAttempt({ kind, mark }: Attempt): string {
  return `${kind} ${mark}`;
}

function count(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function judgeReceived(truth: Truth, { follower, markers }: Expectation, verdict: Verdict): void {
  const { changes } = truth;
  const { tenant } = follower.parts;
  const byEventId = new Map(changes.map((change) => [change.eventId, change]));
  const seen = new Set<string>();
  let last = 0;
  for (const received of follower.received) {
    const change = byEventId.get(received.eventId);
    if (!change || !tellsOf(received, change)) verdict.ghosts += 1;
    const isForeign = change && change.feed !== tenant.id;
    const notes = notesFor(follower, change?.seq ?? 0, truth);
    if (isForeign || !isFit(received, tenant.name, notes)) verdict.forbidden += 1;
    if (seen.has(received.eventId)) verdict.duplicates += 1;
    else if (change && change.seq <= last) verdict.misordered += 1;
    seen.add(received.eventId);
    last = Math.max(last, change?.seq ?? 0);
  }
  const [first, final] = markers.map((id) => changes.find((change) => change.customerId === id)?.seq ?? 0);
  const due = changes.filter(
    ({ feed, seq }) => feed === tenant.id && seq > (first ?? 0) && seq <= (final ?? 0),
  );
  verdict.lost += due.filter(({ eventId }) => !seen.has(eventId)).length + follower.resets;
}

const TYPES = { CREATED: 'CustomerCreated', UPDATED: 'CustomerUpdated', DELETED: 'CustomerDeleted' } as const;

/** Whether the event agrees with the log. */
function tellsOf({ type, customer }: Received, change: LoggedChange): boolean {
  if (type !== TYPES[change.kind]) return false;
  if (!customer) return change.kind === 'DELETED';
  const { customerId: id, version, company, contactName, status } = change;
  const { internalNotes: _notes, ...seen } = customer;
  return isDeepStrictEqual(seen, { id, version, company, contactName, status });
}

/**
 * Whether a client gets the notes with a change. After the withdrawal of its permission it gets none; with a change from
 * before, which it may receive only after the withdrawal, either is right.
 */
type Notes = 'SHOWN' | 'HIDDEN' | 'EITHER';

function notesFor({ parts }: Follower, seq: number, { withdrawals }: Truth): Notes {
  const { mayReadNotes, withdrawnFrom } = parts;
  if (!withdrawnFrom) return mayReadNotes ? 'SHOWN' : 'HIDDEN';
  const withdrawal = withdrawals.find(({ userId }) => userId === withdrawnFrom);
  if (!withdrawal) return 'SHOWN';
  return seq > withdrawal.seq ? 'HIDDEN' : 'EITHER';
}

function isFit({ customer }: Received, tenantName: string, notes: Notes): boolean {
  if (!customer) return true;
  const { company, internalNotes } = customer;
  const isShownFit = notes !== 'HIDDEN' && Boolean(internalNotes?.includes(tenantName));
  const isHiddenFit = notes !== 'SHOWN' && internalNotes === null;
  return company.startsWith(tenantName) && (isShownFit || isHiddenFit);
}

const GOING_AWAY = 1001;
/** The code for a client that reads too slowly, or asks for something while the database is unavailable. */
const TRY_AGAIN_LATER = 1013;

/** Whether a node closed the socket because it was about to stop. */
export function isFarewell({ code }: Closing): boolean {
  return code === GOING_AWAY;
}

function isUnwarned(closing: Closing): boolean {
  return closing.isOfStopping && !isFarewell(closing) && closing.code !== TRY_AGAIN_LATER;
}

function differences({ follower: { parts, customers }, final }: Expectation): number {
  // Notes that a client received before it lost the permission are still in its list.
  const shown = (customer: SeenCustomer | undefined) =>
    parts.withdrawnFrom && customer ? { ...customer, internalNotes: null } : customer;
  const server = new Map(final.map((customer) => [customer.id, customer]));
  const ids = new Set([...customers.keys(), ...server.keys()]);
  return [...ids].filter((id) => !isDeepStrictEqual(shown(customers.get(id)), shown(server.get(id)))).length;
}
