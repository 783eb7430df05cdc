import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PLATFORM_ADMIN } from './app.ts';
import { signIn } from './installation.ts';
import { Person } from './person.ts';
import { listening, Programs } from './program.ts';
import { TableDump } from './table-dump.ts';
import { aDatabase, type TestDatabase } from './test-database.ts';

/** A server that has its database alone, with its first administrator. */
export interface LoneServer {
  readonly program: ChildProcess;
  readonly root: Person;
}

/** A database that servers have one after the other: each is killed before the next one starts. */
export class LoneServers {
  readonly database: TestDatabase;
  readonly tables: TableDump;
  readonly #dataDir: string;
  readonly #programs: Programs;
  #token: string | undefined;

  private constructor(database: TestDatabase, tables: TableDump, dataDir: string) {
    this.database = database;
    this.tables = tables;
    this.#dataDir = dataDir;
    this.#programs = new Programs(dataDir);
  }

  static async open(): Promise<LoneServers> {
    const database = await aDatabase();
    const dataDir = await mkdtemp(path.join(tmpdir(), 'lockstep-lone-'));
    return new LoneServers(database, await TableDump.open(database.url), dataDir);
  }

  async close(): Promise<void> {
    await this.#programs.killAll();
    await this.tables.close();
    await this.database.drop();
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  /** Starts a server, the only one, and gives it with a client of it. */
  async start(): Promise<LoneServer> {
    const program = this.#programs.start({
      DATABASE_URL: this.database.url,
      JWT_SECRET: 'a secret for tests that is long enough',
      ADMIN_EMAIL: PLATFORM_ADMIN.email,
      ADMIN_PASSWORD: PLATFORM_ADMIN.password,
      QUERY_TIMEOUT_MS: '60000',
      WS_INIT_TIMEOUT_MS: '60000',
    });
    const url = await listening(program);
    this.#token ??= await signIn(url, PLATFORM_ADMIN.email, PLATFORM_ADMIN.password);
    return { program, root: new Person(url, this.#token) };
  }
}
