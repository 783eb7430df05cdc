import type pg from 'pg';
import type { Config } from '../config/config.ts';
import { MIGRATIONS_FOLDER } from '../db/migration-files.ts';
import { pendingMigrations } from '../db/migrations.ts';
import { COUNT, type Counts } from '../modules/system-health/stored-health.ts';
import { type Finding, note, ok, type Remedy, wrong } from './finding.ts';

const LONG_TRANSACTION = '5 minutes';
const MOST_LISTED = 20;
/** Cursors, leases and due times are compared with the clock of the database. */
const MAX_CLOCK_DIFFERENCE_MS = 1_000;

/** The state of a database that is in use. The transaction is read-only, so nothing here can write. */
export async function runningFindings(owner: pg.Client, { auditRetentionDays }: Config): Promise<Finding[]> {
  const isCurrent = (await pendingMigrations(owner, MIGRATIONS_FOLDER)).length === 0;
  await owner.query('BEGIN READ ONLY');
  try {
    return [
      await clockFinding(owner),
      await indexFinding(owner),
      await transactionFinding(owner),
      // A database that lacks migrations may lack the tables.
      ...(isCurrent ? await workFindings(owner, auditRetentionDays) : []),
    ];
  } finally {
    await owner.query('ROLLBACK');
  }
}

async function clockFinding(owner: pg.Client): Promise<Finding> {
  const asked = Date.now();
  const { rows } = await owner.query<{ now: string }>(
    'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now',
  );
  const answered = Date.now();
  const apart = Math.round(Math.abs(Number(rows[0]?.now) - (asked + answered) / 2));
  // The answer may have been given at any moment between.
  const isClose = apart <= MAX_CLOCK_DIFFERENCE_MS + (answered - asked) / 2;
  const sentence = `The clocks of this machine and of PostgreSQL are ${apart} ms apart.`;
  if (isClose) return ok(sentence);
  return note(sentence, { fix: 'Synchronise both with NTP.', see: 'runbook.md#locksteplag' });
}

async function indexFinding(owner: pg.Client): Promise<Finding> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid LIMIT ${MOST_LISTED}`,
  );
  if (rows.length === 0) return ok('Every index is valid.');
  const names = rows.map(({ name }) => name).join(', ');
  return wrong(`Indexes are invalid, so PostgreSQL does not read them: ${names}.`, {
    fix: 'Run REINDEX INDEX CONCURRENTLY for each.',
    see: 'operations.md#upgrades',
  });
}

/** Statements are not shown: they may hold data. */
async function transactionFinding(owner: pg.Client): Promise<Finding> {
  const { rows } = await owner.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND xact_start < clock_timestamp() - '${LONG_TRANSACTION}'::interval ORDER BY xact_start LIMIT ${MOST_LISTED}`,
  );
  if (rows.length === 0) return ok(`No transaction is older than ${LONG_TRANSACTION}.`);
  const pids = rows.map(({ pid }) => pid).join(', ');
  return note(`Transactions are older than ${LONG_TRANSACTION}, in the processes ${pids}.`, {
    fix: 'Read pg_stat_activity, and end them with pg_terminate_backend if they are of no use.',
    see: 'runbook.md#lockstepdatabasewaiting',
  });
}

async function workFindings(owner: pg.Client, retentionDays: number | undefined): Promise<Finding[]> {
  const { rows } = await owner.query<Counts>(COUNT.text, COUNT.values);
  const [counts] = rows;
  if (!counts) return [];
  const kept = retentionDays === undefined ? 'for ever' : `for ${retentionDays} days`;
  return [
    ok(`The change log takes ${counts.logMebibytes} MiB, and changes are kept ${kept}.`),
    countFinding(counts.dueLate, 'pieces of work are late', {
      fix: 'See whether a node runs, and add one if all are busy.',
      see: 'runbook.md#lockstepdueworklate',
    }),
    countFinding(counts.dueParked, 'pieces of work are parked after three failures', {
      fix: 'Remove the cause that parkedWork names, then call parkedWorkRetry.',
      see: 'runbook.md#lockstepparkedwork',
    }),
    countFinding(counts.webhooksDisabled, 'webhooks are disabled', {
      fix: 'Their makers repair the endpoints and call webhookResume.',
      see: 'runbook.md#lockstepwebhooksdisabled',
    }),
    countFinding(counts.webhooksFailing, 'webhooks fail', {
      fix: 'Read webhookDeliveries for the last answers.',
      see: 'runbook.md#lockstepwebhooksdisabled',
    }),
    countFinding(counts.mailFailing, 'messages by e-mail or gateway failed at their last try', {
      fix: 'Read mailMessages for the reason; correct SMTP_URL or GATEWAY_URL.',
      see: 'operations.md#while-it-runs',
    }),
  ];
}

function countFinding(count: number, what: string, remedy: Remedy): Finding {
  return count === 0 ? ok(`0 ${what}.`) : note(`${count} ${what}.`, remedy);
}
