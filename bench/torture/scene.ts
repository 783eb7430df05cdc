import type { Api } from '../support/api.ts';
import { Dice } from '../support/dice.ts';
import { foundTenant, signInAsRoot, type Tenant } from '../support/people.ts';
import { prepareSite, type Site } from '../support/site.ts';
import { Balancer } from './balancer.ts';
import { type Cast, gatherCast } from './cast.ts';
import { ExpiringConsents } from './expiring-consents.ts';
import type { Follower } from './follower.ts';
import { Ledger } from './ledger.ts';
import { Neighbour } from './neighbour.ts';
import type { Options } from './options.ts';
import { PublicPage } from './public-page.ts';
import { RedisFailovers } from './redis-failovers.ts';
import { RedisPair } from './redis-pair.ts';
import { MAX_ALIASES } from './slow-reader.ts';
import { WebhookEndpoint } from './webhook-endpoint.ts';

/** The replica of the Redis, the other installation that shares it, and what becomes of both. */
export interface SharedRedis {
  readonly pair: RedisPair;
  readonly neighbour: Neighbour;
  readonly failovers: RedisFailovers;
}

/** Everything that takes part in a run, running and not yet disturbed. */
export interface Scene {
  readonly site: Site;
  readonly root: Api;
  readonly tenants: readonly Tenant[];
  readonly dice: Dice;
  readonly ledger: Ledger;
  readonly balancer: Balancer;
  readonly cast: Cast;
  /** Null on the embedded database, which admits no other process. */
  readonly consents: ExpiringConsents | null;
  readonly page: PublicPage;
  /** Follows the customers of the first tenant. */
  readonly endpoint: WebhookEndpoint;
  /** Null on the embedded database. */
  readonly shared: SharedRedis | null;
  /** The subscribed clients of both installations. */
  readonly followers: readonly Follower[];
  /** The tenants of both installations. */
  readonly feeds: readonly Tenant[];
}

/** Small limits, so that the run reaches them. */
const SETTINGS = {
  DRAIN_MS: '1000',
  WS_MAX_UNSENT_BYTES: '65536',
  MAX_ALIASES: String(MAX_ALIASES),
  // All readers of the public page are of one network here.
  STATUS_PAGE_REQUESTS_PER_SECOND: '1000000',
  STATUS_PAGE_STREAMS_PER_NETWORK: '1000000',
  WEBHOOK_LOOPBACK: '1',
};

/** Starts all servers, lets the work take place, and removes everything, whether the work succeeds or fails. */
export async function onScene<Value>(
  options: Options,
  work: (scene: Scene) => Promise<Value>,
): Promise<Value> {
  const site = await prepareSite({ ...options, settings: SETTINGS });
  const { backing } = site;
  const pair = backing && (await RedisPair.beside(backing.redis, backing.wire));
  const neighbour = backing && (await Neighbour.beside(site, backing));
  try {
    const nodes = [...site.nodes, ...(neighbour ? [neighbour.node] : [])];
    await Promise.all(nodes.map((node) => node.start()));
    return await work(await setScene(site, pair && neighbour && { pair, neighbour }, options));
  } finally {
    await neighbour?.clear();
    await pair?.stop();
    await site.clear();
  }
}

async function setScene(
  site: Site,
  beside: Pick<SharedRedis, 'pair' | 'neighbour'> | null,
  { seed, readers }: Options,
): Promise<Scene> {
  const root = await signInAsRoot(site.server.url);
  const acme = await foundTenant(root, 'Acme');
  const tenants = [acme, await foundTenant(root, 'Globex')];
  const dice = new Dice(seed);
  const ledger = new Ledger();
  const balancer = new Balancer(site.nodes);
  const cast = await gatherCast({ site, tenants, root, balancer, ledger, dice });
  const { backing } = site;
  const consents = backing && (await ExpiringConsents.found(root, backing.databaseUrl, balancer.service));
  const { nodes } = site;
  const page = await PublicPage.found({ root, nodes, balancer, dice: dice.of('public page'), readers });
  const endpoint = await WebhookEndpoint.open({ root, tenant: acme, balancer, dice: dice.of('webhook') });
  const here = { site, root, tenants, dice, ledger, balancer, cast, consents, page, endpoint };
  if (!beside) return { ...here, shared: null, followers: cast.followers, feeds: tenants };

  const { neighbour } = beside;
  await neighbour.gather(dice.of('neighbour'));
  const failovers = new RedisFailovers({ ...beside, nodes: site.nodes, readers: cast.readers });
  return {
    ...here,
    shared: { ...beside, failovers },
    followers: [...cast.followers, ...neighbour.followers],
    feeds: [...tenants, neighbour.tenant],
  };
}
