import { tmpdir } from 'node:os';
import pg from 'pg';
import { startApp } from '../src/app.ts';
import { loadConfig } from '../src/config/config.ts';
import { startPostgres } from '../test/support/servers/postgres-server.ts';
import { atMost, type Findings } from './findings.ts';
import type { Api } from './support/api.ts';
import { type Spread, spreadOf } from './support/figures.ts';
import { fillLedger, type Ledger } from './support/ledger-rows.ts';
import { FIRST_ADMIN, foundTenant, signInAsRoot } from './support/people.ts';
import { toTable } from './support/table.ts';
import { type Scan, StatementWatch, scansOf } from './support/watched-statements.ts';

const DATABASE = 'ledger';
const SIZE = { customers: 10_000, consents: 99_000, records: 10, busyRecords: 10_000 };
const PAGE = 20;
const ASKED = 200;
const LIMIT_MS = 50;
/** Analytics read every change since their beginning: a tenth of the ledger. */
const ANALYTICS_LIMIT_MS = 500;
const ANALYTICS_DAYS = 30;
const DAY_MS = 86_400_000;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

const HISTORY = `query ($id: ID!) { consentHistory(id: $id, first: ${PAGE}) { nodes { id state recordedAt } } }`;
const AS_OF = `query ($asOf: DateTime!, $filter: ConsentFilter) {
  consents(asOf: $asOf, first: ${PAGE}, filter: $filter) { nodes { id state version } } }`;

const ANALYTICS = `query ($purposeId: ID!, $from: DateTime!) {
  consentAnalytics(purposeId: $purposeId, from: $from, interval: DAY) { granted { count } standing { count } } }`;

interface Question {
  readonly what: string;
  readonly query: string;
  readonly variables: object;
  readonly limitMs?: number;
}

/** An answered question: how long it took, and what it read of the ledger. */
interface Answered {
  readonly what: string;
  readonly limitMs: number;
  readonly spread: Spread;
  readonly scans: readonly Scan[];
}

/**
 * Measures questions about the past beside a million records of one tenant, one consent with ten thousand of them. The
 * server runs in this process, so that its statements can be explained by the database afterwards.
 */
export async function measureConsentLedger(): Promise<Findings> {
  const postgres = await startPostgres();
  const watch = new StatementWatch(/consent/);
  try {
    await postgres.createDatabase(DATABASE);
    const url = postgres.url(DATABASE);
    const settings = {
      ...FIRST_ADMIN,
      DEMO: '0',
      PORT: '0',
      DATABASE_URL: url,
      DATA_DIR: tmpdir(),
      QUERY_TIMEOUT_MS: '60000',
    };
    const app = await startApp(
      loadConfig({ ...settings, JWT_SECRET: 'a secret for measurements that is long enough' }),
      SILENT,
    );
    try {
      const tenant = await foundTenant(await signInAsRoot(app.url), 'Ledger');
      // The checks of foreign keys would take most of the time; the rows are right without them.
      const unchecked = `${url}?options=-c%20session_replication_role%3Dreplica`;
      const ledger = await fillLedger(unchecked, { ...SIZE, tenantId: tenant.id });
      return findingsOf(await answer(questionsOn(ledger), tenant.staff.TENANT_ADMIN, watch, url));
    } finally {
      await app.stop();
    }
  } finally {
    watch.stop();
    await postgres.remove();
  }
}

function questionsOn({ purposeId, consentId, busyId, customerId, asOf }: Ledger): Question[] {
  const past = (what: string, filter?: object) => ({
    what: `consents(asOf), ${what}`,
    query: AS_OF,
    variables: { asOf, ...(filter && { filter }) },
  });
  const history = (what: string, id: string) => ({
    what: `consentHistory, ${what}`,
    query: HISTORY,
    variables: { id },
  });
  return [
    history(`${SIZE.records} records`, consentId),
    history(`${SIZE.busyRecords} records`, busyId),
    past('a page of the tenant'),
    past('a customer', { customerId: { equals: customerId } }),
    past(`one with ${SIZE.busyRecords} records`, { id: { equals: busyId } }),
    {
      what: `consentAnalytics, ${ANALYTICS_DAYS} days`,
      query: ANALYTICS,
      variables: { purposeId, from: new Date(Date.now() - ANALYTICS_DAYS * DAY_MS) },
      limitMs: ANALYTICS_LIMIT_MS,
    },
  ];
}

async function answer(
  questions: readonly Question[],
  who: Api,
  watch: StatementWatch,
  url: string,
): Promise<Answered[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const answered: Answered[] = [];
    for (const { what, query, variables, limitMs = LIMIT_MS } of questions) {
      const statements = await watch.during(() => who.ask(query, variables));
      const scans: Scan[] = [];
      for (const statement of statements) scans.push(...(await scansOf(client, statement)));
      const spread = spreadOf(await timesOf(() => who.ask(query, variables)));
      answered.push({ what, limitMs, spread, scans });
    }
    return answered;
  } finally {
    await client.end();
  }
}

async function timesOf(ask: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let count = 0; count < ASKED; count += 1) {
    const begunAt = performance.now();
    await ask();
    times.push(performance.now() - begunAt);
  }
  return times;
}

function findingsOf(answered: readonly Answered[]): Findings {
  const ofLedger = answered.flatMap(({ scans }) => scans).filter(({ table }) => table.startsWith('consent'));
  const whole = ofLedger.filter(({ table, index }) => table === 'consent_record' && index === null).length;
  return {
    goals: [
      ...answered.map(({ what, limitMs, spread }) =>
        atMost(limitMs, 'ms', { row: null, what: `${what}, p50`, measured: spread.p50 }),
      ),
      atMost(0, '', { row: null, what: 'reads of the whole ledger', measured: whole }),
    ],
    tables: [
      toTable([
        ['a million records, milliseconds', 'p50', 'p99', 'rows read'],
        ...answered.map(
          ({ what, spread: { p50, p99 }, scans }) =>
            [what, p50.toFixed(1), p99.toFixed(1), scans.reduce((sum, { rows }) => sum + rows, 0)] as const,
        ),
      ]),
      toTable([
        ['read of the ledger', 'index', 'rows'],
        ...ofLedger.map(({ table, index, rows }) => [table, index ?? 'none', rows] as const),
      ]),
    ],
    figures: answered,
  };
}
