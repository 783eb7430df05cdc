import pg from 'pg';
import { StartError } from '../core/process/start-error.ts';
import { errorCode, errorMessage } from '../lib/error-facts.ts';
import { setUpSession } from './session-settings.ts';

/** The time to wait for a connection before the database counts as unreachable. */
export const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Connects to a PostgreSQL server once, before any other connection, and checks that it loses no acknowledged writes and
 * stores every text.
 *
 * Throws StartError with host, port and database, but never the password, not even part of one that was pasted into the
 * URL unescaped. `variable` is the setting that contains the URL. The caller ends the client.
 */
export async function connectForStart(url: string, variable = 'DATABASE_URL'): Promise<pg.Client> {
  const client = parseUrl(url, variable);
  client.on('error', () => {
    // If the connection is lost while migrating, the running statement is rejected with the same error.
  });
  try {
    await client.connect();
  } catch (error) {
    throw new StartError(`Cannot connect to PostgreSQL at ${describe(client)}: ${explain(error, client)}.`, {
      cause: error,
    });
  }
  try {
    await setUpSession(client);
    await refuseAsynchronousCommit(client);
    await refuseOtherEncoding(client);
  } catch (error) {
    await client.end();
    throw error;
  }
  return client;
}

function parseUrl(url: string, variable: string): pg.Client {
  const problem = new StartError(
    `${variable} is not a PostgreSQL URL (postgres://user:password@host:5432/database); write / ? # and @ in a password as %2F %3F %23 and %40.`,
  );
  // With an unescaped / ? or # the rest of the password would count as the name of the database and be printed.
  if (!/^postgres(ql)?:\/\//.test(url) || /[/?#][^@]*@/.test(url.slice(url.indexOf('//') + 2))) throw problem;
  try {
    return new pg.Client({
      connectionString: url,
      application_name: 'lockstep',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
  } catch {
    throw problem; // without the cause, which quotes the URL
  }
}

function describe(client: pg.Client): string {
  return `${client.host}:${client.port}, database "${client.database}"`;
}

function explain(error: unknown, client: pg.Client): string {
  switch (errorCode(error)) {
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'ENOTFOUND':
      return 'the host name is unknown';
    case '28P01':
      return `the password of user "${client.user}" was refused`;
    case '3D000':
      return 'the database does not exist';
    default:
      return errorMessage(error);
  }
}

/**
 * With synchronous_commit off, a crash of the server takes back commits that it has acknowledged. Their positions in
 * the change log are then assigned again, and a client whose cursor is after such a position never receives the new
 * change.
 */
async function refuseAsynchronousCommit(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ synchronous_commit: string }>('SHOW synchronous_commit');
  if (rows[0]?.synchronous_commit !== 'off') return;
  throw new StartError(
    `PostgreSQL at ${describe(client)} has synchronous_commit off: an acknowledged write could vanish in a crash and its ` +
      'position in the change log be assigned again, so that clients miss changes; turn it on for this database.',
  );
}

/** In another encoding than UTF-8 some texts cannot be stored, and SQL_ASCII compares and measures bytes. */
async function refuseOtherEncoding(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
  const encoding = rows[0]?.server_encoding;
  if (encoding === 'UTF8') return;
  throw new StartError(
    `PostgreSQL at ${describe(client)} has the encoding ${encoding}, in which texts cannot be stored as they are written: ` +
      "create the database with ENCODING 'UTF8' TEMPLATE template0.",
  );
}
