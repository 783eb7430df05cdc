// The server may append to the change log and never change it: it is the audit trail. So the pools that serve requests
// have fewer rights than the connection that migrates: those of a separate login, if DATABASE_OWNER_URL is set, or else
// of a role to which the single login switches. The role protects against mistakes only: SQL that an attacker runs
// through the server can switch back, which a separate login cannot.

import pg from 'pg';
import { StartError } from '../core/process/start-error.ts';
import { errorCode, errorMessage } from '../lib/error-facts.ts';
import { connectForStart } from './server-connection.ts';

/** The role to which a server with one login switches; the same in every database of a cluster. */
const SERVING_ROLE = 'lockstep_server';

const ALREADY_THERE = ['42710', '23505']; // by a server of another database, at the same moment
const NOT_ALLOWED = '42501';

/** An arbitrary number that no other lock uses. */
const ADVISORY_LOCK = 72_707_370;

/** The rights of the serving role on tables where it may not do everything that changes rows. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  change: ['SELECT', 'INSERT'],
  feed_head: ['SELECT', 'INSERT'],
  config_secret: ['SELECT', 'INSERT'],
  config_setting: ['SELECT', 'INSERT'],
  config_version: ['SELECT', 'INSERT'],
  consent_notice: ['SELECT', 'INSERT'],
  consent_record: ['SELECT', 'INSERT'],
  incident_update: ['SELECT', 'INSERT'],
  kept_payment: ['SELECT', 'INSERT', 'DELETE'],
  receipt_key: ['SELECT', 'INSERT'],
  _prisma_migrations: [],
};
const RIGHTS_ELSEWHERE = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
const EVERY_RIGHT = [...RIGHTS_ELSEWHERE, 'TRUNCATE'];

/**
 * Returns the URL for the pools that serve requests, after `owner` has migrated the database. If the login of `url`
 * differs from the owner, it is granted the rights that serving needs. Otherwise the returned URL switches to the
 * serving role. If the login cannot create roles, `warn` receives one sentence for the operator. Throws StartError if a
 * separate login could still change the log.
 */
export async function urlToServeWith(
  url: string,
  owner: pg.ClientBase,
  { isOwnersToo, warn }: { isOwnersToo: boolean; warn: (sentence: string) => void },
): Promise<string> {
  if (!isOwnersToo) {
    await restrictLogin(owner, await loginOf(url));
    return url;
  }
  try {
    await createRole(owner);
    await grantRights(owner, SERVING_ROLE);
    return withServingRole(url);
  } catch (error) {
    if (errorCode(error) !== NOT_ALLOWED) throw error;
    warn(
      `The server may change and delete rows of its change log, because its login may not create a role (${errorMessage(error)}): ` +
        'set DATABASE_OWNER_URL to the login that owns the tables, and DATABASE_URL to another one.',
    );
    return url;
  }
}

/** Whether the login of a connection may change or delete rows of the change log; false while there is none. */
export async function mayChangeLog(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    `SELECT coalesce(has_table_privilege(to_regclass('change'), 'UPDATE, DELETE, TRUNCATE'), false) AS may`,
  );
  return rows[0]?.may ?? false;
}

/** Whether the owner may create the serving role, or has it already. */
export async function mayCreateServingRole(owner: pg.ClientBase): Promise<boolean> {
  const { rows } = await owner.query<{ may: boolean }>(
    `SELECT rolsuper OR rolcreaterole
       OR EXISTS (SELECT FROM pg_roles AS serving WHERE serving.rolname = $1 AND pg_has_role(serving.oid, 'MEMBER')) AS may
     FROM pg_roles WHERE rolname = current_user`,
    [SERVING_ROLE],
  );
  return rows[0]?.may ?? false;
}

async function loginOf(url: string): Promise<string> {
  const client = await connectForStart(url);
  try {
    const { rows } = await client.query<{ login: string }>('SELECT current_user AS login');
    return rows[0]?.login ?? '';
  } finally {
    await client.end();
  }
}

async function restrictLogin(owner: pg.ClientBase, login: string): Promise<void> {
  await grantRights(owner, login);
  const { rows } = await owner.query<{ isRestricted: boolean }>(
    `SELECT NOT has_table_privilege($1, 'change', 'UPDATE, DELETE, TRUNCATE') AS "isRestricted"`,
    [login],
  );
  if (rows[0]?.isRestricted) return;
  throw new StartError(
    `The login of DATABASE_URL, "${login}", may change the change log, because it owns it or is a superuser: ` +
      'set DATABASE_OWNER_URL to that login, and DATABASE_URL to another one.',
  );
}

/** Makes the connections of a URL switch to the role when they are opened, in addition to the options of the URL. */
function withServingRole(url: string): string {
  const option = encodeURIComponent(`-c role=${SERVING_ROLE} `);
  if (/[?&]options=/.test(url)) return url.replace(/([?&]options=)/, `$1${option}`);
  return `${url}${url.includes('?') ? '&' : '?'}options=${option}`;
}

async function createRole(owner: pg.ClientBase): Promise<void> {
  const { rows } = await owner.query('SELECT FROM pg_roles WHERE rolname = $1', [SERVING_ROLE]);
  if (rows.length === 0) await owner.query(`CREATE ROLE ${SERVING_ROLE} NOLOGIN`).catch(ifAlreadyThere);
  await owner.query(`SET ROLE ${SERVING_ROLE}`).catch(async (error: unknown) => {
    if (errorCode(error) !== NOT_ALLOWED) throw error;
    await owner.query(`GRANT ${SERVING_ROLE} TO CURRENT_USER`).catch(ifAlreadyThere);
  });
  await owner.query('RESET ROLE');
}

function ifAlreadyThere(error: unknown): void {
  if (!ALREADY_THERE.includes(String(errorCode(error)))) throw error;
}

/** Grants only the rights that are missing, so that the start of another node writes nothing. */
async function grantRights(owner: pg.ClientBase, role: string): Promise<void> {
  const { rows } = await owner.query<{ table: string; held: string[] }>(
    `SELECT tablename AS "table", array(
       SELECT kind FROM unnest($2::text[]) AS kind
       WHERE has_table_privilege($1, format('%I.%I', schemaname, tablename), kind)) AS held
     FROM pg_tables WHERE schemaname = 'public'`,
    [role, EVERY_RIGHT],
  );
  const to = pg.escapeIdentifier(role);
  const statements = rows
    .filter(({ table, held }) => held.toSorted().join() !== rightsOn(table).toSorted().join())
    .flatMap(({ table }) => {
      const name = pg.escapeIdentifier(table);
      const rights = rightsOn(table).join(', ');
      return [`REVOKE ALL ON ${name} FROM ${to}`, ...(rights ? [`GRANT ${rights} ON ${name} TO ${to}`] : [])];
    });
  if (statements.length === 0) return;
  statements.push(
    `GRANT USAGE ON SCHEMA public TO ${to}`,
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${to}`,
  );
  // One text is one transaction, so no connection sees incomplete rights. Servers that start together take turns.
  await owner.query([`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`, ...statements].join(';\n'));
}

function rightsOn(table: string): readonly string[] {
  return RIGHTS[table] ?? RIGHTS_ELSEWHERE;
}
