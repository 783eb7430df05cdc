import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts';
import type { Site } from '../support/site.ts';
import { directOrders } from './cast.ts';
import { startDirectWriters } from './direct-writers.ts';
import type { FaultCounts } from './fault-counts.ts';
import { breakThings } from './faults.ts';
import { allReceive, expectationsOf, placeMarkers } from './markers.ts';
import { wakeUpsAt } from './node-states.ts';
import type { Options } from './options.ts';
import { foundOrganizations } from './organizations.ts';
import { onScene, type Scene } from './scene.ts';
import { readTruth, type Truth } from './truth.ts';
import { addUp, judge, type Verdict } from './verdict.ts';

/** The result of a run. */
export interface Outcome {
  readonly scene: Scene;
  readonly verdict: Verdict;
  readonly faults: FaultCounts;
  readonly truth: Truth;
  /** The number of organizations that were founded meanwhile. */
  readonly organizations: number;
  /** The number of wake-ups that the other installation has received. */
  readonly wakeUpsThere: number;
  readonly seconds: number;
  /** The last lines of each node's log. */
  readonly said: readonly string[];
}

/**
 * The whole story: two tenants, their staff subscribed to the customers, and a first marker in each feed; then eight
 * writers, while everything breaks that can, beside another installation that shares the Redis; then a pause, a marker
 * without a wake-up, a last one for which all resume, and the comparison.
 */
export function torture(options: Options): Promise<Outcome> {
  return onScene(options, (scene) => run(scene, options));
}

async function run(scene: Scene, options: Options): Promise<Outcome> {
  const { site, cast, balancer, followers, feeds, shared, consents, page, endpoint, tenants } = scene;
  const first = await placeMarkers(feeds, 'first');
  await Promise.all(followers.map((follower) => follower.takeSnapshot()));
  const begunAt = Date.now();

  let isEmpty = false;
  const balancers = [balancer, ...(shared ? [shared.neighbour.balancer] : [])];
  const present = [
    ...balancers.map((each) => each.watch(() => isEmpty)),
    ...followers.map((follower) => follower.follow()),
    page.read(() => isEmpty),
  ];
  const { faults, organizations } = await writeAndBreak(scene, options, present);

  await site.backing?.wire.refuse(true);
  site.backing?.wire.cut();
  await allReceive(followers, await placeMarkers(feeds, 'without Redis'));
  for (const follower of followers) follower.cut();
  const last = await placeMarkers(feeds, 'last');
  await allReceive(followers, last);
  const seconds = (Date.now() - begunAt) / 1_000;
  const expectations = await expectationsOf(cast.followers, first, last);
  const expectationsThere = await expectationsOf(shared?.neighbour.followers ?? [], first, last);
  const held = cast.networks.reduce((sum, network) => sum + network.held, 0);
  const wakeUpsThere = shared ? await wakeUpsAt(shared.neighbour.node.url) : 0;
  for (const follower of followers) follower.leave();
  await consents?.untilDone();
  await page.untilCurrent();
  const [ofWebhook] = tenants;
  await endpoint.untilServed((ofWebhook && last.get(ofWebhook)) ?? '');
  isEmpty = true;
  await Promise.all(present);
  await consents?.close();
  await endpoint.close();

  const nodes = [...site.nodes, ...(shared ? [shared.neighbour.node] : [])];
  await Promise.all(nodes.map((node) => node.end('SIGTERM')));
  await Promise.all(cast.networks.map((network) => network.close()));
  const truth = await readFrom(site, consents);
  const { outdated, exposed } = page;
  const ofEndpoint = endpoint.faultsBy(
    truth.changes,
    [first, last].map((markers) => (ofWebhook && markers.get(ofWebhook)) ?? ''),
  );
  const conduct = {
    held,
    misled: balancer.misled,
    outdated,
    exposed,
    ...ofEndpoint,
    ...shared?.failovers.conduct,
  };
  const here = judge(truth, scene.ledger, expectations, conduct);
  const verdict = shared ? addUp(here, await shared.neighbour.judged(expectationsThere)) : here;
  const said = nodes.flatMap((node) => node.said());
  return { scene, verdict, faults, truth, organizations, wakeUpsThere, seconds, said };
}

/** Lets all writers write and everything break; rejects if one of those who are present has ended before. */
async function writeAndBreak(scene: Scene, options: Options, present: readonly Promise<void>[]) {
  const { site, root, tenants, dice, ledger, balancer, cast, shared, consents, page, endpoint } = scene;
  let hasEnded = false;
  const isOver = () => hasEnded;
  const orders = directOrders(tenants, options.seed);
  const direct = site.backing && (await startDirectWriters(orders, site.settings, ledger));
  const founding = foundOrganizations(root, balancer, dice.of('organizations'), isOver);
  const writing = [
    ...cast.writers.map((writer) => writer.write(isOver)),
    shared?.neighbour.write(isOver),
    consents?.end(isOver),
    page.write(isOver),
    endpoint.retry(isOver),
  ];
  const faults = await Promise.race([
    breakThings(scene, options),
    Promise.all([founding, ...writing, ...present]).then(() =>
      Promise.reject(new Error('No part may end before the faults do.')),
    ),
  ]);
  hasEnded = true;
  await Promise.all([...writing, direct?.finish()]);
  return { faults, organizations: await founding };
}

/** The embedded database can be opened only when its server has ended. */
async function readFrom({ backing, dataDir }: Site, consents: Scene['consents']): Promise<Truth> {
  if (!backing) {
    const embedded = await startEmbeddedPostgres(dataDir);
    return readTruth(embedded.pool).finally(() => embedded.close());
  }
  const pool = new pg.Pool({ connectionString: backing.databaseUrl });
  return readTruth(pool, consents).finally(() => pool.end());
}
