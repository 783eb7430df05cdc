import path from 'node:path';
import pg from 'pg';
import { findFreePort } from '../../test/support/servers/free-port.ts';
import { GuardedDirectory } from '../../test/support/servers/guarded-directory.ts';
import type { Api } from '../support/api.ts';
import type { Dice } from '../support/dice.ts';
import { openEventStream } from '../support/event-stream.ts';
import { foundTenant, signInAsRoot, type Tenant } from '../support/people.ts';
import { ServerProcess } from '../support/server-process.ts';
import type { Backing, Site } from '../support/site.ts';
import { openSocketStream } from '../support/socket-stream.ts';
import { Balancer } from './balancer.ts';
import { Follower } from './follower.ts';
import { Ledger } from './ledger.ts';
import { foundOrganizations } from './organizations.ts';
import { readTruth } from './truth.ts';
import { type Expectation, judge, type Verdict } from './verdict.ts';
import { Writer } from './writer.ts';

const DATABASE = 'neighbour';
const WRITER = 'ivy';

/** The clients of the neighbour, once it runs. */
interface Clients {
  readonly tenant: Tenant;
  readonly followers: readonly Follower[];
  readonly writer: Writer;
  readonly root: Api;
  readonly dice: Dice;
}

/**
 * Another installation of one node, with a database and a secret of its own, on the same servers: it shares the Redis
 * and everything that happens to it, and must not notice the other one.
 */
export class Neighbour {
  readonly node: ServerProcess;
  readonly balancer: Balancer;
  readonly ledger = new Ledger();
  /** The number of organizations that it has founded. */
  organizations = 0;
  readonly #databaseUrl: string;
  readonly #directory: GuardedDirectory;
  #clients: Clients | null = null;

  private constructor(node: ServerProcess, databaseUrl: string, directory: GuardedDirectory) {
    this.node = node;
    this.balancer = new Balancer([node]);
    this.#databaseUrl = databaseUrl;
    this.#directory = directory;
  }

  /** Prepares it beside a site; it does not run yet. */
  static async beside({ settings }: Site, { postgres }: Backing): Promise<Neighbour> {
    await postgres.createDatabase(DATABASE);
    const databaseUrl = postgres.url(DATABASE);
    const directory = new GuardedDirectory('bench', 'TERM');
    const own = {
      DATABASE_URL: databaseUrl,
      DATA_DIR: path.join(directory.path, 'data'),
      JWT_SECRET: 'a secret of the neighbour that is long enough',
    };
    const node = new ServerProcess({
      port: await findFreePort(),
      settings: { ...settings, ...own },
      directory,
    });
    return new Neighbour(node, databaseUrl, directory);
  }

  /** Brings together its clients: a tenant with a writer, its administrator and one of the platform. */
  async gather(dice: Dice): Promise<void> {
    const { node, balancer, ledger } = this;
    const root = await signInAsRoot(node.url);
    const tenant = await foundTenant(root, 'Initech');
    const follow = (name: string, api: Api, open: typeof openEventStream): Follower =>
      new Follower({ name, api, tenant, open, balancer, dice: dice.of(name), mayReadNotes: true });
    const followers = [
      follow('admin of the neighbour', tenant.staff.TENANT_ADMIN, openSocketStream),
      follow('platform admin of the neighbour', root, openEventStream),
    ];
    const parts = { name: WRITER, tenant, stock: new Map(), balancer, ledger, dice: dice.of(WRITER) };
    this.#clients = { tenant, followers, writer: new Writer(parts), root, dice };
  }

  get tenant(): Tenant {
    return this.#present.tenant;
  }

  get followers(): readonly Follower[] {
    return this.#present.followers;
  }

  /** Writes until the run is over. */
  async write(isOver: () => boolean): Promise<void> {
    const { writer, root, dice } = this.#present;
    const founding = foundOrganizations(root, this.balancer, dice.of('organizations'), isOver);
    await writer.write(isOver);
    this.organizations = await founding;
  }

  /** Judges what its clients have received by what is in its database. */
  async judged(expectations: readonly Expectation[]): Promise<Verdict> {
    const pool = new pg.Pool({ connectionString: this.#databaseUrl });
    const truth = await readTruth(pool).finally(() => pool.end());
    return judge(truth, this.ledger, expectations, { misled: this.balancer.misled });
  }

  /** Ends it and deletes its files. */
  async clear(): Promise<void> {
    await this.node.end('SIGTERM');
    await this.#directory.remove();
  }

  get #present(): Clients {
    if (!this.#clients) throw new Error('The neighbour has no clients yet.');
    return this.#clients;
  }
}
