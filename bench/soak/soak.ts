import { signInAsRoot } from '../support/people.ts';
import { prepareSite, type Site } from '../support/site.ts';
import { Churn, type Done } from './churn.ts';
import { countRest, grown, type Rest, settledRest } from './rest.ts';

/** The result of a soak. */
export interface Soaked {
  readonly before: Rest;
  readonly after: Rest;
  /** The figures that are larger than before; empty when the installation is back at the start. */
  readonly grown: readonly string[];
  readonly done: Done;
}

export interface SoakOptions {
  readonly ms: number;
  /** The time before the first count, in which caches and pools fill. */
  readonly warmUpMs: number;
  /** The time in which everything may settle. */
  readonly patienceMs: number;
  /** Called at each step, for those who wait. */
  readonly onStep?: (step: string) => void;
  /** Called before the last count; tests plant there what a leak would leave. */
  readonly beforeEnd?: (site: Site) => Promise<void>;
}

/** No limit of clients is what is tested. Presence ends soon, so that its end is seen. */
const SETTINGS = {
  REQUESTS_PER_SECOND: '100000',
  WS_MAX_SOCKETS_PER_USER: '1000',
  // A busy machine is slow, and no reason to fail.
  QUERY_TIMEOUT_MS: '60000',
  WS_INIT_TIMEOUT_MS: '60000',
  PRESENCE_GRACE_MS: '1000',
  PRESENCE_LEASE_MS: '4000',
};

/**
 * On two nodes, lets clients, tenants, rights and jobs come and go for a time, and counts what is left when no client is
 * there any more, beside what there was before.
 */
export async function soak({
  ms,
  warmUpMs,
  patienceMs,
  beforeEnd,
  onStep = () => {},
}: SoakOptions): Promise<Soaked> {
  const site = await prepareSite({ isEmbedded: false, nodes: 2, isGauged: true, settings: SETTINGS });
  try {
    for (const node of site.nodes) await node.start();
    const churn = await Churn.prepare(site.nodes, await signInAsRoot(site.server.url));
    onStep('warming up');
    await churn.during(warmUpMs);
    onStep('coming to rest');
    const before = await settledRest(site, IDLE, patienceMs);
    onStep('coming and going');
    await churn.during(ms);
    onStep('coming to rest');
    await settledRest(site, before, patienceMs);
    await beforeEnd?.(site);
    const after = await countRest(site);
    return { before, after, grown: grown(before, after), done: churn.done };
  } finally {
    await site.clear();
  }
}

/** The figures that must be zero before the first count, so that the start is a rest, too; all others are as they are. */
const IDLE: Rest = new Proxy({} as Record<string, number>, {
  get: (_target, name) =>
    /sockets|subscriptions|due|run|leased|causes/.test(String(name)) ? 0 : Number.POSITIVE_INFINITY,
});
