import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts';
import type { Api } from '../support/api.ts';
import { Dice } from '../support/dice.ts';
import { openEventStream } from '../support/event-stream.ts';
import { foundTenant, signInAsRoot, type Tenant } from '../support/people.ts';
import { prepareSite, type Site } from '../support/site.ts';
import { openSocketStream } from '../support/socket-stream.ts';
import type { OpenStream } from '../support/stream.ts';
import { placeMarker, takeSnapshot } from './customers.ts';
import { startDirectWriters } from './direct-writers.ts';
import { breakThings, type FaultCounts } from './faults.ts';
import { Follower } from './follower.ts';
import { Ledger } from './ledger.ts';
import type { Options } from './options.ts';
import { readTruth, type Truth } from './truth.ts';
import { type Expectation, judge, type Verdict } from './verdict.ts';
import { Writer } from './writer.ts';

/** Everything that is known after a run. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly faults: FaultCounts;
  readonly ledger: Ledger;
  readonly truth: Truth;
  readonly followers: readonly Follower[];
  readonly seconds: number;
  /** The last lines of the server's log. */
  readonly said: readonly string[];
}

const WRITERS = ['ada', 'bob', 'cy', 'dot', 'eve', 'fay', 'gus', 'hal'];
const DIRECT_WRITERS = 2;
/** For what was written last to arrive: catching up after a kill, or a poll, takes a second or two. */
const PATIENCE_MS = 30_000;

/**
 * The whole story: two tenants, their staff following the customers, and a first marker in each feed; then eight
 * writers, while everything breaks that can; then quiet, a marker that nobody is woken up for, a last one for which all
 * resume, and the comparison.
 */
export async function torture(options: Options): Promise<Outcome> {
  const site = await prepareSite(options);
  try {
    await site.server.start();
    const root = await signInAsRoot(site.server.url);
    const tenants = [await foundTenant(root, 'Acme'), await foundTenant(root, 'Globex')];
    return await run(site, root, tenants, options);
  } finally {
    await site.clear();
  }
}

async function run(site: Site, root: Api, tenants: readonly Tenant[], options: Options): Promise<Outcome> {
  const dice = new Dice(options.seed);
  const ledger = new Ledger();
  const followers = tenants.flatMap((tenant) => staffWith(site, root, tenant, dice));
  const first = await placeMarkers(tenants, 'first');
  await Promise.all(followers.map((follower) => follower.takeSnapshot()));
  const begunAt = Date.now();

  let isOver = false;
  const direct = site.backing && startDirectWriters(directOrders(tenants, options), site.settings, ledger);
  const writing = httpWriters(site, tenants, ledger, dice).map((writer) => writer.write(() => isOver));
  const following = Promise.all(followers.map((follower) => follower.follow()));
  const faults = await Promise.race([
    breakThings({ site, followers, options, dice }),
    Promise.all([...writing, following]).then(() =>
      Promise.reject(new Error('Nobody may end before the faults do.')),
    ),
  ]);
  isOver = true;
  await Promise.all([...writing, direct?.finish()]);

  await site.backing?.wire.refuse(true);
  site.backing?.wire.cut();
  await allReceive(followers, await placeMarkers(tenants, 'without Redis'));
  for (const follower of followers) follower.cut();
  const last = await placeMarkers(tenants, 'last');
  await allReceive(followers, last);
  const seconds = (Date.now() - begunAt) / 1_000;
  const expectations = await Promise.all(followers.map((follower) => expectationOf(follower, first, last)));
  for (const follower of followers) follower.leave();
  await following;

  await site.server.end('SIGTERM');
  const truth = await readFrom(site);
  const verdict = judge(truth, ledger, expectations);
  return { verdict, faults, ledger, truth, followers, seconds, said: site.server.said() };
}

/** Seven followers: by both transports, with and without the right to read notes, and one from outside the tenant. */
function staffWith({ server }: Site, root: Api, tenant: Tenant, dice: Dice): Follower[] {
  const { TENANT_ADMIN: admin, SUPPORT: support, CSR: csr } = tenant.staff;
  const cast: [name: string, api: Api, open: OpenStream][] = [
    ['admin', admin, openSocketStream],
    ['another admin', admin, openSocketStream],
    ['support', support, openSocketStream],
    ['CSR', csr, openSocketStream],
    ['platform admin', root, openSocketStream],
    ['admin by SSE', admin, openEventStream],
    ['CSR by SSE', csr, openEventStream],
  ];
  return cast.map(([role, api, open]) => {
    const name = `${role} of ${tenant.name}`;
    return new Follower({ name, api, tenant, open, server, dice: dice.of(name), mayReadNotes: api !== csr });
  });
}

function directOrders(tenants: readonly Tenant[], { seed }: Options) {
  const named = tenants.map(({ id, name }) => ({ id, name }));
  return { names: WRITERS.slice(0, DIRECT_WRITERS), tenants: named, seed };
}

function httpWriters(
  { server, backing }: Site,
  tenants: readonly Tenant[],
  ledger: Ledger,
  dice: Dice,
): Writer[] {
  const places = tenants.map((tenant) => ({ tenant, stock: new Map<string, number>() }));
  return WRITERS.slice(backing ? DIRECT_WRITERS : 0).flatMap((name, index) => {
    const place = places[index % places.length];
    return place ? new Writer({ name, ...place, server, ledger, dice: dice.of(name) }) : [];
  });
}

async function placeMarkers(tenants: readonly Tenant[], mark: string): Promise<Map<Tenant, string>> {
  const markers = new Map<Tenant, string>();
  for (const tenant of tenants) markers.set(tenant, await placeMarker(tenant, mark));
  return markers;
}

type Markers = ReadonlyMap<Tenant, string>;

async function allReceive(followers: readonly Follower[], markers: Markers): Promise<void> {
  await Promise.all(
    followers.map((follower) => follower.arrival(markers.get(follower.parts.tenant) ?? '', PATIENCE_MS)),
  );
}

async function expectationOf(follower: Follower, first: Markers, last: Markers): Promise<Expectation> {
  const { api, tenant } = follower.parts;
  const { customers: final } = await takeSnapshot(api, tenant.id);
  return { follower, final, markers: [first.get(tenant) ?? '', last.get(tenant) ?? ''] };
}

/** The embedded database can be opened only when its server has ended. */
async function readFrom({ backing, dataDir }: Site): Promise<Truth> {
  if (!backing) {
    const embedded = await startEmbeddedPostgres(dataDir);
    return readTruth(embedded.pool).finally(() => embedded.close());
  }
  const pool = new pg.Pool({ connectionString: backing.databaseUrl });
  return readTruth(pool).finally(() => pool.end());
}
