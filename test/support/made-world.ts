import pg from 'pg';
import type { Home } from './app.ts';
import { continueNumbers, lastNumbers } from './fresh-numbers.ts';
import { Installation } from './installation.ts';
import { urlOfDatabase } from './servers/run-sql.ts';
import { aCopyOf, aDatabase, nameOf, requireEnv } from './test-database.ts';

/** A server, and what was made in it before. */
export interface MadeWorld<Made> {
  readonly installation: Installation;
  readonly made: Made;
}

/** The note on a template, with which a later file starts. */
interface Kept<Made> {
  readonly made: Made;
  /** Its cursors are valid only under the secret under which they were made. */
  readonly jwtSecret: string;
  readonly numbers: Readonly<Record<string, number>>;
}

type Make<Made> = (installation: Installation) => Promise<Made>;
type Settings = Readonly<Record<string, string>>;

/**
 * Starts a server in which `make` has made something, and gives what it returned, which must be JSON. The first test
 * file of a run that asks for the name makes it, and each file, also the first, starts with a copy of its database. The
 * embedded database is not copied: every file makes its own.
 */
export async function aMadeWorld<Made>(
  name: string,
  make: Make<Made>,
  settings: Settings = {},
): Promise<MadeWorld<Made>> {
  if (!process.env.TEST_DATABASE_URL) {
    const installation = await Installation.start(settings);
    return { installation, made: await make(installation) };
  }
  const { url, kept } = await theTemplate(name, make);
  continueNumbers(kept.numbers);
  const home = { database: await aCopyOf({ url }), jwtSecret: kept.jwtSecret };
  return { installation: await Installation.startIn(home, settings), made: kept.made };
}

/** Finds the template of a name, or makes it, while other workers that need it wait. */
async function theTemplate<Made>(name: string, make: Make<Made>): Promise<{ url: string; kept: Kept<Made> }> {
  const server = requireEnv('TEST_DATABASE_URL');
  const template = `${requireEnv('TEST_DATABASE_TEMPLATE')}_${name}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [template]);
    const kept = (await read<Made>(client, template)) ?? (await makeTemplate(client, template, make));
    return { url: urlOfDatabase(server, template), kept };
  } finally {
    await client.end();
  }
}

/** Reads the note of a template; null if there is none, or its maker did not finish. */
async function read<Made>(client: pg.Client, template: string): Promise<Kept<Made> | null> {
  const { rows } = await client.query<{ note: string | null }>(
    "SELECT shobj_description(oid, 'pg_database') AS note FROM pg_database WHERE datname = $1",
    [template],
  );
  return rows[0]?.note ? JSON.parse(rows[0].note) : null;
}

/** The note is written last: a database without one is not complete. */
async function makeTemplate<Made>(
  client: pg.Client,
  template: string,
  make: Make<Made>,
): Promise<Kept<Made>> {
  const home: Home = { database: await aDatabase(), jwtSecret: `a secret for tests ${crypto.randomUUID()}` };
  const kept = await keptAfter(home, make).catch(async (error) => {
    await home.database.drop();
    throw error;
  });
  await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
  await client.query(`ALTER DATABASE ${nameOf(home.database)} RENAME TO ${template}`);
  await client.query(`COMMENT ON DATABASE ${template} IS ${client.escapeLiteral(JSON.stringify(kept))}`);
  return kept;
}

/** Makes the world with a server of its own, which it stops: a database with connections cannot be copied. */
async function keptAfter<Made>(home: Home, make: Make<Made>): Promise<Kept<Made>> {
  const kept = { ...home, database: { ...home.database, drop: async () => {} } };
  const installation = await Installation.startIn(kept);
  try {
    const made = await make(installation);
    return { made, jwtSecret: home.jwtSecret, numbers: lastNumbers() };
  } finally {
    await installation.stop();
  }
}
