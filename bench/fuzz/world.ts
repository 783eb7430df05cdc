import { untilJobsHaveEnded } from '../../test/support/ended-jobs.ts';
import { type Installation, signIn } from '../../test/support/installation.ts';
import { Person } from '../../test/support/person.ts';
import { makeRows, placeOf, stirRows } from '../../test/support/sample-rows.ts';
import { rowSamples } from '../../test/support/samples.ts';
import type { Ids } from '../../test/support/schema-values.ts';
import { type Populated, TwoTenants } from '../../test/support/two-tenants.ts';
import { type Asker, makeAskers } from './asker.ts';
import {
  neighbours,
  nextUnit,
  platformStaff,
  type Realm,
  STAFF_PASSWORD,
  sisters,
  strangers,
} from './realms.ts';
import { STIRRED } from './stirred-rows.ts';

/** The tenant globex, whose users ask, and everything around it and in it that some of them must not learn of. */
export class World {
  readonly url: string;
  readonly globex: Populated;
  readonly askers: readonly Asker[];
  readonly realms: readonly Realm[];
  /** The positions of the feed of globex from which its history can be read: before its rows were made, and after. */
  readonly positions: readonly string[];
  readonly #tenants: TwoTenants;
  /** An administrator of the platform. It makes all changes, so that each names it. */
  readonly #staff: Person;

  private constructor(
    tenants: TwoTenants,
    staff: Person,
    parts: Pick<World, 'askers' | 'realms' | 'positions'>,
  ) {
    this.url = tenants.installation.app.url;
    this.globex = tenants.globex;
    this.askers = parts.askers;
    this.realms = parts.realms;
    this.positions = parts.positions;
    this.#tenants = tenants;
    this.#staff = staff;
  }

  static async start(): Promise<World> {
    const tenants = await TwoTenants.start();
    const { installation, acme, globex, walkers } = tenants;
    const platform = await platformStaff(installation, globex.ids);
    const { url } = installation.app;
    const token = await signIn(url, `${platform.canary}@lockstep.test`, STAFF_PASSWORD);
    const realms = [
      strangers(acme),
      await sisters(installation, globex.ids),
      await neighbours(installation, globex.ids),
      await nextUnit(installation, globex.ids),
      platform,
    ];
    const askers = await makeAskers(installation, globex.ids, walkers);
    await makeHomes(installation, askers, globex.ids);
    const positions = [globex.oldest, globex.ids.cursor];
    return new World(tenants, new Person(url, token), { askers, realms, positions });
  }

  /** The same world, with other assumptions about what is hidden and from whom. */
  assuming(parts: Partial<Pick<World, 'askers' | 'realms'>>): World {
    const { askers, realms, positions } = this;
    return new World(this.#tenants, this.#staff, { askers, realms, positions, ...parts });
  }

  /** The realms that an asker must not learn of. */
  hiddenFrom(asker: Asker): Realm[] {
    return this.realms.filter(({ isHiddenFrom }) => isHiddenFrom(asker));
  }

  /** Changes rows of globex and of some realms. */
  async stir(realms: readonly Realm[] = this.realms): Promise<void> {
    await stirRows(this.#staff, this.globex.place, undefined, STIRRED);
    for (const { stir } of realms) await stir(this.#staff);
  }

  /** Waits until no bulk job changes rows of globex any more. */
  calm(): Promise<void> {
    return untilJobsHaveEnded(this.#staff, this.globex.ids.Tenant);
  }

  /** The present position of the feed of globex. */
  now(): Promise<string> {
    return this.#staff.now(this.globex.ids.Tenant);
  }

  stop(): Promise<void> {
    return this.#tenants.stop();
  }
}

const OF_HOMES = ['Unit', 'Payment', 'MaintenanceRequest'];

/** Gives each resident a home of its own, so that there is something that it sees. */
async function makeHomes({ root }: Installation, askers: readonly Asker[], ids: Ids): Promise<void> {
  const samples = rowSamples.filter(({ type }) => OF_HOMES.includes(type));
  for (const { viewer } of askers) {
    if (viewer.role !== 'RESIDENT') continue;
    const { Property = '', Customer = '', Tenant = '' } = ids;
    const place = placeOf(
      { Property, Customer, Tenant, User: viewer.userId },
      `home-${viewer.userId.slice(-4)}`,
    );
    await makeRows(root, place.ids as Record<string, string>, place, undefined, samples);
  }
}
