import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts';
import type { Api } from '../support/api.ts';
import { Dice } from '../support/dice.ts';
import { foundTenant, signInAsRoot, type Tenant } from '../support/people.ts';
import { prepareSite, type Site } from '../support/site.ts';
import { Balancer } from './balancer.ts';
import { type Cast, directOrders, gatherCast } from './cast.ts';
import { placeMarker, takeSnapshot } from './customers.ts';
import { startDirectWriters } from './direct-writers.ts';
import type { FaultCounts } from './fault-counts.ts';
import { breakThings } from './faults.ts';
import type { Follower } from './follower.ts';
import { Ledger } from './ledger.ts';
import type { Options } from './options.ts';
import { MAX_ALIASES } from './slow-reader.ts';
import { readTruth, type Truth } from './truth.ts';
import { type Expectation, judge, type Verdict } from './verdict.ts';

/** The result of a run. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly faults: FaultCounts;
  readonly ledger: Ledger;
  readonly truth: Truth;
  readonly cast: Cast;
  readonly balancer: Balancer;
  readonly seconds: number;
  /** The last lines of each node's log. */
  readonly said: readonly string[];
}

/** The time for the last writes to arrive: catching up after a kill, or a poll, takes a second or two. */
const PATIENCE_MS = 30_000;

/** Small limits, so that the run reaches them. */
const SETTINGS = { DRAIN_MS: '1000', WS_MAX_UNSENT_BYTES: '65536', MAX_ALIASES: String(MAX_ALIASES) };

/**
 * The whole story: two tenants, their staff subscribed to the customers, and a first marker in each feed; then eight
 * writers, while everything breaks that can; then a pause, a marker without a wake-up, a last one for which all
 * resume, and the comparison.
 */
export async function torture(options: Options): Promise<Outcome> {
  const site = await prepareSite({ ...options, settings: SETTINGS });
  try {
    await Promise.all(site.nodes.map((node) => node.start()));
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
  const balancer = new Balancer(site.nodes);
  const cast = await gatherCast({ site, tenants, root, balancer, ledger, dice });
  const { followers, networks } = cast;
  const first = await placeMarkers(tenants, 'first');
  await Promise.all(followers.map((follower) => follower.takeSnapshot()));
  const begunAt = Date.now();

  let isOver = false;
  let isEmpty = false;
  const watching = balancer.watch(() => isEmpty);
  const orders = directOrders(tenants, options.seed);
  const direct = site.backing && (await startDirectWriters(orders, site.settings, ledger));
  const writing = cast.writers.map((writer) => writer.write(() => isOver));
  const following = Promise.all(followers.map((follower) => follower.follow()));
  const faults = await Promise.race([
    breakThings({ site, cast, options, dice }),
    Promise.all([...writing, following, watching]).then(() =>
      Promise.reject(new Error('No part may end before the faults do.')),
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
  const held = networks.reduce((sum, network) => sum + network.held, 0);
  for (const follower of followers) follower.leave();
  isEmpty = true;
  await Promise.all([following, watching]);

  await Promise.all(site.nodes.map((node) => node.end('SIGTERM')));
  await Promise.all(networks.map((network) => network.close()));
  const truth = await readFrom(site);
  const verdict = judge(truth, ledger, expectations, { held, misled: balancer.misled });
  const said = site.nodes.flatMap((node) => node.said());
  return { verdict, faults, ledger, truth, cast, balancer, seconds, said };
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
