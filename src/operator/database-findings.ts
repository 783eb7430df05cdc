import type pg from 'pg';
import type { Config } from '../config/config.ts';
import { StartError } from '../core/process/start-error.ts';
import { CONNECTIONS_BESIDE_QUERIES } from '../db/database.ts';
import { MIGRATIONS_FOLDER } from '../db/migration-files.ts';
import { pendingMigrations } from '../db/migrations.ts';
import { connectForStart } from '../db/server-connection.ts';
import { mayChangeLog, mayCreateServingRole } from '../db/serving-role.ts';
import { type Finding, note, ok, type Remedy, wrong } from './finding.ts';

const UNREACHABLE: Remedy = {
  fix: 'Start or repair PostgreSQL, or correct the address.',
  see: 'runbook.md#locksteplogunreadable',
};

type Settings = Pick<Config, 'databaseOwnerUrl' | 'databasePoolSize'> & { readonly databaseUrl: string };

/**
 * The server, its migrations, the rights of its logins, its locale, and its number of connections; and then what `further`
 * finds on the same connection.
 */
export async function databaseFindings(
  settings: Settings,
  further: (owner: pg.Client) => Promise<Finding[]> = async () => [],
): Promise<Finding[]> {
  const { databaseUrl, databaseOwnerUrl } = settings;
  try {
    const owner = await (databaseOwnerUrl
      ? connectForStart(databaseOwnerUrl, 'DATABASE_OWNER_URL')
      : connectForStart(databaseUrl));
    try {
      return [
        await versionFinding(owner),
        await migrationFinding(owner),
        await (databaseOwnerUrl ? servingLoginFinding(databaseUrl) : servingRoleFinding(owner)),
        await localeFinding(owner),
        await connectionFinding(owner, settings.databasePoolSize),
        ...(await further(owner)),
      ];
    } finally {
      await owner.end();
    }
  } catch (error) {
    if (error instanceof StartError) return [wrong(error.message, UNREACHABLE)];
    throw error;
  }
}

async function versionFinding(owner: pg.Client): Promise<Finding> {
  return ok(
    `PostgreSQL ${await settingOf(owner, 'server_version')} stores UTF-8 and keeps what it acknowledges.`,
  );
}

async function migrationFinding(owner: pg.Client): Promise<Finding> {
  const pending = await pendingMigrations(owner, MIGRATIONS_FOLDER);
  if (pending.length === 0) return ok('The database has every migration.');
  return note(
    `The next start applies ${pending.length} migrations, from ${pending[0]} to ${pending.at(-1)}.`,
    { fix: 'Make a backup and run `lockstep migrate`.', see: 'operations.md#upgrades' },
  );
}

async function servingLoginFinding(url: string): Promise<Finding> {
  const serving = await connectForStart(url);
  try {
    if (!(await mayChangeLog(serving))) return ok('The login of DATABASE_URL cannot alter the change log.');
    return wrong(
      'The login of DATABASE_URL may alter the change log, because it owns it or is a superuser.',
      {
        fix: 'Give DATABASE_URL another login than DATABASE_OWNER_URL.',
        see: 'operations.md#before-the-first-start',
      },
    );
  } finally {
    await serving.end();
  }
}

async function servingRoleFinding(owner: pg.Client): Promise<Finding> {
  if (!(await mayCreateServingRole(owner)))
    return note(
      'The server may alter its change log: its login may not create a role. Set DATABASE_OWNER_URL.',
      {
        fix: 'Let DATABASE_OWNER_URL own the tables, and DATABASE_URL only serve.',
        see: 'operations.md#before-the-first-start',
      },
    );
  return ok('The server switches to a role that cannot alter the change log.');
}

/** Orders of texts are those of the database, and the same on every node. */
async function localeFinding(owner: pg.Client): Promise<Finding> {
  const { rows } = await owner.query<{ collation: string }>(
    'SELECT datcollate AS collation FROM pg_database WHERE datname = current_database()',
  );
  return ok(`Texts are ordered by the locale ${rows[0]?.collation}.`);
}

async function connectionFinding(owner: pg.Client, poolSize: number): Promise<Finding> {
  const limit = Number(await settingOf(owner, 'max_connections'));
  const needed = poolSize + CONNECTIONS_BESIDE_QUERIES;
  const sentence = `A node opens up to ${needed} connections, and PostgreSQL accepts ${limit} of all clients.`;
  if (needed <= limit) return ok(sentence);
  return wrong(sentence, {
    fix: 'Lower DATABASE_POOL_SIZE, or raise max_connections of PostgreSQL.',
    see: 'runbook.md#lockstepdatabasewaiting',
  });
}

async function settingOf(owner: pg.Client, name: string): Promise<string> {
  const { rows } = await owner.query<{ value: string }>('SELECT current_setting($1) AS value', [name]);
  return rows[0]?.value ?? '';
}
